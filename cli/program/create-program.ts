import { Command } from 'commander';
import { addDataCommands } from './add-data-commands.ts';
import { addJudgementCommands } from './add-judgement-commands.ts';
import { addQuestionCommands } from './add-question-commands.ts';
import { addRunCommands } from './add-run-commands.ts';
import { addServiceCommands } from './add-service-commands.ts';
import { addTokenCommands } from './add-token-commands.ts';
import type { Invoke } from './invoke.ts';

/** The command line's grammar. No command's code is loaded before it is called. `--json` and `--debug` go with every command. */
export function createProgram(invoke: Invoke): Command {
  const program = new Command('hopline')
    .description('Durable, resumable, reproducible synthetic-data pipelines with the lineage of every sample')
    .helpCommand(false)
    .showHelpAfterError('hint: hopline --help')
    .configureOutput({ outputError: (message, write) => write(message.replace(/^error: /, 'error[USAGE] ')) })
    .exitOverride();
  addServiceCommands(program, invoke);
  addRunCommands(program, invoke);
  addQuestionCommands(program, invoke);
  addJudgementCommands(program, invoke);
  addDataCommands(program, invoke);
  addTokenCommands(program, invoke);
  for (const command of everyCommand(program))
    command.option('--json', 'machine-readable output').option('--debug', 'stack traces and details');
  return program;
}

/** All commands that do something, in the order of the help. */
export function everyCommand(program: Command): Command[] {
  return program.commands.flatMap((command) => (command.commands.length ? everyCommand(command) : [command]));
}
