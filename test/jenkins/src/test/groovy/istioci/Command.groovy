package istioci

/** A program that a test runs. */
class Command {

  /** Its output. @throws IllegalStateException with the output if it fails */
  static String run(List<String> command, File directory = new File('.'), String input = '') {
    Process process = new ProcessBuilder(command).directory(directory).redirectErrorStream(true).start()
    process.outputStream.withStream { it << input }
    String output = process.inputStream.text
    if (process.waitFor() != 0) {
      throw new IllegalStateException("${command.join(' ')}: ${output}")
    }
    return output.trim()
  }

}
