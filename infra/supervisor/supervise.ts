import { HoplineError } from '../../engine/plan/errors.ts';
import { ownIdentity } from '../../engine/recovery/process-identity.ts';
import type { HoplineConfig } from '../config.ts';
import { allOrFirstError } from '../process/all-or-first-error.ts';
import { readJson, writeJson } from '../process/atomic-file.ts';
import { ensureWritableHome } from '../process/disk.ts';
import { lockHome } from '../process/home-lock.ts';
import { endOrphans } from '../process/process-record.ts';
import { apiToken } from './api-token.ts';
import { chooseApiPort } from './choose-port.ts';
import { databaseOf, temporalOf } from './foundations.ts';
import type { Services } from './services.ts';
import { removeState, type SupervisorState, writeState } from './state-file.ts';
import { Supervised } from './supervised.ts';
import { PROGRAMS, type Programs, startApi, startWorker } from './worker-and-api.ts';

export interface SuperviseOptions {
  /** Told in one line what happens. */
  onLine: (line: string) => void;
  programs?: Programs;
  /** Brings the database's shape up to date, before the worker and the API start. */
  migrate: (databaseUrl: string) => Promise<{ applied: string[] }>;
}

export interface Supervision {
  services: Services;
  /** Ends everything, in reverse order. `hurry` gives nobody time to finish. Safe to call twice. */
  stop(hurry?: boolean): Promise<void>;
  /** Resolves once everything has ended. */
  finished: Promise<void>;
}

/** How often the supervisor looks whether its home is still there. Milliseconds. */
const LOOK_EVERY = 2_000;

/** Runs a home's services in this process's care: Postgres and Temporal (or the checks of the user's own), the migrations,
 *  then the worker and the API. Returns when all are ready; when one can't start, ends the others and throws its error.
 *  @param abort ends a start that is still under way */
export async function supervise(config: HoplineConfig, options: SuperviseOptions, abort: AbortSignal): Promise<Supervision> {
  const { home } = config;
  ensureWritableHome(home);
  const lock = lockHome(home, 'supervisor');
  const started: Supervised[] = [];
  const state: SupervisorState = { phase: 'starting', supervisor: ownIdentity(), since: new Date().toISOString(), processes: [] };
  const save = (): void => {
    state.processes = started.map((process) => process.status);
    try {
      if (lock.isOurs()) writeState(home, state);
    } catch (error) {
      options.onLine(`could not write the state: ${(error as Error).message}`);
    }
  };
  const changed = (line: string): void => {
    options.onLine(line);
    save();
  };
  const start = async (name: string, launch: ConstructorParameters<typeof Supervised>[1]): Promise<void> => {
    abort.throwIfAborted();
    const process = new Supervised(name, launch, changed);
    started.push(process);
    save();
    await process.start();
  };
  const stopAll = async (hurry: boolean): Promise<void> => {
    state.phase = 'stopping';
    save();
    const end = (names: string[]) =>
      Promise.all(
        started.filter(({ name }) => names.includes(name)).map((process) => process.stop(hurry ? { grace: 500 } : undefined)),
      );
    await end(['worker', 'api']);
    await end(['temporal', 'postgres']);
    if (lock.isOurs()) removeState(home);
    lock.release();
  };
  const stopEarly = (): void => void Promise.all(started.map((process) => process.stop({ grace: 2_000 })));
  abort.addEventListener('abort', stopEarly);
  try {
    const orphans = await endOrphans(home);
    if (orphans.length > 0) options.onLine(`ended what an earlier life left: ${orphans.join(', ')}`);
    save();
    const ports = readJson<{ postgres?: number; temporal?: number; api?: number }>(`${home}/run/ports.json`) ?? {};
    ports.api = await chooseApiPort(config.port, ports.api);
    const [databaseUrl, temporalAddress] = await allOrFirstError([
      databaseOf(config, ports, start).then((url) => migrated(url, options)),
      temporalOf(config, ports, start, options.onLine),
      checkedStore(config.storeUrl),
    ]);
    writeJson(`${home}/run/ports.json`, ports);
    const { temporalNamespace, storeUrl, devices } = config;
    const api = { apiUrl: `http://127.0.0.1:${ports.api}`, apiPort: ports.api, token: apiToken(home) };
    const services: Services = { home, databaseUrl, temporalAddress, temporalNamespace, storeUrl, devices, ...api };
    const programs = options.programs ?? PROGRAMS;
    await allOrFirstError([
      start('api', (signal) => startApi(services, programs.api, signal)),
      start('worker', (signal) => startWorker(services, programs.worker, signal)),
    ]);
    abort.throwIfAborted();
    abort.removeEventListener('abort', stopEarly);
    state.phase = 'ready';
    state.services = services;
    save();
    return { services, ...untilStopped(stopAll, lock.isOurs) };
  } catch (error) {
    abort.removeEventListener('abort', stopEarly);
    await stopAll(false);
    throw error;
  }
}

/** The store's code is loaded while the services start. */
async function checkedStore(storeUrl: string): Promise<void> {
  const { checkStore } = await import('../../engine/store/check-store.ts');
  await checkStore(storeUrl);
}

async function migrated(databaseUrl: string, { migrate, onLine }: SuperviseOptions): Promise<string> {
  try {
    const { applied } = await migrate(databaseUrl);
    if (applied.length > 0) onLine(`the database has the migrations ${applied.join(', ')}`);
    return databaseUrl;
  } catch (cause) {
    if (cause instanceof HoplineError) throw cause;
    throw new HoplineError('MIGRATION_FAILED', `the database must take the migrations, got: ${(cause as Error).message}`, {
      hint: 'see logs/postgres.log in the home',
      cause,
    });
  }
}

/** A deleted home ends its services: nobody could find them any more. */
function untilStopped(
  stopAll: (hurry: boolean) => Promise<void>,
  homeIsOurs: () => boolean,
): Pick<Supervision, 'stop' | 'finished'> {
  let stopping: Promise<void> | undefined;
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const look = setInterval(() => {
    if (!homeIsOurs()) void stop(true);
  }, LOOK_EVERY);
  const stop = (hurry = false): Promise<void> => {
    clearInterval(look);
    stopping ??= stopAll(hurry).finally(finish);
    return stopping;
  };
  return { stop, finished };
}
