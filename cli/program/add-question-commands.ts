import { type Command, Option } from 'commander';
import { collectOption } from '../options/collect-option.ts';
import { integerOption } from '../options/integer-option.ts';
import { numberOption } from '../options/number-option.ts';
import { scoreOption } from '../options/score-ranges.ts';
import type { Invoke } from './invoke.ts';
import { withExamples } from './with-examples.ts';

/** Commands that ask, and change nothing. */
export function addQuestionCommands(program: Command, invoke: Invoke): void {
  const samples = program
    .command('samples')
    .argument('[run]', 'run id, enough of its beginning, or latest; without it --text or --failed')
    .description('samples of a run, or of all runs, by node, text, score, decision')
    .option('--node <name>', 'a source or map: its samples; a scorer: those it scored; a selection: those it decided about')
    .option('--kept', 'kept by the selection that --node names, else by any')
    .option('--dropped', 'not kept')
    .option('--failed', 'that could not be made')
    .option('--text <words>', 'whose text has these words, as typed into a search box: red circle, "left of", cat or dog, -blue')
    .addOption(
      new Option('--score <bound>', "by loss: 'NODE>=0.1', 'NODE<=0.5' or '<=0.5'; given twice it is a range").argParser(
        scoreOption,
      ),
    )
    .addOption(new Option('--hop <n>', 'so many generator calls from the real sample').argParser(integerOption(0)))
    .addOption(new Option('--depth <n>', 'the n-th arrival in the missing modality').argParser(integerOption(0)))
    .addOption(new Option('--chain <n>', 'of this chain').argParser(integerOption(0)))
    .addOption(new Option('--modality <modality>', 'only these').choices(['text', 'image', 'features']))
    .option('--class <name>', "what the dataset's row says of the real sample that it grew from: meta.label")
    .addOption(new Option('--limit <n>', 'how many').argParser(integerOption(1)).default(20))
    .option('--all', 'all of them');
  withExamples(
    samples.action(invoke(async () => (await import('../commands/samples.ts')).samples)),
    ["hopline samples latest --node scores --score 'scores<=0.1'", 'what a scorer likes'],
    ['hopline samples RUN --node keep --dropped --limit 5', 'what a selection did not keep'],
    ['hopline samples --text \'"left of" -blue\'', 'by words, in all runs'],
  );

  const whatIf = program
    .command('what-if')
    .argument('<run>', 'run id, enough of its beginning, or latest')
    .argument('<node>', 'a selection of the run')
    .description('what another rule would have kept, from stored scores; computes nothing on a device, stores nothing')
    .addOption(
      new Option('--set <name=value>', "one of the selection's own params; may be repeated")
        .argParser(collectOption)
        .default([], 'none'),
    )
    .addOption(
      new Option('--share <n>', 'of all candidates those with the lowest loss, 0 to 1').argParser(
        numberOption({ least: 0, most: 1 }),
      ),
    )
    .addOption(new Option('--threshold <n>', 'those with at most this loss').argParser(numberOption()))
    .addOption(new Option('--keep-per-instance <n>', 'so many of each real sample').argParser(integerOption(0)))
    .addOption(
      new Option('--share-per-instance <n>', 'a share of those of each real sample, 0 to 1').argParser(
        numberOption({ least: 0, most: 1 }),
      ),
    )
    .addOption(
      new Option('--random-seed <n>', 'as many of each real sample as now, by chance').argParser(integerOption(0, 2_147_483_647)),
    )
    .option('--worst', 'the highest losses instead')
    .option('--scores <node>', 'another teacher: the scorer of the run whose scores are ranked')
    .addOption(
      new Option('--samples <n>', 'how many of those that enter and leave to show').argParser(integerOption(1, 100)).default(5),
    );
  withExamples(
    whatIf.action(invoke(async () => (await import('../commands/what-if.ts')).whatIf)),
    ['hopline what-if latest full-selection --set keep=4', "the selection's own rule with another param"],
    ['hopline what-if RUN NODE --threshold 0.5', 'all with a loss of at most 0.5'],
    ['hopline what-if RUN NODE --keep-per-instance 2 --worst', 'the two worst of each real sample'],
  );

  withExamples(
    program
      .command('compare')
      .argument('<run>', 'run id, enough of its beginning, or latest')
      .argument('<runs...>', 'one to nine others')
      .description('runs side by side: params, plan, samples, metrics')
      .option('--metric <name>', 'metrics of this name alone')
      .option('--slice <name>', 'metrics of this slice alone: all, a class')
      .action(invoke(async () => (await import('../commands/compare.ts')).compare)),
    ['hopline compare RUN OTHER', 'in what two runs differ, and by how much'],
    ['hopline compare RUN OTHER --metric macroF1 --slice all', 'the same with one line of metrics a node'],
  );
  withExamples(
    program
      .command('drift')
      .argument('<run>', 'run id, enough of its beginning, or latest')
      .description('what is lost from hop to hop: distance to the real samples, diversity, what is left of the label')
      .action(invoke(async () => (await import('../commands/drift.ts')).drift)),
    ['hopline drift latest', 'a line for each hop of a modality'],
  );
}
