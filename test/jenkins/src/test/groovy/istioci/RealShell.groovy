package istioci

/** Runs `sh` lines as a worker does: by the shell, in the workspace, with the environment of the build. */
class RealShell {

  /** The build is aborted at this line of output; by default it is not. */
  Closure<Boolean> abortsAt = { String line -> false }
  /** The whole output. */
  final StringBuilder output = new StringBuilder()

  /** @throws StepFailed if the line fails, InterruptedException if the build is aborted meanwhile */
  void run(ShellCall call) {
    ProcessBuilder builder = new ProcessBuilder('sh', '-xe', '-c', call.line)
    builder.directory(call.directory).redirectErrorStream(true).environment().putAll(call.env)
    Process process = builder.start()
    process.outputStream.close()
    boolean aborted = false
    process.inputStream.eachLine { line ->
      println line
      output.append(line).append('\n')
      if (!aborted && abortsAt(line)) {
        aborted = true
        stop(process.toHandle())
      }
    }
    int code = process.waitFor()
    if (aborted) {
      throw new InterruptedException('aborted')
    }
    if (code != 0) {
      throw new StepFailed("script returned exit code ${code}")
    }
  }

  /** What Jenkins does on an abort: SIGTERM to every process that the step has started. */
  private static void stop(ProcessHandle handle) {
    List<ProcessHandle> all = handle.descendants().collect { it } + handle
    all*.destroy()
  }

}
