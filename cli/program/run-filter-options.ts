import { type Command, InvalidArgumentError, Option } from 'commander';
import type { RunState } from '../operations/run-summary.ts';
import { collectOption } from '../options/collect-option.ts';
import { timeOption } from '../options/time-option.ts';

/** What `runs`, `cancel` and `resume` say about which runs are meant. */
export interface RunFilterOptions {
  pipeline?: string;
  project?: string;
  state: RunState[];
  label: string[];
  /** ISO 8601, as all times. */
  since?: string;
  before?: string;
}

const states: readonly RunState[] = ['PLANNING', 'QUEUED', 'RUNNING', 'PAUSED', 'SUCCEEDED', 'FAILED', 'CANCELLED'];

export function addRunFilterOptions(command: Command): Command {
  return command
    .option('--pipeline <name>', 'runs of this pipeline')
    .addOption(
      new Option('--state <state>', `runs in this state: ${states.join(', ').toLowerCase()}; may be repeated`)
        .argParser(stateOption)
        .default([], 'any'),
    )
    .addOption(
      new Option('--label <name=value>', 'runs with this label; may be repeated').argParser(collectOption).default([], 'none'),
    )
    .addOption(new Option('--since <time>', 'launched since: 24h, 7d, 2026-07-01').argParser((text) => timeOption(text)))
    .addOption(new Option('--before <time>', 'launched before that').argParser((text) => timeOption(text)))
    .option('--project <name>', 'runs of this project');
}

function stateOption(text: string, earlier: readonly RunState[]): RunState[] {
  const state = states.find((one) => one === text.toUpperCase());
  if (state) return [...earlier, state];
  throw new InvalidArgumentError(`It must be one of ${states.join(', ').toLowerCase()}.`);
}
