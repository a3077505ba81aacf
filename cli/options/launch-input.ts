import type { CommandContext } from '../command-context.ts';
import type { LaunchRunInput } from '../operations/launch-input.ts';
import type { LaunchOptions } from '../program/launch-options.ts';
import { type NameValue, nameValues } from './name-values.ts';
import { readParams } from './read-params.ts';

/** The request that the options describe. @throws UsageError */
export async function launchInput(context: CommandContext, pipeline: string, options: LaunchOptions): Promise<LaunchRunInput> {
  const labels = nameValues('--label', options.label);
  const datasets = nameValues('--dataset', options.dataset);
  const models = nameValues('--model', options.model);
  return {
    pipeline,
    params: await readParams(context.cwd, options),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.project === undefined ? {} : { project: options.project }),
    ...(labels.length > 0 ? { labels } : {}),
    ...(datasets.length > 0 ? { datasets: byName(datasets) } : {}),
    ...(models.length > 0 ? { models: byName(models) } : {}),
  };
}

const byName = (pairs: readonly NameValue[]): Record<string, string> =>
  Object.fromEntries(pairs.map(({ name, value }) => [name, value]));
