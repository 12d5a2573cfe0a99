import { projectCommands } from '@istio-ci/cli/project-commands';
import { describe, expect, it } from 'vitest';
import { createToolsCommand } from './command.ts';

const { root } = createToolsCommand({ signal: new AbortController().signal, defer: () => {} });
const commands = root.createHelp().visibleCommands(root);

describe('the commands for this project itself', () => {
  it('are those that the help of the product names, in its words', () => {
    const named = commands.filter((command) => command.name() !== 'help');
    expect(
      named.map((command) => ({
        word: command.name(),
        about: expect.stringContaining(command.name() === 'test' ? 'tests of istio-ci itself' : 'Measure'),
      })),
    ).toEqual(projectCommands);
  });
});
