import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot, run } from '@istio-ci/kit';
import { beforeAll, describe, expect, it } from 'vitest';

/** Files that name an example without being a place to touch for another one, and why. */
const exceptions: Readonly<Record<string, string>> = {
  'packages/pipeline/src/stages/envoy.ts': "a comment on Istio's own make depend",
  'packages/pipeline/src/errors.ts': 'the remedy names the targets of a Makefile',
  'packages/release-pusher/src/secrets/encodings.ts': 'prose',
  'packages/distribution/src/schema.ts demo-mirror': 'a description names it as an example',
  'docs/istio-ci.schema.json demo-mirror': 'the same description',
  'examples/istio/istio-ci.yaml': 'uses the image',
  'packages/cli/src/commands/images.ts': 'a row of the result names the image',
  'packages/image-builder/minikube.lock.json': "the hashes of minikube's own programs",
  'images/minikube-dind/node/internal/config/config.go': 'the default',
  'images/minikube-dind/node/internal/bootstrap/native.go': 'the other example',
  'packages/cluster-runner/src/by-hand.ts': 'docker run by hand is for the Docker engine alone',
  'Jenkinsfile 1.36': 'a description names it as an example',
};

interface Kind {
  readonly heading: string;
  readonly example: string;
  /** An extended regular expression of git grep that finds the example as the name of this kind of thing. */
  readonly pattern: string;
  /** Where to search; tests, fixtures and lock files are left out. */
  readonly files: readonly string[];
}

const kinds: readonly Kind[] = [
  {
    heading: 'A stage',
    example: 'depend',
    pattern: '\\bdepend\\b',
    files: ['*.ts', '*.json', '*.yml', 'Jenkinsfile'],
  },
  {
    heading: 'A bootstrapper',
    example: 'minikube',
    // Quoted by itself, it is a bootstrapper's name; minikube's programs and image are named otherwise.
    pattern: '["\'](native|minikube)["\']',
    files: [
      'packages/kit',
      'packages/distribution',
      'packages/cli',
      'packages/cluster-runner',
      '*.go',
      '*.json',
    ],
  },
  {
    heading: 'An image',
    example: 'demo-mirror',
    pattern: 'demo-mirror',
    files: ['packages', 'images', '*.json', '*.yaml'],
  },
  {
    heading: 'A Kubernetes version',
    example: '1.36',
    pattern: '["\']1\\.36["\']',
    files: ['packages', 'scripts', '*.json', 'Jenkinsfile'],
  },
  {
    heading: 'A place',
    example: 'engine',
    pattern: "place/engine|'\\./engine/",
    files: ['packages/cluster-runner', 'packages/pipeline', 'packages/cli'],
  },
];

let page: string;
beforeAll(async () => {
  page = await readFile(join(repositoryRoot, 'docs/extending.md'), 'utf8');
});

/** The paths that a section of the page lists, with the example in the place of `<name>`. */
function listed({ heading, example }: Kind): string[] {
  const section = page.split('\n## ').find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const items = section.split('\n- ').slice(1).join('\n');
  const paths = [...items.matchAll(/`([\w./<>-]+\/[\w./<>-]*|Jenkinsfile|[\w-]+\.(?:md|json))`/g)];
  return paths.map(([, path = '']) => path.replaceAll('<name>', example));
}

async function filesNaming({ pattern, files }: Kind): Promise<string[]> {
  const left = ['*.test.ts', '**/test/**', 'test', 'tools', '**/fixtures/**', 'pnpm-lock.yaml', '*_test.go'];
  const exclude = left.map((path) => `:(exclude)${path}`);
  const command = ['git', 'grep', '-lE', pattern, '--', ...files, ...exclude];
  const { stdout } = await run(command, { cwd: repositoryRoot, okCodes: [0, 1] });
  return stdout.split('\n').filter(Boolean);
}

describe.each(kinds)('docs/extending.md on $heading', (kind) => {
  it('lists only files and folders that exist', async () => {
    const { stdout } = await run(['git', 'ls-files'], { cwd: repositoryRoot });
    const files = stdout.split('\n');
    const missing = listed(kind).filter((path) =>
      path.endsWith('/') ? !files.some((file) => file.startsWith(path)) : !files.includes(path),
    );
    expect(listed(kind).length).toBeGreaterThan(1);
    expect(missing).toEqual([]);
  });

  it('lists every file that names the example', async () => {
    const known = listed(kind);
    const isKnown = (file: string) =>
      known.some((path) => file === path || (path.endsWith('/') && file.startsWith(path)));
    const unlisted = (await filesNaming(kind)).filter(
      (file) => !isKnown(file) && !(file in exceptions) && !(`${file} ${kind.example}` in exceptions),
    );
    expect(unlisted).toEqual([]);
  });
});
