import type Docker from 'dockerode';

/** Where the engine's published ports are reached from here. */
export interface PublishedAt {
  readonly host: string;
  /** False for an engine on another machine: its loopback is not ours. */
  readonly local: boolean;
}

export const loopback: PublishedAt = { host: '127.0.0.1', local: true };

/**
 * Read from the connection itself: a socket is this machine, otherwise it is the host that DOCKER_HOST names.
 */
export function publishedAt(engine: Docker): PublishedAt {
  const { host, socketPath } = engine.modem as { host?: string; socketPath?: unknown };
  if (socketPath !== undefined || host === undefined || isLoopback(host)) return loopback;
  return { host: host.replace(/^\[|\]$/g, ''), local: false };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || host.startsWith('127.');
}
