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
    .description('a run: its nodes, starts, attempts, metrics, failures')
    .action(invoke(async () => (await import('../commands/show.ts')).show));
  program
    .command('watch')
    .argument('<run>')
    .description('follow a run until it ends')
    .action(invoke(async () => (await import('../commands/watch.ts')).watch));
  for (const [name, words] of [
    ['pause', 'start no further tasks; those that run are finished'],
    ['unpause', 'go on after a pause'],
  ] as const) {
    program
      .command(name)
      .argument('<run>')
      .description(words)
      .action(invoke(async () => (await import(`../commands/${name}.ts`))[name]));
  }
  program
    .command('resume')
    .argument('<run>')
    .description(
      'go on with a run that failed, was cancelled, paused or interrupted, and watch it; finished work is never repeated',
    )
    .option('--detach', 'return as soon as it goes on')
    .action(invoke(async () => (await import('../commands/resume.ts')).resume));
  program
    .command('rerun')
    .argument('<run>')
    .description('a new run of the same request, and watch it; makes only what is missing, unless told otherwise')
    .option('--from <node>', 'make again this node and everything downstream of it')
    .option('--all', 'make everything again')
    .option('--detach', 'return as soon as the run is launched')
    .action(invoke(async () => (await import('../commands/rerun.ts')).rerun));
  program
    .command('cancel')
    .argument('<run>')
    .description('stop a run; what is committed stays')
    .option('--reason <text>', 'why; becomes the error of the run')
    .action(invoke(async () => (await import('../commands/cancel.ts')).cancel));
}
