package istioci

import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Tag

/**
 * The base of the fast tests: a worker whose `sh` lines are answered by the test; its test stage writes a
 * report.
 */
@Tag('fast')
abstract class JenkinsfileTest {

  /** The chain, as in packages/pipeline/src/stages/chain.ts. */
  public static final List<String> CHAIN = new File(Worker.REPOSITORY, 'packages/pipeline/src/stages/chain.ts').text
    .findAll(/(?m)^  \['([a-z]+)', [a-z]+\],$/) { line, name -> name }

  public static final String GOOD = '<testsuite name="e2e" tests="1"><testcase name="works"/></testsuite>'
  public static final String BAD = '<testsuite name="e2e" tests="1"><testcase name="works"><failure>no</failure></testcase></testsuite>'

  final Worker worker = new Worker()

  @AfterEach
  void removeWorker() {
    worker.remove()
  }

  /**
   * Runs the Jenkinsfile. `answers` are what commands do, by name, besides writing the files of the product.
   */
  Build run(Map<String, Closure> answers = [:]) {
    worker.shell = { ShellCall call ->
      if (answers[call.command]) {
        answers[call.command](call)
      } else if (call.command == 'stage test') {
        report(call, GOOD)
      } else if (call.command == 'stage push') {
        output(call, 'receipt.json').text = '{}'
      }
    }
    return worker.run()
  }

  static Closure fails() {
    return { ShellCall call -> throw new StepFailed("${call.command} failed".toString()) }
  }

  static void report(ShellCall call, String xml) {
    output(call, 'junit/e2e.xml').text = xml
  }

  static File output(ShellCall call, String name) {
    File file = new File(call.directory, "${call.env.ISTIO_CI_DISTRIBUTION}/out/${name}")
    file.parentFile.mkdirs()
    return file
  }

}
