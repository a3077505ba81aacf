import { existsSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { kindOf } from '../../engine/compute/device-spec.ts';
import { type Child, type ChildOptions, startChild } from '../process/child.ts';
import { waitReady } from '../process/wait-ready.ts';
import { nodeArguments } from './node-program.ts';
import { type Services, servicesEnv } from './services.ts';

/** The TypeScript files behind the two processes. Tests of the supervision itself bring small ones of their own. */
export interface Programs {
  worker: string;
  api: string;
}

export const PROGRAMS: Programs = { worker: 'activities/worker-main.ts', api: 'api/server-main.ts' };

/** A worker moves ids, so a small young generation costs it nothing and keeps its memory near what it uses. */
export const WORKER_FLAGS = ['--max-semi-space-size=4', '--max-old-space-size=512'];

/** How long a worker may try its devices. Milliseconds. */
const DEVICE_TEST = 20 * 60_000;

/** Ready when it has written `<home>/run/worker.ready`. On SIGTERM it may finish and commit what it has in hand. */
export async function startWorker(services: Services, program: string, signal: AbortSignal): Promise<Child> {
  const ready = `${services.home}/run/worker.ready`;
  rmSync(ready, { force: true });
  // Devices that aren't CPUs are tried with every registered model first: minutes, with large ones.
  const limit = services.devices.split(',').every((device) => kindOf(device) === 'cpu') ? undefined : DEVICE_TEST;
  const isReady = async (): Promise<boolean> => existsSync(ready);
  return startProgram({ name: 'worker', grace: 20_000 }, services, program, isReady, signal, { flags: WORKER_FLAGS, limit });
}

/** Ready when `GET /health` answers 200: this process answers. Not `/ready`, which also asks Postgres, Temporal and the store: an API that is
 *  started again while one of them is away would be ended after the time limit and never come back, though it serves all of them again by
 *  itself as soon as they are there, and until then says by name what is missing. */
export async function startApi(services: Services, program: string, signal: AbortSignal): Promise<Child> {
  return startProgram({ name: 'api', grace: 5_000 }, services, program, () => isHealthy(services.apiUrl), signal);
}

/** Whether the process answers; what it depends on is asked by `/ready`. Without fetch: it would cost each command and the supervisor 25 ms to load. */
export function isHealthy(apiUrl: string, limit = 2_000): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = get(`${apiUrl}/health`, { agent: false, signal: AbortSignal.timeout(limit) });
    asked.once('error', () => resolve(false));
    asked.once('response', (response) => {
      const { statusCode = 500 } = response.resume();
      response.once('error', () => resolve(false));
      response.once('end', () => resolve(statusCode >= 200 && statusCode < 300));
    });
  });
}

async function startProgram(
  options: Pick<ChildOptions, 'name' | 'grace'>,
  services: Services,
  program: string,
  ready: () => Promise<boolean>,
  signal: AbortSignal,
  { flags = [], limit }: { flags?: readonly string[]; limit?: number | undefined } = {},
): Promise<Child> {
  const env = { ...process.env, ...servicesEnv(services) };
  const child = await startChild({
    ...options,
    home: services.home,
    command: process.execPath,
    args: nodeArguments(program, flags),
    env,
  });
  try {
    await waitReady(child, ready, { signal, every: 50, ...(limit ? { limit } : {}) });
    return child;
  } catch (error) {
    await child.end({ grace: 2_000 });
    throw error;
  }
}
