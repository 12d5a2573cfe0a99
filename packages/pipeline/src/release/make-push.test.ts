import { run } from '@istio-ci/kit';
import { describe, expect, it } from 'vitest';
import { planCommand, pushCommand } from './make-push.ts';

const push = (command: string) => pushCommand(command, 'quay.io/acme', 'b1');
const plan = (command: string) => planCommand(command, 'quay.io/acme', 'b1');

describe('pushCommand', () => {
  it.each([
    ['make push', 'make HUB=quay.io/acme TAG=b1 push'],
    ['make', 'make HUB=quay.io/acme TAG=b1'],
    ['BUILD=1 X=y make push', 'BUILD=1 X=y make HUB=quay.io/acme TAG=b1 push'],
    ['make push && ./publish.sh', 'make HUB=quay.io/acme TAG=b1 push && ./publish.sh'],
    [
      'cd src; make images && make -j4 push',
      'cd src; make HUB=quay.io/acme TAG=b1 images && make HUB=quay.io/acme TAG=b1 -j4 push',
    ],
    ['if true; then make push; fi', 'if true; then make HUB=quay.io/acme TAG=b1 push; fi'],
    ['./publish.sh --make push', './publish.sh --make push'],
    ['cmake push; remake push', 'cmake push; remake push'],
  ])('%s becomes %s', (command, expected) => expect(push(command)).toBe(expected));
});

describe('planCommand', () => {
  it.each([
    ['make push', 'make --dry-run HUB=quay.io/acme TAG=b1 push'],
    [' X=make make -C src push', 'X=make make --dry-run HUB=quay.io/acme TAG=b1 -C src push'],
  ])('asks make what %s would run', (command, expected) => expect(plan(command)).toBe(expected));

  it.each([
    'make push && ./publish.sh',
    'make push; docker push x',
    'make push | tee log',
    'make $(cat targets)',
    'make "$TARGETS"',
    './publish.sh',
    'make push\ndocker push x',
    'X=$(./publish.sh) make push',
  ])('runs nothing of %s', (command) => expect(plan(command)).toBeUndefined());

  it('is a command that make takes for a dry run', async () => {
    const { stdout } = await run([
      'sh',
      '-c',
      `cd /tmp && printf 'push:\\n\\techo $(HUB):$(TAG)\\n' | ${plan('make -f - push')}`,
    ]);
    expect(stdout).toBe('echo quay.io/acme:b1\n');
  });
});
