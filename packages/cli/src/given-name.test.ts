import { describe, expect, it } from 'vitest';
import { containerName, givenName } from './given-name.ts';

describe('names in arguments', () => {
  it.each(['acme', 'jenkins-Istio-PR%2F12-3', 'ü'])('may be %j for a session', (name) => {
    expect(givenName(name)).toBe(name);
  });

  it.each(['', ' '])('may not be %j, which is a variable that is not set', (name) => {
    expect(() => givenName(name)).toThrow('It is empty.');
  });

  it.each(['by-hand', 'A_1.b'])('may be %j for a container', (name) => {
    expect(containerName(name)).toBe(name);
  });

  it.each(['', 'a b', '-a', 'a/b', 'ü'])('may not be %j for a container', (name) => {
    expect(() => containerName(name)).toThrow('A container is named');
  });
});
