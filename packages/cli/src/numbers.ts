import { InvalidArgumentError } from 'commander';

/** A whole number above zero, as an argument or the value of an option; commander reports the error and exits 2. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('It must be a whole number above zero.');
  }
  return value;
}
