import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { getRun, migrate, type RunRow } from '../engine/lineage/index.ts';
import { closeServices, openServices, type RunServices } from '../engine/runs/index.ts';
import { startEmbedded } from '../infra/embedded/start.ts';
import { WORKER_FLAGS } from '../infra/supervisor/worker-and-api.ts';

const HOUSE = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Real Postgres, Temporal and worker of a test, in a home of their own. */
export interface House {
  home: string;
  services: RunServices;
  env: NodeJS.ProcessEnv;
  worker: WorkerProcess;
  /** Starts another worker, beside or instead of one that was killed. */
  startWorker(env?: NodeJS.ProcessEnv): Promise<WorkerProcess>;
  /** Waits until the run is in one of the states. */
  until(runId: string, states: RunRow['state'][], seconds?: number): Promise<RunRow>;
  stop(): Promise<void>;
}

export interface WorkerProcess {
  pid: number;
  child: ChildProcess;
  /** Ends it with a signal and waits; device hosts go with it. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface HouseOptions {
  /** Folder of the `hopline.config.ts`. Default: ours. */
  project?: string;
  env?: (home: string) => NodeJS.ProcessEnv;
  /** As in use, with every fsync. Default false. */
  durable?: boolean;
  /** Temporal's dynamic configuration beside ours. */
  temporalSettings?: Record<string, string | number | boolean>;
}

export async function startHouse(options: HouseOptions = {}): Promise<House> {
  const home = mkdtempSync(join(tmpdir(), 'hopline-house-'));
  const { durable = false, temporalSettings } = options;
  const embedded = await startEmbedded({ home, durable, ...(temporalSettings ? { temporalSettings } : {}) });
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    DATABASE_URL: embedded.databaseUrl,
    TEMPORAL_ADDRESS: embedded.temporalAddress,
    STORE_URL: `file://${join(home, 'store')}`,
    HOPLINE_HOME: home,
    HOPLINE_PROJECT: options.project ?? HOUSE,
    ...options.env?.(home),
  };
  await migrate(embedded.databaseUrl!);
  const services = await openServices(env);
  const workers: WorkerProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.end('SIGTERM')));
    await closeServices(services);
    await embedded.stop();
  };
  const startOne = async (extra: NodeJS.ProcessEnv = {}): Promise<WorkerProcess> => {
    const worker = await startWorker(home, { ...env, ...extra });
    workers.push(worker);
    return worker;
  };
  const house: House = {
    home,
    services,
    env,
    worker: await startOne().catch(async (error: unknown) => {
      await stop();
      throw error;
    }),
    startWorker: startOne,
    until: (runId, states, seconds = 120) => untilState(services, runId, states, seconds),
    async stop() {
      await stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
  return house;
}

async function startWorker(home: string, env: NodeJS.ProcessEnv): Promise<WorkerProcess> {
  const ready = join(home, 'run', 'worker.ready');
  rmSync(ready, { force: true });
  const log = openSync(join(home, 'worker.log'), 'a');
  const child = spawn(process.execPath, [...WORKER_FLAGS, '--import', 'tsx', join(HOUSE, 'activities/worker-main.ts')], {
    cwd: HOUSE,
    env,
    stdio: ['ignore', log, log],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  for (let waited = 0; !existsSync(ready); waited += 50) {
    if (child.exitCode !== null || waited > 60_000) throw new Error(`the worker did not start; see ${home}/worker.log`);
    await sleep(50);
  }
  return {
    pid: child.pid!,
    child,
    end: async (signal = 'SIGKILL') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      return exited;
    },
  };
}

async function untilState(services: RunServices, runId: string, states: RunRow['state'][], seconds: number): Promise<RunRow> {
  for (const end = Date.now() + seconds * 1000; ; ) {
    const run = await getRun(services.db, runId);
    if (states.includes(run.state)) return run;
    if (Date.now() > end || (run.state === 'FAILED' && !states.includes('FAILED'))) {
      throw new Error(`run ${runId} is ${run.state}, not ${states.join(' or ')}: ${JSON.stringify(run.error)}`);
    }
    await sleep(50);
  }
}
