import { type Command, Option } from 'commander';
import { integerOption } from '../options/integer-option.ts';
import type { Invoke } from './invoke.ts';
import { addLaunchOptions } from './launch-options.ts';
import { addRunFilterOptions } from './run-filter-options.ts';
import { withExamples } from './with-examples.ts';

export function addRunCommands(program: Command, invoke: Invoke): void {
  withExamples(
    addLaunchOptions(
      program
        .command('plan')
        .argument('<pipeline>')
        .description('what a run would make, what is there already, and why; starts nothing'),
    ).action(invoke(async () => (await import('../commands/plan.ts')).plan)),
    ['hopline plan mi2rage --set selection.keep=3', 'what a change would cost'],
  );
  withExamples(
    addLaunchOptions(program.command('run').argument('<pipeline>').description('launch a run and watch it'))
      .option('--detach', 'return as soon as the run is launched')
      .option('--idempotency-key <key>', 'launching twice with the same key gives the same run')
      .addOption(new Option('--priority <n>', 'higher goes first, 1 to 5').argParser(integerOption(1, 5)))
      .action(invoke(async () => (await import('../commands/run.ts')).run)),
    ['hopline run mi2rage --seed 1 --label study=ablation', 'launched and watched'],
    ['hopline run mi2rage --dataset scenes=beff7eaded65', 'with the version of a dataset that data ls NAME shows'],
  );
  withExamples(
    addRunFilterOptions(program.command('runs').description('the latest runs'))
      .addOption(new Option('--limit <n>', 'how many').argParser(integerOption(1)).default(20))
      .option('--all', 'all of them')
      .action(invoke(async () => (await import('../commands/runs.ts')).runs)),
    ['hopline runs --pipeline mi2rage --state failed --since 7d', 'what failed this week'],
  );
  program
    .command('show')
    .argument('<run>', 'run id, or enough of its beginning')
    .description('a run: its nodes, starts, attempts, metrics, failures')
    .action(invoke(async () => (await import('../commands/show.ts')).show));
  withExamples(
    program
      .command('watch')
      .argument('<run>')
      .description('follow a run until it ends; with --json a line for each event, and the outcome as the last one')
      .option('--after <cursor>', 'with --json: the events behind this one; default: from the beginning')
      .action(invoke(async () => (await import('../commands/watch.ts')).watch)),
    ['hopline watch latest', 'bars, pace and time left; Ctrl-C ends the watching, not the run'],
    ['hopline watch latest --json --after CURSOR', 'for programs: nothing missed, nothing twice'],
  );
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
  withExamples(
    addRunFilterOptions(
      program
        .command('resume')
        .argument('[run]', 'run id, enough of its beginning, or latest; or say which runs')
        .description(
          'go on with a run that failed, was cancelled, paused or interrupted, and watch it; finished work is never repeated',
        ),
    )
      .option('--detach', 'return as soon as it goes on, as with many runs anyway')
      .option('--yes', 'with many runs: do not ask')
      .action(invoke(async () => (await import('../commands/resume.ts')).resume)),
    ['hopline resume latest', 'one run, watched'],
    ['hopline resume --state failed --since 24h', 'all of them: shows which, and asks'],
  );
  program
    .command('rerun')
    .argument('<run>')
    .description('a new run of the same request, and watch it; makes only what is missing, unless told otherwise')
    .option('--from <node>', 'make again this node and everything downstream of it')
    .option('--all', 'make everything again')
    .option('--detach', 'return as soon as the run is launched')
    .action(invoke(async () => (await import('../commands/rerun.ts')).rerun));
  withExamples(
    addRunFilterOptions(
      program
        .command('cancel')
        .argument('[run]', 'run id, enough of its beginning, or latest; or say which runs')
        .description('stop a run; what is committed stays'),
    )
      .option('--reason <text>', 'why; becomes the error of the run')
      .option('--yes', 'with many runs: do not ask')
      .action(invoke(async () => (await import('../commands/cancel.ts')).cancel)),
    ['hopline cancel RUN --reason "wrong seed"', 'one run'],
    ['hopline cancel --pipeline toy --state queued', 'all of them: shows which, and asks'],
  );
}
