import { InvalidArgumentError } from 'commander';

/** An argument that names a session. An empty one is refused: it comes from a variable that is not set. */
export function givenName(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty.');
  return text;
}

/** An argument that names a container, in the form that the engine accepts. */
export function containerName(text: string): string {
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(text))
    throw new InvalidArgumentError('A container is named with letters, digits, "_", "." and "-".');
  return text;
}
