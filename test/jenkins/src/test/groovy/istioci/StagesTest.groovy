package istioci

import org.junit.jupiter.api.Test

class StagesTest extends JenkinsfileTest {

  @Test
  void 'the stages are those of the article, in its order'() {
    assert run().stages ==
      ['Checkout', 'Load Push Credentials', 'Get kubeconfig', 'Check', 'Build', 'Test', 'Push']
  }

  @Test
  void 'the whole chain runs once, in its order'() {
    assert CHAIN.size() == 9
    assert run().chain == CHAIN
  }

  @Test
  void 'each part of the chain runs in the stage that the article has for it'() {
    Map<String, List<String>> parts = run().shellCalls.findAll { it.stage }
      .groupBy { it.stage }.collectEntries { stage, calls -> [stage, calls*.command*.minus('stage ')] }
    assert parts == [
      'Load Push Credentials': ['release check'],
      'Get kubeconfig': ['images', 'cluster', 'kubeconfig'],
      'Check': ['check'],
      'Build': ['depend', 'build'],
      'Test': ['envoy', 'test'],
      'Push': ['push'],
    ]
  }

  @Test
  void 'every line calls a command that the CLI has'() {
    List<String> known = []
    new File(Worker.REPOSITORY, 'packages/cli/src/commands').eachFileMatch(~/.*\.ts/) { file ->
      known.addAll(file.text.findAll(/\.command\('([a-z]+)'/) { all, name -> name })
    }
    Build build = run()
    assert build.shellCalls.every { it.line.startsWith('"$ISTIO_CI_HOME/istio-ci" ') }
    assert known.containsAll(build.commands*.tokenize(' ')*.first())
  }

  @Test
  void 'two builds of one branch never run at once'() {
    assert run().jobProperties.contains('disableConcurrentBuilds')
  }

  @Test
  void 'every stage has a time limit and times in its log'() {
    List<ShellCall> staged = run().shellCalls.findAll { it.stage }
    assert staged.every { it.scopes.containsAll(['timestamps', 'timeout 90 MINUTES']) }
  }

  @Test
  void 'the time limit ends before the lease of the session does'() {
    String schema = new File(Worker.REPOSITORY, 'packages/distribution/src/schema.ts').text
    int lease = schema.find(/leaseMinutes:[^,]*?\.default\((\d+)\)/) { all, minutes -> minutes } as int
    int limit = run().shellCalls.first().scopes.find { it.startsWith('timeout') }.tokenize(' ')[1] as int
    assert limit < lease
  }

}
