/** True if the engine answered that the object does not exist. For a removal that is success. */
export function isNotFound(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** True if the engine answered with a conflict, such as a name in use or a removal already in progress. */
export function isConflict(error: unknown): boolean {
  return statusOf(error) === 409;
}

function statusOf(error: unknown): unknown {
  return error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
}
