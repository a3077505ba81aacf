import type { ApiClient } from '../client/api-client.ts';
import { connect } from '../client/connect.ts';
import { unwrapResult } from '../client/unwrap-result.ts';
import type { CommandContext } from '../command-context.ts';
import { launchRun } from '../operations/launch-run.ts';
import { launchInput } from '../options/launch-input.ts';
import type { LaunchOptions } from '../program/launch-options.ts';
import { watchToEnd } from './watch.ts';

export interface RunOptions extends LaunchOptions {
  detach?: boolean;
  idempotencyKey?: string;
  priority?: number;
}

/** Launches a run and watches it. Exit code 0 only when it succeeded. */
export async function run(context: CommandContext, pipeline: string, options: RunOptions): Promise<number> {
  const input = await launchInput(context, pipeline, options);
  const client: ApiClient = await connect(context);
  const { run: launched } = unwrapResult(
    (
      await client.query(launchRun, {
        input: {
          ...input,
          ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
          ...(options.priority === undefined ? {} : { priority: options.priority }),
        },
      })
    ).launchRun,
  );
  if (options.detach) {
    const { runId, state } = launched;
    context.print(context.json ? JSON.stringify({ runId, state, rootDigest: launched.rootDigest }) : `run ${runId}`);
    if (!context.json) context.note(`hopline watch ${runId}`);
    return 0;
  }
  context.note(`run ${launched.runId}`);
  return watchToEnd(context, client, launched.runId);
}
