import type { ContainerCreateOptions } from 'dockerode';
import type { EngineAddress } from '../engine/address.ts';
import { label, labelsFor, type SessionMark } from '../labels.ts';
import { names } from '../names.ts';
import type { ServiceRequest } from '../session/types.ts';

/** A helper container on the session's network as the engine's API takes it. Pure. */
export function serviceContainer(
  { name, image, ports = [], env = {}, command }: ServiceRequest,
  {
    mark,
    network,
    address,
  }: { readonly mark: SessionMark; readonly network: string; readonly address: EngineAddress },
): ContainerCreateOptions {
  const binding = [{ HostIp: address.local ? address.host : '', HostPort: '' }];
  const keys = ports.map((port) => `${port}/tcp`);
  return {
    name: names.service(mark.name, name),
    Image: image,
    ...(command === undefined ? {} : { Entrypoint: [], Cmd: [...command] }),
    Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    Labels: { ...labelsFor(mark, 'service'), [label.service]: name },
    ExposedPorts: Object.fromEntries(keys.map((key) => [key, {}])),
    HostConfig: {
      AutoRemove: true,
      Init: true,
      NetworkMode: network,
      PortBindings: Object.fromEntries(keys.map((key) => [key, binding])),
    },
    NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [name] } } },
  };
}
