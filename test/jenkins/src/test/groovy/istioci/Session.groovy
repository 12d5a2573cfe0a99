package istioci

import groovy.json.JsonOutput

/** The session of a build, found through the engine by its labels. */
class Session {

  private static final String LABEL = 'dev.istio-ci.session'
  private static final String REGISTRY = '/var/lib/demo-registry'

  final String buildTag
  final String password = UUID.randomUUID()
  private final String mark = password.take(8)

  /** @param prefix the start of the name of the build; a random part follows */
  Session(String prefix) {
    buildTag = "${prefix}-${mark}-7"
  }

  /** The containers, networks and volumes with the session's label. */
  List<String> getThings() {
    return ['ps --all', 'network ls', 'volume ls'].collectMany { list ->
      String lines = Command.run(['docker', *list.tokenize(' '), '--filter', "label=${LABEL}".toString(),
        '--format', "{{.Label \"${LABEL}\"}}".toString()])
      lines.readLines().findAll { it.contains(mark) }.collect { "${list}: ${it}".toString() }
    }
  }

  /** A Docker config.json for the session's registry, as an administrator stores it in Jenkins. */
  String getCredentials() {
    return JsonOutput.toJson([auths: ['registry:5000': [auth: encodedPassword]]])
  }

  /** The credentials in the form of a config.json. */
  String getEncodedPassword() {
    return "jenkins:${password}".bytes.encodeBase64().toString()
  }

  /** Adds the user of these credentials to the registry. */
  void admit() {
    Command.run(['docker', 'exec', '--interactive', registry, 'htpasswd', '-iB', '-c', '/auth/htpasswd', 'jenkins'],
      new File('.'), password)
  }

  /** The content of the registry: digests by repository and tag. */
  Map<String, Map<String, String>> getImages() {
    Map<String, Map<String, String>> images = [:].withDefault { [:] }
    Command.run(['docker', 'exec', registry, 'find', REGISTRY, '-path', '*/current/link', '-exec', 'grep', '-H', '.',
      '{}', '+']).eachMatch(~/repositories\/(\S+)\/_manifests\/tags\/(\S+)\/current\/link:(\S+)/) {
        all, repository, tag, digest -> images[repository][tag] = digest
      }
    return images
  }

  private String getRegistry() {
    return Command.run(['docker', 'ps', '--filter', "label=${LABEL}".toString(), '--format', '{{.Names}}'])
      .readLines().find { it.contains(mark) && it.contains('registry') }
  }

}
