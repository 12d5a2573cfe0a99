import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downSession, runInSession, type Session, upSession } from '../src/index.ts';
import { giveBaseImage, image, kubectl, newName, place, podOf } from './harness.ts';

const name = newName();
let session: Session;

/** A web server on port 8080, with nothing but Perl's own modules. */
const server = `use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => 8080, Listen => 5) or die $!;
  while (my $c = $s->accept) { print $c "HTTP/1.0 200 OK\\r\\n\\r\\nhello\\n"; close $c }`;

function balancer(service: string, port: number) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: service },
    spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port, targetPort: 8080 }] },
  };
}

const read = (service: string, path: string) =>
  kubectl(session, `get service ${service} -o jsonpath={${path}}`);
const addressOf = (service: string) => read(service, '.status.loadBalancer.ingress[0].ip');
const conditionOf = (service: string) =>
  read(service, '.status.conditions[?(@.type=="LoadBalancerPortsError")].message');

/** Each check starts a container, which can take long on a busy machine. */
const eventually = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 20_000 });

/** What a container on the session's network gets from `url`. */
async function fetched(url: string): Promise<string[]> {
  const lines: string[] = [];
  const command = ['curl', '--silent', '--max-time', '5', url];
  await runInSession(place, session, { image, command, onLine: (line) => lines.push(line) });
  return lines;
}

beforeAll(async () => {
  session = await upSession({ place, image, name, leaseSeconds: 600 });
  const base = await giveBaseImage(session);
  await kubectl(session, 'apply -f -', podOf('web', base, ['perl', '-e', server]));
  await kubectl(session, 'apply -f -', balancer('first', 80));
  await kubectl(session, 'wait --for=condition=Ready pod/web --timeout=60s');
});

afterAll(() => downSession(place, name));

describe('a service of type LoadBalancer', () => {
  it("gets the node's address and answers there on the session's network", async () => {
    const node = await kubectl(session, 'get nodes -o jsonpath={.items[0].status.addresses[0].address}');
    await eventually(() => addressOf('first')).toBe(node);
    await eventually(() => fetched(`http://${node}/`)).toEqual(['hello']);
    expect(await fetched('http://kubernetes/')).toEqual(['hello']);
  });

  it('shares the address with one that has another port', async () => {
    await kubectl(session, 'apply -f -', balancer('other', 81));
    await eventually(() => addressOf('other')).toBe(await addressOf('first'));
    await eventually(() => fetched('http://kubernetes:81/')).toEqual(['hello']);
  });

  it('gets no address while its port is taken, says whose it is, and gets it when that one goes', async () => {
    await kubectl(session, 'apply -f -', balancer('second', 80));
    await eventually(() => conditionOf('second')).toMatch(/port 80\/TCP .* belongs to default\/first/);
    expect(await addressOf('second')).toBe('');
    expect(await kubectl(session, 'get events --field-selector reason=SyncLoadBalancerFailed')).toContain(
      'belongs to default/first',
    );
    await kubectl(session, 'delete service first');
    await eventually(() => addressOf('second')).not.toBe('');
    expect(await conditionOf('second')).toBe('');
    await eventually(() => fetched('http://kubernetes/')).toEqual(['hello']);
  });

  it("cannot take the API server's port away from it", async () => {
    await kubectl(session, 'apply -f -', balancer('greedy', 8443));
    await eventually(() => conditionOf('greedy')).toContain('belongs to the API server');
    expect(await fetched('http://kubernetes:8443/')).not.toContain('hello');
  });
});
