import { type Command, Option } from 'commander';
import { collectOption } from '../options/collect-option.ts';
import { integerOption } from '../options/integer-option.ts';

/** What `plan`, `run` and `demo` say about a run to be launched. */
export interface LaunchOptions {
  params?: string;
  set: string[];
  seed?: number;
  project?: string;
  label: string[];
  /** Versions to use instead of the latest of a name: `name=digest`, or another name. */
  dataset: string[];
  model: string[];
}

export function addLaunchOptions(command: Command): Command {
  return command
    .option('--params <file>', "the pipeline's params as a JSON file")
    .addOption(
      new Option('--set <name=value>', 'one param; dotted paths and JSON values; may be repeated')
        .argParser(collectOption)
        .default([], 'none'),
    )
    .addOption(new Option('--seed <n>', "the run's seed").argParser(integerOption(0, 2_147_483_647)))
    .option('--project <name>', 'the project that the run belongs to')
    .addOption(
      new Option('--dataset <name=version>', 'instead of the latest of this dataset: a digest, or another name; may be repeated')
        .argParser(collectOption)
        .default([], 'none'),
    )
    .addOption(new Option('--model <name=version>', 'the same for a model').argParser(collectOption).default([], 'none'))
    .addOption(
      new Option('--label <name=value>', 'a label of the run; may be repeated').argParser(collectOption).default([], 'none'),
    );
}
