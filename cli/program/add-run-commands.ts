import { type Command, Option } from 'commander';
import { integerOption } from '../options/integer-option.ts';
import type { Invoke } from './invoke.ts';
import { addLaunchOptions } from './launch-options.ts';

export function addRunCommands(program: Command, invoke: Invoke): void {
  addLaunchOptions(
    program
      .command('plan')
      .argument('<pipeline>')
      .description('what a run would make, what is there already, and why; starts nothing'),
  ).action(invoke(async () => (await import('../commands/plan.ts')).plan));
  addLaunchOptions(program.command('run').argument('<pipeline>').description('launch a run and watch it'))
    .option('--detach', 'return as soon as the run is launched')
    .option('--idempotency-key <key>', 'launching twice with the same key gives the same run')
    .addOption(new Option('--priority <n>', 'higher goes first, 1 to 5').argParser(integerOption(1, 5)))
    .action(invoke(async () => (await import('../commands/run.ts')).run));
  program
    .command('runs')
    .description('the latest runs')
    .addOption(new Option('--limit <n>', 'how many').argParser(integerOption(1, 100)).default(20))
    .action(invoke(async () => (await import('../commands/runs.ts')).runs));
  program
    .command('show')
    .argument('<run>', 'run id, or enough of its beginning')
    .description('a run: its nodes, metrics, failures')
    .action(invoke(async () => (await import('../commands/show.ts')).show));
  program
    .command('watch')
    .argument('<run>')
    .description('follow a run until it ends')
    .action(invoke(async () => (await import('../commands/watch.ts')).watch));
  for (const [name, words] of [
    ['pause', 'start no further tasks; those that run are finished'],
    ['unpause', 'go on after a pause'],
    ['resume', 'go on with a failed or cancelled run; finished work is never repeated'],
  ] as const) {
    program
      .command(name)
      .argument('<run>')
      .description(words)
      .action(invoke(async () => (await import(`../commands/${name}.ts`))[name]));
  }
  program
    .command('cancel')
    .argument('<run>')
    .description('stop a run; what is committed stays')
    .option('--reason <text>', 'recorded with the run')
    .action(invoke(async () => (await import('../commands/cancel.ts')).cancel));
}
