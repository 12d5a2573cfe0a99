package istioci

import org.codehaus.groovy.runtime.InvokerInvocationException

/** The result of a build: Jenkins' `currentBuild`, and everything that the steps left. */
class Build {

  private static final List<String> RESULTS = ['SUCCESS', 'UNSTABLE', 'FAILURE', 'ABORTED']

  String currentResult = 'SUCCESS'
  /** The error that ended the pipeline. */
  Throwable failure
  List jobProperties = []
  final List<String> stages = []
  final List<ShellCall> shellCalls = []
  final List<String> log = []
  /** The published JUnit files by name. */
  final Map<String, String> junit = [:]
  /** The archived files by name; null until archiving has run. */
  Map<String, String> archived

  /** The arguments of each istio-ci, in order. */
  List<String> getCommands() {
    return shellCalls*.command
  }

  /** The stages of the chain that ran, in order. */
  List<String> getChain() {
    return commands.findAll { it.startsWith('stage ') }*.minus('stage ')
  }

  void publish(Map<String, String> files) {
    if (files.isEmpty()) {
      throw new StepFailed('No test report files were found. Configuration error?')
    }
    junit.putAll(files)
    if (files.values().any { new XmlParser().parseText(it).depthFirst().any { node -> node.name() == 'failure' } }) {
      worsen('UNSTABLE')
    }
  }

  void archive(Map<String, String> files, boolean allowEmpty) {
    archived = files
    if (files.isEmpty() && !allowEmpty) {
      throw new StepFailed('No artifacts found that match the file pattern')
    }
  }

  void caught(Exception failure) {
    log << rootOf(failure).message
    worsen('FAILURE')
  }

  void end(Exception failure) {
    this.failure = rootOf(failure)
    worsen(this.failure instanceof InterruptedException ? 'ABORTED' : 'FAILURE')
  }

  /** A result never improves. */
  private void worsen(String result) {
    currentResult = RESULTS[Math.max(RESULTS.indexOf(currentResult), RESULTS.indexOf(result))]
  }

  /** Groovy wraps exceptions that pass through its reflection. */
  private static Throwable rootOf(Throwable failure) {
    return failure instanceof InvokerInvocationException ? rootOf(failure.cause) : failure
  }

}
