import { describe, expect, it } from 'vitest';
import { sessionErrors } from '../../errors.ts';
import { engineError } from './engine-errors.ts';

const answered = (message: string, more: object = {}) => Object.assign(new Error(message), more);
const call = { what: 'start the cluster container', image: 'node:1', session: 's' } as const;

describe('engineError', () => {
  it.each([
    ['a full disk', answered('write /var/lib/x: no space left on device'), 'DISK_FULL'],
    [
      'no address range left',
      answered(
        'could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network',
      ),
      'NO_ADDRESSES',
    ],
    ['a taken port', answered('Bind for 127.0.0.1:8443 failed: port is already allocated'), 'PORT_TAKEN'],
    [
      'capabilities',
      answered('OCI runtime create failed: unable to apply caps: operation not permitted'),
      'PRIVILEGES_REFUSED',
    ],
    ['an image that is not there', answered('No such image: node:1', { statusCode: 404 }), 'IMAGE_MISSING'],
    [
      'a taken name',
      answered('Conflict. The container name "/k8s-s" is already in use', { statusCode: 409 }),
      'SESSION_EXISTS',
    ],
    ['a container that ended', answered('Container 1f is not running', { statusCode: 409 }), 'SESSION_GONE'],
    [
      'a container that is frozen',
      answered('Container 1f is paused, unpause the container before exec', { statusCode: 409 }),
      'SESSION_FROZEN',
    ],
    ['a container that is gone', answered('No such container: x', { statusCode: 404 }), 'SESSION_GONE'],
    ['an engine that is gone', answered('connect ENOENT', { code: 'ENOENT' }), 'ENGINE_LOST'],
    ['a broken connection', answered('socket hang up'), 'ENGINE_LOST'],
    [
      'a command that is not there',
      answered('exec: "make": executable file not found in $PATH'),
      'COMMAND_NOT_STARTED',
    ],
    ['anything else', answered('server error', { statusCode: 500 }), 'ENGINE_FAILED'],
  ])('knows %s', (_, answer, code) => {
    expect(engineError(answer, call)).toMatchObject({ code, exitCode: 8, cause: answer });
  });

  it('passes our own errors through', () => {
    const ours = sessionErrors.sessionGone('s');
    expect(engineError(ours, call)).toBe(ours);
  });

  it('returns the abort reason', () => {
    const reason = new Error('stop');
    expect(engineError(answered('socket hang up'), { ...call, signal: AbortSignal.abort(reason) })).toBe(
      reason,
    );
  });
});
