import { sessionErrors } from './errors.ts';

/** The lease of a session that was given none. */
export const defaultLeaseSeconds = 2 * 60 * 60;

/** A year: far less than the engine's labels and the clock in the container can hold. */
const maxLeaseSeconds = 365 * 24 * 60 * 60;

/** @throws {CiError} SESSION_REQUEST_INVALID */
export function checkLease(seconds: number): void {
  if (!(seconds >= 0 && seconds <= maxLeaseSeconds))
    throw sessionErrors.invalidRequest('The lease, in seconds,', seconds, 'at most a year, or 0 for none');
}
