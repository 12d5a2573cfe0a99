import { describe, expect, it } from 'vitest';
import { commentLines } from './comments.ts';

const texts = (file: string, ...lines: string[]) =>
  commentLines(file, lines.join('\n')).map(({ line, text }) => `${line} ${text}`);

describe('the comments of a file', () => {
  it('are whole lines, blocks and what follows code in TypeScript, Go and Groovy', () => {
    const lines = ['/**', ' * one', ' */', 'const a = 1; // two', '// three', 'const b = 2;'];
    const expected = ['1 /**', '2 * one', '3 */', '4 // two', '5 // three'];
    for (const file of ['a.ts', 'a.go', 'Jenkinsfile']) expect(texts(file, ...lines)).toEqual(expected);
  });

  it('are not what stands in quotes', () => {
    expect(texts('a.ts', "const a = 'x // no';", 'const b = `y // no`; // yes')).toEqual(['2 // yes']);
  });

  it('begin with a hash in scripts, Dockerfiles and YAML', () => {
    expect(texts('run', '#!/bin/sh', 'echo "# no" # yes')).toEqual(['1 #!/bin/sh', '2 # yes']);
    for (const file of ['a/Dockerfile', 'Dockerfile.web', 'a.yaml'])
      expect(texts(file, '# x')).toEqual(['1 # x']);
  });

  it('are blocks in XML', () => {
    expect(texts('pom.xml', '<a/>', '<!-- one', 'two -->', '<b/>')).toEqual(['2 <!-- one', '3 two -->']);
  });

  it('are none in other files', () => {
    expect(texts('a.md', '# title')).toEqual([]);
  });
});
