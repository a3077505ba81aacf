import { expect, test } from 'vitest';
import { createProgram, everyCommand } from './create-program.ts';

test('the help of every command is what it was', () => {
  const program = createProgram(() => async () => {});
  const pages = [program, ...everyCommand(program)].map((command) => command.configureHelp({ helpWidth: 120 }).helpInformation());
  expect(pages.join('\n')).toMatchSnapshot();
});
