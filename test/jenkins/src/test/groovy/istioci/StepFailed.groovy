package istioci

/** A step failed; Jenkins calls this an AbortException. */
class StepFailed extends Exception {

  StepFailed(String message) {
    super(message)
  }

}
