import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Catalogue } from './catalogue.ts';
import { resolveImages } from './inputs.ts';

let root: string;
let catalogue: Catalogue;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'istio-ci-inputs-'));
  write('images/base/Dockerfile', 'FROM x');
  write('images/builder/Dockerfile', 'FROM y');
  write('images/server/Dockerfile', 'FROM z');
  write('programs/go.mod', 'module programs\n');
  write('programs/main.go', 'package main');
  catalogue = {
    root,
    compiler: 'base',
    binarySets: [
      {
        name: 'programs',
        title: 'programs',
        parts: { '': 'programs' },
        packages: './...',
        stamps: () => ({}),
        diskMiB: 1,
      },
    ],
    images: [
      { name: 'base', ca: 'kept', diskMiB: 1 },
      {
        name: 'builder',
        from: 'base',
        asCaller: true,
        binaries: [{ set: 'programs', files: ['a'] }],
        diskMiB: 1,
      },
      { name: 'server', from: 'base', exclude: ['notes'], diskMiB: 1 },
    ],
  };
});

afterEach(() => rmSync(root, { recursive: true }));

const refs = async (extraCa?: string) =>
  Object.fromEntries(
    (await resolveImages(catalogue, ['builder', 'server'], { extraCa })).map(({ spec, ref }) => [
      spec.name,
      ref,
    ]),
  );

/** The names of the images whose tag is another after `change`. */
async function changedBy(change: () => void): Promise<string[]> {
  const before = await refs();
  change();
  const after = await refs();
  return Object.keys(after).filter((name) => after[name] !== before[name]);
}

describe('resolveImages', () => {
  it('makes tags of twelve hex digits that stay the same', async () => {
    const first = await refs();
    expect(first.server).toMatch(/^istio-ci\/server:[0-9a-f]{12}$/);
    expect(await refs()).toEqual(first);
  });

  it('makes another tag for a changed file', async () => {
    expect(await changedBy(() => write('images/server/Dockerfile', 'FROM zz'))).toEqual(['server']);
  });

  it('makes another tag for a renamed file', async () => {
    write('images/server/a', '');
    const rename = () => {
      rmSync(join(root, 'images/server/a'));
      write('images/server/b', '');
    };
    expect(await changedBy(rename)).toEqual(['server']);
  });

  it('makes another tag for every image based on a changed one', async () => {
    expect(await changedBy(() => write('images/base/Dockerfile', 'FROM xx'))).toEqual([
      'base',
      'builder',
      'server',
    ]);
  });

  it('keeps the tag when a part changes that the build does not need', async () => {
    expect(await changedBy(() => write('images/server/notes', 'x'))).toEqual([]);
  });

  it('makes another tag for changed sources of a compiled program, and for no other image', async () => {
    expect(await changedBy(() => write('programs/main.go', 'package main // x'))).toEqual(['builder']);
    expect(await changedBy(() => write('programs/go.sum', 'x'))).toEqual(['builder']);
  });

  it('takes the labels of its programs, and another tag when they say something else', async () => {
    const labelsOf = async () => {
      const images = await resolveImages(catalogue, ['builder', 'server']);
      return images.map(({ labels }) => labels);
    };
    const says = (release: string) => () => {
      const binarySets = catalogue.binarySets.map((set) => ({ ...set, labels: () => ({ release }) }));
      catalogue = { ...catalogue, binarySets };
    };
    says('1')();
    expect(await labelsOf()).toEqual([{}, { release: '1' }, {}]);
    expect(await changedBy(says('2'))).toEqual(['builder']);
  });

  it('keeps the tag when only a test of a program changes', async () => {
    expect(await changedBy(() => write('programs/main_test.go', 'package main'))).toEqual([]);
  });

  it('makes another tag for every image with an extra CA', async () => {
    write('ca.pem', 'certificate');
    const [plain, extra] = [await refs(), await refs(join(root, 'ca.pem'))];
    for (const name of Object.keys(plain)) expect(extra[name]).not.toBe(plain[name]);
  });

  it('fails for an extra CA that cannot be read', async () => {
    await expect(refs(join(root, 'none.pem'))).rejects.toMatchObject({ code: 'EXTRA_CA_UNREADABLE' });
  });

  it("uses the caller's IDs only for images that ask for them", async () => {
    const images = await resolveImages(catalogue, ['builder', 'server']);
    const withIds = images.filter(({ args }) => 'UID' in args).map(({ spec }) => spec.name);
    expect(withIds).toEqual(['builder']);
  });
});
