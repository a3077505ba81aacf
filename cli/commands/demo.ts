import { join } from 'node:path';
import { resolveConfig } from '../../infra/config.ts';
import { down } from '../../infra/supervisor/down.ts';
import { status } from '../../infra/supervisor/status.ts';
import { ApiClient } from '../client/api-client.ts';
import { startServices } from '../client/connect.ts';
import { withEngine } from '../client/with-engine.ts';
import type { CommandContext } from '../command-context.ts';
import { demoReport } from '../demo/demo-report.ts';
import { MemoryWatch } from '../demo/peak-memory.ts';
import { prepareDemo } from '../demo/prepare.ts';
import { type DemoRun, runSeed } from '../demo/run-seed.ts';
import { tellStory } from '../demo/tell-story.ts';
import { duration } from '../terminal/duration.ts';

const SEEDS = [1, 2, 3];

/** MI2RAGE on the procedural world, three seeds. Without a terminal, or with `--exit`, the services are stopped at the end.
 *  Exit code 0 only when every run succeeded. */
export async function demo(context: CommandContext, options: { exit?: boolean }): Promise<number> {
  const config = resolveConfig(context.env, context.cwd);
  const stays = context.stdout.isTTY === true && !options.exit;
  try {
    return await showDemo(context, config.home, stays);
  } finally {
    if (!stays) {
      await down(config);
      context.note('services stopped');
    }
  }
}

async function showDemo(context: CommandContext, home: string, stays: boolean): Promise<number> {
  const begun = Date.now();
  const services = await timed(context, 'services', () => startServices(context));
  await timed(context, 'dataset and models', () => withEngine(context, (engine) => prepareDemo(engine, context.note)));
  const { processes } = await status({ home });
  const memory = new MemoryWatch(() => processes.find((process) => process.name === 'worker')?.pid);
  const client = new ApiClient({ url: services.apiUrl, token: services.token });
  const runsBegun = Date.now();
  const runs: DemoRun[] = [];
  for (const seed of SEEDS) {
    runs.push(await runSeed(context, client, seed, memory));
    if (runs.at(-1)?.run.state !== 'SUCCEEDED') break;
  }
  memory.look();
  const succeeded = runs.length === SEEDS.length && runs.every(({ run }) => run.state === 'SUCCEEDED');
  const story = succeeded ? await tellStory(client, runs[0]!.run.runId, 'full-selection', join(home, 'pictures')) : null;
  const times = { runs: (Date.now() - runsBegun) / 1000, all: (Date.now() - begun) / 1000 };
  context.print(
    demoReport({ runs, story, times, memory: memory.peak(), apiUrl: stays ? services.apiUrl : null, json: context.json }),
  );
  return succeeded ? 0 : 1;
}

async function timed<T>(context: CommandContext, what: string, work: () => Promise<T>): Promise<T> {
  const begun = Date.now();
  const value = await work();
  context.note(`${what}: ${duration((Date.now() - begun) / 1000)}`);
  return value;
}
