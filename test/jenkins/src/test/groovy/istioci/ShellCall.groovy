package istioci

/** One `sh` line, with its environment. */
class ShellCall {

  String line
  Map<String, String> env
  File directory
  /** The steps around it, outermost first. */
  List<String> scopes

  /** The stage of the line, if any. */
  String getStage() {
    return scopes.find { it.startsWith('stage ') }?.minus('stage ')
  }

  /** The arguments of istio-ci: the line after the launcher. */
  String getCommand() {
    return line - '"$ISTIO_CI_HOME/istio-ci" '
  }

}
