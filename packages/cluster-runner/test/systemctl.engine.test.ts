import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downSession, execInSession, type Session, upSession } from '../src/index.ts';
import { image, newName, place } from './harness.ts';

const name = newName();
let session: Session;

/** Runs a shell line in the cluster container. */
const shell = (line: string) => execInSession(place, session, ['sh', '-c', line]);
const systemctl = (line: string) => shell(`systemctl ${line}`);
const active = async (unit: string) => (await systemctl(`is-active ${unit}`)).stdout.trim();
const eventually = (unit: string) => expect.poll(() => active(unit), { timeout: 20_000 });

/** Writes a unit with these settings, and a drop-in if there are some. */
async function write(unit: string, settings: string[], dropIn: string[] = []): Promise<void> {
  const folder = '/etc/systemd/system';
  const file = (lines: string[]) =>
    `printf '%s\\n' ${['[Service]', ...lines].map((line) => `'${line}'`).join(' ')}`;
  await shell(`${file(settings)} > ${folder}/${unit}.service`);
  if (dropIn.length > 0)
    await shell(
      `mkdir -p ${folder}/${unit}.service.d; ${file(dropIn)} > ${folder}/${unit}.service.d/10-x.conf`,
    );
}

beforeAll(async () => {
  session = await upSession({ place, image, name, leaseSeconds: 600 });
});

afterAll(() => downSession(place, name));

describe("the cluster's systemctl, on s6", () => {
  it("knows the image's own services", async () => {
    expect(await systemctl('is-active containerd docker none')).toMatchObject({
      stdout: 'active\nactive\ninactive\n',
      exitCode: 0,
    });
  });

  it('runs the command of a drop-in with the environment of a file', async () => {
    await shell('echo \'WORDS="two words"\' > /etc/words');
    await write(
      'greeter',
      ['ExecStart=/bin/false'],
      [
        'EnvironmentFile=/etc/words',
        'ExecStart=',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: systemd's own
        'ExecStart=/bin/sh -c "echo $0 has $#: ${WORDS}; exec sleep 1000" $WORDS',
      ],
    );
    expect((await systemctl('start greeter')).exitCode).toBe(0);
    await expect
      .poll(async () => (await shell('journalctl --no-pager -u greeter')).stdout)
      .toBe('two has 1: two words\n');
    expect((await systemctl('status greeter')).stdout).toMatch(/Active: active \(running\)\n +Main PID: \d+/);
  });

  it('stops it, and restarts it with the changed file', async () => {
    await systemctl('stop greeter');
    expect(await systemctl('is-active greeter')).toMatchObject({ stdout: 'inactive\n', exitCode: 3 });
    await write('greeter', [], ['ExecStart=', 'ExecStart=/bin/sleep 2000']);
    await systemctl('restart greeter');
    expect((await shell('pgrep --full "sleep 2000"')).exitCode).toBe(0);
  });

  it('restarts a killed service if its unit says so', async () => {
    await write('always', ['ExecStart=/bin/sleep 3000', 'Restart=always', 'RestartSec=100ms']);
    await systemctl('start always');
    await shell('pkill --full "sleep 3000"');
    await eventually('always').toBe('active');
  });

  it('leaves a failed one as it is, and remembers that it failed', async () => {
    await write('once', ['ExecStart=/bin/false']);
    await systemctl('start once');
    await eventually('once').toBe('failed');
    await systemctl('reset-failed once');
    expect(await active('once')).toBe('inactive');
  });

  it('restarts containerd so that Docker and the cluster go on', async () => {
    expect((await systemctl('restart containerd')).exitCode).toBe(0);
    await expect
      .poll(async () => (await shell('istio-ci-node healthcheck')).exitCode, { timeout: 60_000 })
      .toBe(0);
  });

  it('names what it does not support', async () => {
    expect(await systemctl('hibernate')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("unknown command verb 'hibernate'"),
    });
  });
});
