package istioci

/** A step that failed: what Jenkins calls an AbortException. */
class StepFailed extends Exception {

  StepFailed(String message) {
    super(message)
  }

}
