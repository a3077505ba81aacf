import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { getRun, migrate, type RunRow } from '../engine/lineage/index.ts';
import { closeServices, openServices, type RunServices } from '../engine/runs/index.ts';
import { startEmbedded } from '../infra/embedded/start.ts';
import { leashed } from '../infra/process/leash.ts';
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
  let stopped = false;
  const stop = async (): Promise<void> => {
    stopped = true;
    await Promise.all(workers.map((worker) => worker.end('SIGTERM')));
    await closeServices(services);
    await embedded.stop();
  };
  const startOne = (extra: NodeJS.ProcessEnv = {}): Promise<WorkerProcess> => {
    if (stopped) return Promise.reject(new Error('the house has been stopped'));
    return startWorker(home, { ...env, ...extra }, (worker) => workers.push(worker));
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
    until: (runId, states, seconds = 240) => untilState(services, runId, states, seconds),
    async stop() {
      await stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
  return house;
}

/** How long a worker may take to be ready. Milliseconds. */
const START_LIMIT = 120_000;

async function startWorker(
  home: string,
  env: NodeJS.ProcessEnv,
  started: (worker: WorkerProcess) => void,
): Promise<WorkerProcess> {
  const ready = join(home, 'run', 'worker.ready');
  rmSync(ready, { force: true });
  const log = openSync(join(home, 'worker.log'), 'a');
  const args = [...WORKER_FLAGS, '--import', 'tsx', join(HOUSE, 'activities/worker-main.ts')];
  // Leashed: of a test whose process is killed nothing goes on.
  const program = leashed({ command: process.execPath, args }, 'SIGKILL');
  const child = spawn(program.command, program.args, { cwd: HOUSE, env, stdio: ['ignore', log, log] });
  closeSync(log);
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const worker: WorkerProcess = {
    pid: child.pid!,
    child,
    end: async (signal = 'SIGKILL') => {
      if (!isGone()) child.kill(signal);
      return exited;
    },
  };
  // Before it is ready: whoever stops the house meanwhile, because the time of a test is over, ends this one, too.
  started(worker);
  for (const deadline = Date.now() + START_LIMIT; !existsSync(ready); await sleep(50)) {
    if (!isGone() && Date.now() < deadline) continue;
    await worker.end();
    throw new Error(`the worker did not start: ${readFileSync(join(home, 'worker.log'), 'utf8').slice(-1_000)}`);
  }
  return worker;
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
