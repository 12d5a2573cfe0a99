import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnv, run } from '@istio-ci/kit';
import type Docker from 'dockerode';
import type { ReleasePlan } from '../src/decision/plan.ts';

/** A distribution whose `make push` builds two images and pushes them, with the engine's own client. */
export interface TestDistribution extends AsyncDisposable {
  readonly root: string;
  readonly outDir: string;
  /** Runs `make HUB=… TAG=… <target>`. */
  make(target: string, hub: string, tag: string, dockerConfigDir?: string): Promise<void>;
  /** What make would run. */
  plan(target: string, hub: string, tag: string): Promise<string>;
}

const makefile = `
export DOCKER_BUILDKIT := 0
images:
\tfor name in pilot proxyv2; do docker build --quiet --tag $(HUB)/$$name:$(TAG) $$name; done
push: images
\tdocker push --quiet $(HUB)/pilot:$(TAG)
\tdocker push --quiet $(HUB)/proxyv2:$(TAG)
push-one: images
\tdocker push --quiet $(HUB)/pilot:$(TAG)
push-slow: images
\tdocker push --quiet $(HUB)/pilot:$(TAG)
\tsleep 300
push-cut:
\tdocker build --quiet --tag $(HUB)/pilot:$(TAG) pilot
\tdocker push --quiet $(HUB)/pilot:$(TAG)
\tfalse
`;

/** `text` makes its images different from those of others; `lines` are added to pilot's Dockerfile. */
export async function makeDistribution(engine: Docker, text: string, lines = ''): Promise<TestDistribution> {
  const root = await mkdtemp(join(tmpdir(), 'release-pusher-dist-'));
  await writeFile(join(root, 'Makefile'), makefile);
  for (const name of ['pilot', 'proxyv2']) {
    await mkdir(join(root, name));
    await writeFile(join(root, name, 'content'), `${name} of ${text}`);
    await writeFile(
      join(root, name, 'Dockerfile'),
      `FROM scratch\nCOPY content /\nLABEL release-pusher-test=${text} org.opencontainers.image.revision=r1\n${name === 'pilot' ? lines : ''}`,
    );
  }
  return {
    root,
    outDir: join(root, 'out'),
    make: async (target, hub, tag, dockerConfigDir) => {
      const env = childEnv({ DOCKER_CONFIG: dockerConfigDir }, ['DOCKER_HOST']);
      await run(['make', '-C', root, target, `HUB=${hub}`, `TAG=${tag}`], { env });
    },
    plan: async (target, hub, tag) => {
      const command = ['make', '--dry-run', '-C', root, target, `HUB=${hub}`, `TAG=${tag}`];
      return (await run(command)).stdout;
    },
    [Symbol.asyncDispose]: async () => {
      const images = await engine.listImages({ filters: { label: [`release-pusher-test=${text}`] } });
      for (const { Id } of images) await engine.getImage(Id).remove({ force: true });
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** The plan for a clean checkout with a release tag. */
export function testPlan(candidateTag: string, releaseTag?: string): ReleasePlan {
  const commit = '0123456789012345678901234567890123456789';
  return {
    commit,
    tree: { commit, clean: true, changed: [], fingerprint: 'none' },
    candidateTag,
    release:
      releaseTag === undefined
        ? { kind: 'none', reason: 'NO_TAG', message: 'HEAD carries no tag.' }
        : { kind: 'tag', tag: releaseTag, annotated: false, moving: ['latest'] },
    tagsAtHead: [],
    grammar: {},
  };
}
