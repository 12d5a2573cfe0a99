import { join } from 'node:path';

/** A place in the distribution, for people: `Makefile:21`. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** What the text of a Makefile and of its includes says, without running make. */
export interface MakefileScan {
  /** The first rule of each plain target. */
  readonly targets: ReadonlyMap<string, Place>;
  /** The last value of each variable that is plain text. */
  readonly variables: ReadonlyMap<string, Place & { readonly value: string }>;
  /** The whole text. */
  readonly text: string;
}

/**
 * Reads the rules and variables of a Makefile. Make itself would run the shell commands in it, which `init`
 * must not do. Computed names are not found; the stage Check asks make for them. `folder` is where make runs,
 * and the start of each place. Pure apart from `read`.
 */
export function scanMakefile(
  file: string,
  read: (file: string) => string | undefined,
  folder = '.',
): MakefileScan {
  const targets = new Map<string, Place>();
  const variables = new Map<string, Place & { value: string }>();
  const texts: string[] = [];
  const seen = new Set<string>();
  const scan = (name: string) => {
    const text = seen.has(name) ? undefined : read(name);
    seen.add(name);
    if (text === undefined) return;
    texts.push(text);
    for (const [index, content] of text.split('\n').entries()) {
      const place = { file: join(folder, name), line: index + 1 };
      for (const included of includesOf(content)) scan(included);
      for (const target of targetsOf(content)) if (!targets.has(target)) targets.set(target, place);
      const [, variable, value] = /^(?:export\s+)?(\w+)\s*(?:\?|::?)?=\s*([^$]*?)\s*$/.exec(content) ?? [];
      if (variable && value) variables.set(variable, { ...place, value });
    }
  };
  scan(file);
  return { targets, variables, text: texts.join('\n') };
}

function includesOf(line: string): string[] {
  const [, names] = /^-?include\s+([^$#]+)$/.exec(line) ?? [];
  return names?.trim().split(/\s+/) ?? [];
}

function targetsOf(line: string): string[] {
  const [, names] = /^([A-Za-z0-9_][^:=#$]*?)\s*::?(?!=)/.exec(line) ?? [];
  return names?.split(/\s+/).filter((name) => /^[\w.-]+$/.test(name)) ?? [];
}
