import { expect, it } from 'vitest';
import { nearestName } from './nearest.ts';

it.each([
  ['stagse', 'stages'],
  ['insecure-registries', 'insecureRegistries'],
  ['leaseMinuts', 'leaseMinutes'],
  ['hub', 'hubs'],
])('%s was most likely meant to be %s', (word, name) => {
  expect(nearestName(word, ['hubs', 'stages', 'leaseMinutes', 'insecureRegistries'])).toBe(name);
});

it('no name is close to an unrelated word', () => {
  expect(nearestName('pipeline', ['hubs', 'stages'])).toBeUndefined();
});
