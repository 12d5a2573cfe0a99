package istioci

import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.MethodSource

class EndingsTest extends JenkinsfileTest {

  public static final String DOWN = 'down "$BUILD_TAG"'

  static List<String> chain() {
    return CHAIN
  }

  @Test
  void 'a good build removes its session last and keeps receipt and reports'() {
    Build build = run()
    assert build.currentResult == 'SUCCESS'
    assert build.commands.last() == DOWN
    assert build.junit.keySet() == ['junit/e2e.xml'] as Set
    assert build.archived.keySet() == ['junit/e2e.xml', 'receipt.json'] as Set
  }

  @ParameterizedTest(name = '{0} fails: nothing after it runs, the session is removed, the failure is reported')
  @MethodSource('chain')
  void failure(String name) {
    Build build = run([('stage ' + name): fails()])
    assert build.currentResult == 'FAILURE'
    assert build.failure.message == "stage ${name} failed"
    assert build.chain == CHAIN.take(CHAIN.indexOf(name) + 1)
    assert build.commands.count(DOWN) == 1
    assert build.archived != null
  }

  @ParameterizedTest(name = 'an abort in {0}: nothing after it runs and the session is removed')
  @MethodSource('chain')
  void abort(String name) {
    Build build = run([('stage ' + name): { throw new InterruptedException('aborted') }])
    assert build.currentResult == 'ABORTED'
    assert build.chain == CHAIN.take(CHAIN.indexOf(name) + 1)
    assert build.commands.count(DOWN) == 1
    assert build.archived != null
  }

  @Test
  void 'failing tests are published'() {
    Build build = run('stage test': { call ->
      report(call, BAD)
      throw new StepFailed('script returned exit code 1')
    })
    assert build.junit == ['junit/e2e.xml': BAD]
    assert build.failure.message == 'script returned exit code 1'
  }

  @Test
  void 'a report with failures stops the push even if the tests exit 0'() {
    Build build = run('stage test': { call -> report(call, BAD) })
    assert build.currentResult == 'FAILURE'
    assert !build.chain.contains('push')
  }

  @Test
  void 'tests without a report stop the push'() {
    Build build = run('stage test': { })
    assert build.currentResult == 'FAILURE'
    assert build.log.contains('No test report files were found. Configuration error?')
    assert !build.chain.contains('push')
  }

  @Test
  void 'no test report is required if the tests did not run'() {
    Build build = run('stage build': fails())
    assert !build.log.any { it.contains('No test report') }
  }

  @Test
  void 'a session that cannot be removed fails the build, and the reports are kept'() {
    Build build = run((DOWN): fails())
    assert build.currentResult == 'FAILURE'
    assert build.archived.containsKey('receipt.json')
  }

  @Test
  void 'a checkout that fails leaves nothing behind either'() {
    worker.source = { throw new StepFailed('no such branch') }
    Build build = run()
    assert build.failure.message == 'no such branch'
    assert build.commands == [DOWN]
  }

  @Test
  void 'the time limit does not apply to removing the session'() {
    List<String> scopes = run().shellCalls.last().scopes
    assert !scopes.any { it.startsWith('timeout') }
  }

  @Test
  void 'results of an older build in the workspace are ignored'() {
    File old = new File(worker.workspace, 'examples/istio/out/receipt.json')
    old.parentFile.mkdirs()
    old.text = 'old'
    assert run('stage check': fails()).archived == [:]
  }

  @Test
  void 'the journal of a release that an older build left unfinished is kept and archived'() {
    File journal = new File(worker.workspace, 'examples/istio/out/release-journal.ndjson')
    journal.parentFile.mkdirs()
    journal.text = 'half done\n'
    assert run('stage check': fails()).archived == ['release-journal.ndjson': 'half done\n']
  }

}
