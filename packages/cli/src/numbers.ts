import { InvalidArgumentError } from 'commander';

/** Reads a whole number above zero, for an argument or an option. Commander reports the error and exits 2. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('It must be a whole number above zero.');
  }
  return value;
}
