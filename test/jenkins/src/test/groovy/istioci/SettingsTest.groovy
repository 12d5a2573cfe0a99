package istioci

import org.junit.jupiter.api.Test

class SettingsTest extends JenkinsfileTest {

  @Test
  void 'in the repository of istio-ci the bundled distribution is built'() {
    Map<String, String> env = run().shellCalls.first().env
    assert env.ISTIO_CI_HOME == '.'
    assert env.ISTIO_CI_DISTRIBUTION == 'examples/istio'
    assert new File(Worker.REPOSITORY, env.ISTIO_CI_DISTRIBUTION).directory
  }

  @Test
  void 'with a checkout of istio-ci on the worker the workspace is the distribution'() {
    worker.env.ISTIO_CI_HOME = '/opt/istio-ci'
    Build build = run()
    assert build.shellCalls.every { it.env.ISTIO_CI_HOME == '/opt/istio-ci' && it.env.ISTIO_CI_DISTRIBUTION == '.' }
    assert build.currentResult == 'SUCCESS'
  }

  @Test
  void 'the directory of the distribution is a parameter, and its reports are taken from there'() {
    worker.params.DISTRIBUTION = 'mesh'
    Build build = run()
    assert build.shellCalls.every { it.env.ISTIO_CI_DISTRIBUTION == 'mesh' }
    assert build.archived.containsKey('receipt.json')
  }

  @Test
  void 'the version of Kubernetes is a parameter, passed to every stage'() {
    worker.env.ISTIO_CI_KUBERNETES = '1.36'
    worker.params.KUBERNETES = '1.35'
    assert run().shellCalls.every { it.env.ISTIO_CI_KUBERNETES == '1.35' }
  }

  @Test
  void 'without the parameter the version of Kubernetes is the one of the worker'() {
    worker.env.ISTIO_CI_KUBERNETES = '1.36'
    assert run().shellCalls.every { it.env.ISTIO_CI_KUBERNETES == '1.36' }
  }

  @Test
  void 'a dry run is passed to the push'() {
    worker.params.DRY_RUN = true
    ShellCall push = run().shellCalls.find { it.command == 'stage push' }
    assert push.env.ISTIO_CI_DRY_RUN == 'true'
  }

  @Test
  void 'a worker for dry runs only sets a variable'() {
    worker.env.ISTIO_CI_DRY_RUN = 'yes'
    worker.params.DRY_RUN = false
    assert run().shellCalls.every { it.env.ISTIO_CI_DRY_RUN == 'yes' }
  }

  @Test
  void 'a build without parameters, as the first of a branch is, writes to the registry'() {
    ShellCall push = run().shellCalls.find { it.command == 'stage push' }
    assert push.env.ISTIO_CI_DRY_RUN == 'false'
  }

  @Test
  void 'the bootstrapper is a parameter'() {
    worker.params.BOOTSTRAPPER = 'minikube'
    assert run().shellCalls.every { it.env.ISTIO_CI_BOOTSTRAPPER == 'minikube' }
  }

  @Test
  void 'the hub is a parameter'() {
    worker.params.HUB = 'other.example.com/acme'
    worker.env.ISTIO_CI_HUB = 'worker.example.com/acme'
    assert run().shellCalls.every { it.env.ISTIO_CI_HUB == 'other.example.com/acme' }
  }

  @Test
  void 'without the parameter, the hub of the worker is used'() {
    worker.params.HUB = ''
    worker.env.ISTIO_CI_HUB = 'worker.example.com/acme'
    assert run().shellCalls.every { it.env.ISTIO_CI_HUB == 'worker.example.com/acme' }
  }

  @Test
  void 'without either, the hub of the distribution is used'() {
    assert run().shellCalls.every { it.env.ISTIO_CI_HUB == '' }
  }

  @Test
  void 'a worker with a pool sets a variable'() {
    worker.env.ISTIO_CI_FROM_POOL = 'true'
    assert run().shellCalls.every { it.env.ISTIO_CI_FROM_POOL == 'true' }
  }

  @Test
  void 'the commit that was checked out is passed to the push'() {
    ShellCall push = run().shellCalls.find { it.command == 'stage push' }
    assert push.env.GIT_COMMIT == 'c0ffee0000000000000000000000000000000000'
  }

  @Test
  void 'each parameter has a description, and the build reads no other'() {
    List<Map> declared = run().jobProperties.find { it instanceof Map }.parameters
    assert declared.every { it.description }
    Set<String> read = new File(Worker.REPOSITORY, 'Jenkinsfile').text.findAll(/params\.(\w+)/) { all, name -> name } as Set
    assert declared*.name as Set == read
  }

  @Test
  void 'names with spaces and shell characters reach istio-ci unchanged'() {
    File home = new File(worker.workspace, "it's \$(touch owned)")
    home.mkdirs()
    File launcher = new File(home, 'istio-ci')
    launcher.text = '#!/bin/sh\nprintf "%s|" "$@" "$ISTIO_CI_DISTRIBUTION" >>"$(dirname "$0")/calls"\n'
    launcher.executable = true
    worker.env.ISTIO_CI_HOME = home.path
    worker.env.BUILD_TAG = 'jenkins-a b;touch owned-7'
    worker.params.DISTRIBUTION = '`touch owned`'
    worker.shell = new RealShell().&run
    worker.run()
    String calls = new File(home, 'calls').text
    assert calls.contains('stage|images|`touch owned`|')
    assert calls.contains('down|jenkins-a b;touch owned-7|')
    assert !new File(worker.workspace, 'owned').exists()
  }

}
