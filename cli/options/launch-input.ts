import type { CommandContext } from '../command-context.ts';
import type { LaunchRunInput } from '../operations/launch-input.ts';
import type { LaunchOptions } from '../program/launch-options.ts';
import { UsageError } from '../usage-error.ts';
import { readParams } from './read-params.ts';

/** The request that the options describe. @throws UsageError */
export async function launchInput(context: CommandContext, pipeline: string, options: LaunchOptions): Promise<LaunchRunInput> {
  const labels = options.label.map((label) => {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(label) ?? [];
    if (name === undefined || value === undefined) throw new UsageError(`--label must be name=value, got ${label}`);
    return { name, value };
  });
  return {
    pipeline,
    params: await readParams(context.cwd, options),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.project === undefined ? {} : { project: options.project }),
    ...(labels.length > 0 ? { labels } : {}),
  };
}
