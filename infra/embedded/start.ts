import { resolve } from 'node:path';
import { allOrFirstError } from '../process/all-or-first-error.ts';
import { readJson, writeJson } from '../process/atomic-file.ts';
import type { Child } from '../process/child.ts';
import { ensureWritableHome } from '../process/disk.ts';
import { sendSignal } from '../process/end-process.ts';
import { lockHome } from '../process/home-lock.ts';
import { endOrphans } from '../process/process-record.ts';
import { startPostgres } from './postgres-server.ts';
import { startTemporal } from './temporal-server.ts';
import type { TemporalSettings } from './temporal-settings.ts';

export type EmbeddedService = 'postgres' | 'temporal';

export interface EmbeddedOptions {
  /** Where everything lives; made when missing. */
  home: string;
  /** Default both. */
  services?: EmbeddedService[];
  /** False for throw-away homes of tests: Postgres without fsync, Temporal ended by SIGKILL. Default true. */
  durable?: boolean;
  /** Temporal's dynamic configuration beside ours, for tests of limits. */
  temporalSettings?: TemporalSettings;
  onLine?: (line: string) => void;
}

export interface Embedded {
  databaseUrl?: string;
  temporalAddress?: string;
  /** Ends the services and frees the home; what they stored stays. Safe to call twice. */
  stop(): Promise<void>;
}

/** Starts only the embedded services of a home, inside this process: for tests and benches. When this process ends without
 *  `stop`, the services end too: after a `kill -9` of it by the kernel's word (Linux), elsewhere by the next start on the home.
 *  @throws HOME_IN_USE, HOME_UNWRITABLE, and what the services throw. Nothing is left running then. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const home = resolve(options.home);
  ensureWritableHome(home);
  const lock = lockHome(home, 'embedded');
  const children: Child[] = [];
  const atExit = () => children.filter((child) => !child.exit).forEach(askToEnd);
  process.once('exit', atExit);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= Promise.all(children.map((child) => child.end())).then(() => {
      process.off('exit', atExit);
      lock.release();
    });
    return stopping;
  };
  try {
    await endOrphans(home);
    const urls = await startServices({ ...options, home }, (child) => children.push(child));
    return { ...urls, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startServices(
  options: EmbeddedOptions,
  started: (child: Child) => void,
): Promise<Pick<Embedded, 'databaseUrl' | 'temporalAddress'>> {
  const { home, services = ['postgres', 'temporal'], durable, onLine } = options;
  const ports = readJson<Partial<Record<EmbeddedService, number>>>(`${home}/run/ports.json`) ?? {};
  const common = { home, durable, endsWithUs: true };
  const postgres = async (): Promise<string> => {
    const { child, port, databaseUrl } = await startPostgres({ ...common, preferredPort: ports.postgres });
    started(child);
    ports.postgres = port;
    return databaseUrl;
  };
  const temporal = async (): Promise<string> => {
    const { child, port, temporalAddress } = await startTemporal({
      ...common,
      preferredPort: ports.temporal,
      settings: options.temporalSettings,
      onLine,
    });
    started(child);
    ports.temporal = port;
    return temporalAddress;
  };
  const [databaseUrl, temporalAddress] = await allOrFirstError([
    services.includes('postgres') ? postgres() : Promise.resolve(undefined),
    services.includes('temporal') ? temporal() : Promise.resolve(undefined),
  ]);
  writeJson(`${home}/run/ports.json`, ports);
  return { databaseUrl, temporalAddress };
}

const askToEnd = (child: Child): void => sendSignal(child.identity.pid, child.name === 'postgres' ? 'SIGINT' : 'SIGTERM');
