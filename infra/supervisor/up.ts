import { appendFileSync, mkdirSync } from 'node:fs';
import type { HoplineConfig } from '../config.ts';
import { ensureWritableHome } from '../process/disk.ts';
import { goneWithin } from '../process/end-process.ts';
import { lockHolder } from '../process/home-lock.ts';
import { alreadyUp } from './already-up.ts';
import { startDetached } from './detach.ts';
import { down } from './down.ts';
import type { Services } from './services.ts';
import { endOnSignals } from './signals.ts';
import type { Programs } from './worker-and-api.ts';

export interface UpOptions {
  /** True: a supervisor of its own, which outlives this process. False: this process supervises until it is told to end. */
  detach?: boolean;
  /** Told in one line what happens. */
  onLine?: (line: string) => void;
  /** For tests of the supervision itself. */
  programs?: Programs;
}

export interface Up {
  services: Services;
  /** True when somebody else had started them before. */
  alreadyUp: boolean;
  /** Ends them, whoever started them. */
  stop(): Promise<void>;
  /** Resolves once they have ended: by `stop`, a signal, or `hopline down`. */
  finished(): Promise<void>;
}

/** Brings a home's services up and returns when they are ready. A start that fails leaves nothing running.
 *  In the foreground SIGINT, SIGTERM and SIGHUP end them in order; a second signal ends them at once.
 *  @throws HOME_UNWRITABLE, HOME_IN_USE, DISK_FULL, PORT_IN_USE, SERVICES_DIFFER, DATABASE_*, MIGRATION*, TEMPORAL_*, STORE_*,
 *  *_START_FAILED */
export async function up(config: HoplineConfig, options: UpOptions = {}): Promise<Up> {
  const onLine = options.onLine ?? (() => undefined);
  ensureWritableHome(config.home);
  const running = await alreadyUp(config);
  if (running) return attached(config, running, true);
  if (options.detach) return attached(config, await startDetached(config, onLine, options.programs), false);

  const signals = endOnSignals();
  try {
    // Loaded only by who supervises: every command comes by here.
    const [{ supervise }, { migrateDatabase }] = await Promise.all([import('./supervise.ts'), import('./migrate-database.ts')]);
    const log = logTo(config.home, onLine);
    const supervision = await supervise(
      config,
      { onLine: log, programs: options.programs, migrate: migrateDatabase },
      signals.first,
    );
    signals.thenStop(supervision.stop);
    void supervision.finished.then(signals.off);
    return {
      services: supervision.services,
      alreadyUp: false,
      stop: () => supervision.stop(),
      finished: () => supervision.finished,
    };
  } catch (error) {
    signals.off();
    throw error;
  }
}

/** What a command needs: the running services, or new ones that stay up after it. */
export async function ensureUp(config: HoplineConfig, onLine?: (line: string) => void): Promise<Services> {
  return (await up(config, { detach: true, onLine })).services;
}

function attached(config: HoplineConfig, services: Services, before: boolean): Up {
  const holder = lockHolder(config.home);
  const stop = async (): Promise<void> => void (await down(config));
  const finished = async (): Promise<void> => void (holder && (await goneWithin(holder, Number.POSITIVE_INFINITY)));
  return { services, alreadyUp: before, stop, finished };
}

/** Everything that the supervisor says goes into `<home>/logs/supervisor.log` too. */
export function logTo(home: string, onLine: (line: string) => void): (line: string) => void {
  mkdirSync(`${home}/logs`, { recursive: true });
  return (line) => {
    onLine(line);
    try {
      appendFileSync(`${home}/logs/supervisor.log`, `${new Date().toISOString()} ${line}\n`, { mode: 0o600 });
    } catch {
      // a full disk, or a home that was deleted, must not end the services
    }
  };
}
