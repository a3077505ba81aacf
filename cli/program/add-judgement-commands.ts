import { Argument, type Command, Option } from 'commander';
import { integerOption } from '../options/integer-option.ts';
import { numberOption } from '../options/number-option.ts';
import type { Invoke } from './invoke.ts';
import { withExamples } from './with-examples.ts';

/** Commands that say something about what there is: whether it comes out again, what it is called, that it may not be used. */
export function addJudgementCommands(program: Command, invoke: Invoke): void {
  const verify = program
    .command('verify')
    .argument('<run>', 'a finished run: its id, enough of its beginning, or latest')
    .description('execute a share of its tasks again, and say whether the same comes out; exit code 1 when anything does not')
    .addOption(
      new Option('--share <n>', 'of the tasks, above 0 and at most 1; at least one task (default: 0.01)').argParser(
        numberOption({ above: 0, most: 1 }),
      ),
    )
    .addOption(new Option('--seed <n>', 'draws the tasks').argParser(integerOption(0, 2_147_483_647)))
    .option('--detach', 'return as soon as it is started')
    .option('--latest', 'start nothing: follow and show its latest verification');
  withExamples(
    verify.action(invoke(async () => (await import('../commands/verify.ts')).verify)),
    ['hopline verify RUN --share 0.01', 'one task in a hundred'],
    ['hopline verify RUN --latest', 'what was found last'],
  );

  const retract = program
    .command('retract')
    .addArgument(new Argument('<kind>', 'what it is').choices(['sample', 'model', 'dataset', 'prompt']))
    .argument('<what>', 'a sample key or 8 characters of it; name or digest of a model or dataset; a text, word for word')
    .description('mark something as not to be used any more: shows what rests on it, and asks; deletes nothing')
    .option('--reason <text>', 'why; needed to retract')
    .option('--project <name>', 'for this project alone')
    .option('--dry-run', 'only show what rests on it')
    .option('--withdraw', 'take the mark back')
    .option('--yes', 'do not ask');
  withExamples(
    retract.action(invoke(async () => (await import('../commands/retract.ts')).retract)),
    ['hopline retract sample KEY --dry-run', 'what rests on it'],
    ["hopline retract prompt 'a text' --reason 'a name' --yes", 'every sample that says exactly this'],
    ['hopline retract model painter --withdraw', 'it may be used again'],
  );

  withExamples(
    program
      .command('label')
      .argument('<run>', 'run id, enough of its beginning, or latest')
      .argument('<labels...>', 'name=value; an empty value removes the label')
      .description('give labels to a run, or take them away')
      .action(invoke(async () => (await import('../commands/label.ts')).label)),
    ['hopline label latest study=ablation keep=', 'sets one, removes another'],
    ['hopline runs --label study=ablation', 'finds them again'],
  );
}
