package istioci

import groovy.io.FileType

import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test

/**
 * Runs the Jenkinsfile for a distribution in the article's shape, from a git remote to a registry, on an
 * engine.
 */
@Tag('real')
class RealPipelineTest {

  // The way Jenkins writes a branch with a slash.
  private final Session session = new Session('jenkins-acme%2Fnext')
  private final Worker worker = new Worker()
  private final RealShell shell = new RealShell()
  private Remote remote
  /** The content of the registry after Push. */
  private Map<String, Map<String, String>> pushed = [:]

  @AfterEach
  void remove() {
    remote.remove()
    worker.remove()
  }

  @Test
  void 'a branch ends with the tested images under the name of the build, and leaves nothing'() {
    Build build = run(new Remote())
    assert build.failure == null
    assert build.currentResult == 'SUCCESS'
    assert pushed.keySet() == ['acme/pilot', 'acme/app'] as Set
    assert pushed.values().every { it.size() == 1 && it.keySet().first().startsWith('jenkins-acme-2Fnext-') }
    assert build.junit.size() == 1
    assert session.things == []
    assert !shell.output.contains(session.password)
    assert filesWith(session.password) == []
    assert filesWith(session.encodedPassword) == []
    assert ['receipt.json', 'run.json', 'report.html', 'logs/test.log'] - build.archived.keySet() == []
  }

  @Test
  void 'a tag ends with the release tag on the digest that was tested'() {
    worker.env.TAG_NAME = '0.5.0-acme.1'
    Build build = run(new Remote('0.5.0-acme.1'))
    assert build.failure == null
    assert pushed.size() == 2
    assert pushed.values().every { tags ->
      tags.size() == 2 && tags.containsKey('0.5.0-acme.1') && tags.values().toSet().size() == 1
    }
    assert session.things == []
  }

  @Test
  void 'a failing test is published, nothing is pushed and nothing is left'() {
    Build build = run(new Remote(null, { File sources ->
      File tests = new File(sources, 'src/istio.io/istio/tests/e2e.sh')
      tests.text = tests.text.replace('= "pilot $TAG"', '= "nobody"')
    }))
    assert build.currentResult == 'FAILURE'
    assert build.junit.values().first().contains('<failure>')
    assert build.chain.last() == 'test'
    assert session.things == []
  }

  @Test
  void 'an abort in the middle of the tests leaves nothing'() {
    shell.abortsAt = { String line -> line.contains('--- pilot_becomes_ready') }
    Build build = run(new Remote())
    assert build.currentResult == 'ABORTED'
    assert build.chain.last() == 'test'
    assert session.things == []
  }

  private Build run(Remote source) {
    remote = source
    worker.env.putAll(BUILD_TAG: session.buildTag, ISTIO_CI_HOME: Worker.REPOSITORY.path)
    worker.credentials['istio-ci-push'] = session.credentials
    worker.source = remote.&checkout
    worker.shell = { ShellCall call ->
      if (call.command == 'stage push') {
        session.admit()
      }
      shell.run(call)
      if (call.command == 'stage push') {
        pushed = session.images
      }
    }
    return worker.run()
  }

  private List<String> filesWith(String secret) {
    List<String> found = []
    [worker.workspace, worker.secrets].each { directory ->
      directory.eachFileRecurse(FileType.FILES) { file ->
        if (file.text.contains(secret)) {
          found << file.path
        }
      }
    }
    return found
  }

}
