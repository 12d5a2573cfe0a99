package istioci

/** One `sh` line, and what it found around it. */
class ShellCall {

  String line
  Map<String, String> env
  File directory
  /** The steps around it, outermost first. */
  List<String> scopes

  /** The stage it is in, if any. */
  String getStage() {
    return scopes.find { it.startsWith('stage ') }?.minus('stage ')
  }

  /** What istio-ci is asked to do: the line after the launcher. */
  String getCommand() {
    return line - '"$ISTIO_CI_HOME/istio-ci" '
  }

}
