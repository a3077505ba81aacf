import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import proto, { type temporal } from '@temporalio/proto';
import { bundleWorkflowCode, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { beforeAll, describe, expect, test } from 'vitest';

const here = dirname(fileURLToPath(import.meta.url));
const { History } = proto.temporal.api.history.v1;
type StoredHistory = temporal.api.history.v1.IHistory;

const stored = readdirSync(join(here, 'stored')).flatMap((folder) =>
  readdirSync(join(here, 'stored', folder)).map((file) => `${folder}/${file.replace(/\.binpb$/, '')}`),
);
const read = (name: string): StoredHistory => History.decode(readFileSync(join(here, 'stored', `${name}.binpb`)));
const workflowIdOf = (history: StoredHistory): string => history.events![0]!.workflowExecutionStartedEventAttributes!.workflowId!;

/** Replays with the workflow code as it is now, from its sources: an old bundle must not hide a change. */
async function replay(bundle: WorkflowBundleWithSourceMap, history: StoredHistory): Promise<Error | undefined> {
  try {
    await Worker.runReplayHistory({ workflowBundle: bundle, replayName: 'stored' }, history, workflowIdOf(history));
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

const remedy = (name: string, why: string): string =>
  `the workflow code no longer replays the stored history ${name}: runs that are under way would stop. Keep the old commands behind ` +
  `patched('a-name') of @temporalio/workflow, or give the new code a workflow type of its own; then record the new path with ` +
  `npx tsx test/histories/record.ts NAME. (${why})`;

describe('stored histories', () => {
  let bundle: WorkflowBundleWithSourceMap;
  beforeAll(async () => {
    const quiet = () => undefined;
    bundle = await bundleWorkflowCode({
      workflowsPath: join(here, '../../workflows/index.ts'),
      workflowInterceptorModules: [join(here, '../../workflows/trace-headers.ts')],
      logger: { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: console.error },
    });
  });

  test.for(stored)('%s replays with the code of now', async (name) => {
    const error = await replay(bundle, read(name));
    expect(error === undefined, error && remedy(name, error.message)).toBe(true);
  });

  test('every workflow type has a clean one, and every path is there', () => {
    const paths = new Set(stored.map((name) => name.slice(name.indexOf('/') + 1)));
    const wanted = {
      run: ['clean', 'resumed', 'cancelled', 'cancelled-while-starting', 'paused', 'failed', 'worker-killed', 'verifying'],
      shard: ['clean', 'resumed', 'cancelled', 'paused', 'failed', 'worker-killed', 'continued-as-new', 'after-continued-as-new'],
      fold: ['clean', 'resumed', 'cancelled', 'paused', 'continued-as-new', 'after-continued-as-new'],
      'whole-node': ['clean', 'resumed', 'cancelled'],
      verify: ['clean', 'resumed', 'cancelled', 'paused'],
    };
    const missing = Object.entries(wanted).flatMap(([type, all]) => all.map((path) => `${type}.${path}`));
    expect(missing.filter((name) => !paths.has(name))).toEqual([]);
  });

  test('a history that the code would not have made is refused, so that a change of the workflows is noticed', async () => {
    const history = read(stored.find((name) => name.endsWith('shard.clean'))!);
    const scheduled = history.events!.find((event) => event.activityTaskScheduledEventAttributes)!;
    scheduled.activityTaskScheduledEventAttributes!.activityType!.name = 'trainEpoch';
    const error = await replay(bundle, history);
    expect(error?.message).toMatch(/nondeterminism|Activity type/i);
  });
});
