package istioci

import org.junit.jupiter.api.Test

class SecretsTest extends JenkinsfileTest {

  @Test
  void 'the credentials exist only for their check and for Push'() {
    Map<String, Boolean> seen = [:]
    Closure look = { ShellCall call ->
      seen[call.command] = call.env.containsKey('ISTIO_CI_CREDENTIALS') || worker.secrets.list()?.length > 0
    }
    Build build = run(CHAIN.collectEntries { ['stage ' + it, { call ->
      look(call)
      if (it == 'test') {
        report(call, GOOD)
      }
    }] } + [(EndingsTest.DOWN): look, 'release check': look])
    assert build.currentResult == 'SUCCESS'
    assert seen.findAll { it.value }.keySet() == ['release check', 'stage push'] as Set
    assert seen.size() == CHAIN.size() + 2
  }

  @Test
  void 'Push reads them from the bound file'() {
    String text = null
    run('stage push': { call -> text = new File(call.env.ISTIO_CI_CREDENTIALS).text })
    assert text == worker.credentials['istio-ci-push']
  }

  @Test
  void 'no command, log or report contains them'() {
    Build build = run()
    String said = [build.shellCalls*.line, build.log, build.archived].toString()
    assert !said.contains('c2VjcmV0')
    assert !said.contains(worker.secrets.path)
  }

  @Test
  void 'the file is gone after a push that fails'() {
    run('stage push': fails())
    assert worker.secrets.list().length == 0
  }

  @Test
  void 'missing credentials fail the build before a cluster starts'() {
    worker.credentials.clear()
    Build build = run()
    assert build.failure.message.contains("'istio-ci-push'")
    assert build.chain == []
  }

  @Test
  void 'credentials that do not open the registry fail the build before a cluster starts'() {
    Build build = run('release check': fails())
    assert build.currentResult == 'FAILURE'
    assert build.chain == []
    assert worker.secrets.list().length == 0
  }

  @Test
  void 'a change request is tested without access to them'() {
    worker.env.CHANGE_ID = '12'
    worker.credentials.clear()
    Build build = run()
    assert build.currentResult == 'SUCCESS'
    assert build.chain == CHAIN - 'push'
  }

}
