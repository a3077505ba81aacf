import type { Command } from 'commander';

/** Lines to type, below a command's help: each with what it does. */
export function withExamples(command: Command, ...examples: readonly (readonly [line: string, words: string])[]): Command {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, words]) => `  ${line.padEnd(width)}  # ${words}`);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}
