import { expect, test } from 'vitest';
import { createProgram, everyCommand } from './create-program.ts';

/** The whole help of a command, with what stands below its options. */
function helpOf(name: string): string {
  const command = everyCommand(createProgram(() => async () => {})).find((one) => one.name() === name)!;
  const parts: string[] = [];
  command.configureOutput({ writeOut: (part) => void parts.push(part) }).outputHelp();
  return parts.join('');
}

test.each(['what-if', 'verify', 'drift', 'compare', 'samples', 'retract', 'label', 'runs', 'cancel', 'resume', 'plan', 'run'])(
  'hopline %s --help ends with lines to type, whose options there are',
  (name) => {
    const [page = '', examples = ''] = helpOf(name).split('\nExamples:\n');
    const lines = examples.trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^ {2}hopline \S.* {2}# \S/);
    const typed = lines
      .filter((line) => line.includes(`hopline ${name}`))
      .flatMap((line) => line.split('  #')[0]!.match(/--[a-z-]+/g) ?? []);
    expect(typed.filter((option) => !page.includes(`${option} `))).toEqual([]);
  },
);
