package istioci

import com.lesfurets.jenkins.unit.BasePipelineTest

import groovy.io.FileType

import java.nio.file.Files
import java.nio.file.Path

/**
 * A Jenkins worker with one workspace. JenkinsPipelineUnit loads the Jenkinsfile, which calls the steps of
 * this class. Steps with state (directory, environment, credentials, result) do what Jenkins documents.
 */
class Worker extends BasePipelineTest {

  /** The top folder of the repository: Maven runs the tests in test/jenkins. */
  public static final File REPOSITORY = new File('../..').canonicalFile

  final File workspace = Files.createTempDirectory('istio-ci-jenkins-').toFile()
  final Build build = new Build()
  /** The variables that Jenkins and the administrator set for the build. */
  final Map<String, String> env = [BUILD_TAG: 'jenkins-acme-istio-main-7']
  final Map<String, Object> params = [:]
  /** Credentials by id: the text of a secret file. */
  final Map<String, String> credentials = ['istio-ci-push': '{"auths":{"registry.example.com":{"auth":"c2VjcmV0"}}}']
  /** The implementation of `sh`. */
  Closure shell = { ShellCall call -> }
  /** The implementation of `checkout scm`. */
  Closure source = { File directory -> [GIT_COMMIT: 'c0ffee0000000000000000000000000000000000'] }

  private final List<File> directories = [workspace]
  private final List<Map<String, String>> environments = [env]
  private final List<String> scopes = []

  /** Runs the Jenkinsfile to its end and returns the result of the build. */
  Build run() {
    scriptRoots = [REPOSITORY.path] as String[]
    setUp()
    binding.setVariable('env', env)
    binding.setVariable('params', params)
    binding.setVariable('scm', 'scm')
    binding.setVariable('currentBuild', build)
    registerScopes()
    registerSteps()
    try {
      runScript('Jenkinsfile')
    } catch (Exception failure) {
      build.end(failure)
    }
    return build
  }

  void remove() {
    workspace.deleteDir()
    secrets.deleteDir()
  }

  /** The folder for secret files, beside the workspace as in Jenkins. */
  File getSecrets() {
    return new File("${workspace}@tmp")
  }

  private void registerScopes() {
    step('node', [String, Closure]) { String label, Closure body -> within("node ${label}", body) }
    step('timestamps', [Closure]) { Closure body -> within('timestamps', body) }
    step('timeout', [Map, Closure]) { Map time, Closure body -> within("timeout ${time.time} ${time.unit}", body) }
    step('stage', [String, Closure]) { String name, Closure body ->
      build.stages << name
      within("stage ${name}", body)
    }
    step('dir', [String, Closure]) { String path, Closure body ->
      stacked(directories, new File(directories.last(), path).canonicalFile, body)
    }
    step('withEnv', [List, Closure]) { List<String> settings, Closure body ->
      Map<String, String> added = settings.collectEntries { it.toString().split('=', 2) as List }
      stacked(environments, environments.last() + added, body)
    }
    step('withCredentials', [List, Closure]) { List<Map> bindings, Closure body -> withCredentials(bindings, body) }
    step('catchError', [Closure]) { Closure body ->
      try {
        body()
      } catch (Exception failure) {
        build.caught(failure)
      }
    }
  }

  private void registerSteps() {
    step('properties', [List]) { List all -> build.jobProperties = all }
    step('disableConcurrentBuilds', []) { -> 'disableConcurrentBuilds' }
    ['string', 'booleanParam', 'file'].each { name -> step(name, [Map]) { Map fields -> fields } }
    step('parameters', [List]) { List all -> [parameters: all] }
    step('checkout', [Object]) { Object ignored -> source(directories.last()) }
    step('echo', [String]) { String message -> build.log << message }
    step('error', [String]) { String message -> throw new StepFailed(message) }
    step('deleteDir', []) { -> directories.last().deleteDir() }
    step('fileExists', [String]) { String name -> new File(directories.last(), name).file }
    step('readFile', [String]) { String name -> new File(directories.last(), name).text }
    step('writeFile', [Map]) { Map file ->
      File target = new File(directories.last(), file.file)
      target.parentFile.mkdirs()
      target.text = file.text
    }
    step('junit', [String]) { String pattern -> build.publish(reports(directories.last(), pattern)) }
    step('archiveArtifacts', [Map]) { Map options ->
      build.archive(reports(directories.last(), options.artifacts), options.allowEmptyArchive ?: false)
    }
    step('sh', [String]) { String line ->
      ShellCall call = new ShellCall(line: line, env: environments.last(), directory: directories.last(),
        scopes: scopes*.toString())
      build.shellCalls << call
      shell(call)
    }
  }

  private void step(String name, List<Class> types, Closure action) {
    helper.registerAllowedMethod(name, types, action)
  }

  private void within(String scope, Closure body) {
    stacked(scopes, scope, body)
  }

  private static void stacked(List stack, Object top, Closure body) {
    stack << top
    try {
      body()
    } finally {
      stack.remove(stack.size() - 1)
    }
  }

  private void withCredentials(List<Map> bindings, Closure body) {
    Map<String, String> files = bindings.collectEntries { bound ->
      String text = credentials[bound.credentialsId]
      if (text == null) {
        throw new StepFailed("Could not find credentials entry with ID '${bound.credentialsId}'")
      }
      secrets.mkdirs()
      File file = new File(secrets, bound.credentialsId)
      file.text = text
      [bound.variable, file.path]
    }
    try {
      stacked(environments, environments.last() + files, body)
    } finally {
      files.values().each { new File(it).delete() }
    }
  }

  /** The files in a directory that match Ant patterns; those in use are also globs. */
  private static Map<String, String> reports(File directory, String patterns) {
    List matchers = patterns.split(',').collect { directory.toPath().fileSystem.getPathMatcher("glob:${it}") }
    Map<String, String> found = [:]
    if (directory.directory) {
      directory.eachFileRecurse(FileType.FILES) { file ->
        Path path = directory.toPath().relativize(file.toPath())
        if (matchers.any { it.matches(path) }) {
          found[path.toString()] = file.text
        }
      }
    }
    return found
  }

}
