import { describe, expect, it } from 'vitest';
import { containerName, givenName } from './given-name.ts';

describe('the names that commands are given', () => {
  it.each(['acme', 'jenkins-Istio-PR%2F12-3', 'ü'])('may be %j for a session', (name) => {
    expect(givenName(name)).toBe(name);
  });

  it.each(['', ' '])('are not %j: a variable was not set', (name) => {
    expect(() => givenName(name)).toThrow('It is empty.');
  });

  it.each(['by-hand', 'A_1.b'])('may be %j for a container', (name) => {
    expect(containerName(name)).toBe(name);
  });

  it.each(['', 'a b', '-a', 'a/b', 'ü'])('are not %j for a container', (name) => {
    expect(() => containerName(name)).toThrow('A container is named');
  });
});
