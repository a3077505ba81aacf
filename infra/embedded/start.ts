import { resolve } from 'node:path';
import { readJson, writeJson } from '../process/atomic-file.ts';
import type { Child } from '../process/child.ts';
import { ensureWritableHome } from '../process/disk.ts';
import { sendSignal } from '../process/end-process.ts';
import { lockHome } from '../process/home-lock.ts';
import { endOrphans } from '../process/process-record.ts';
import { startPostgres } from './postgres-server.ts';
import { startTemporal } from './temporal-server.ts';

export type EmbeddedService = 'postgres' | 'temporal';

export interface EmbeddedOptions {
  /** Where everything lives; made when missing. */
  home: string;
  /** Default both. */
  services?: EmbeddedService[];
  /** False for throw-away homes of tests: Postgres without fsync, Temporal ended by SIGKILL. Default true. */
  durable?: boolean;
  onLine?: (line: string) => void;
}

export interface Embedded {
  databaseUrl?: string;
  temporalAddress?: string;
  /** Ends the services and frees the home; what they stored stays. Safe to call twice. */
  stop(): Promise<void>;
}

/** Starts only the embedded services of a home, inside this process: for tests and benches. When this process ends without
 *  `stop`, the services are asked to end too; after a `kill -9` the next start on the home finds and ends them.
 *  @throws HOME_IN_USE, HOME_UNWRITABLE, and what the services throw. Nothing is left running then. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const home = resolve(options.home);
  const services = options.services ?? ['postgres', 'temporal'];
  ensureWritableHome(home);
  const lock = lockHome(home, 'embedded');
  const children: Child[] = [];
  const atExit = () => {
    for (const child of children)
      if (!child.exit) sendSignal(child.identity.pid, child.name === 'postgres' ? 'SIGINT' : 'SIGTERM');
  };
  process.once('exit', atExit);
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.end()));
    process.off('exit', atExit);
    lock.release();
  };
  try {
    await endOrphans(home);
    const ports = readJson<Partial<Record<EmbeddedService, number>>>(`${home}/run/ports.json`) ?? {};
    const starts = services.map(async (service) => {
      const common = { home, preferredPort: ports[service], durable: options.durable };
      const started =
        service === 'postgres' ? await startPostgres(common) : await startTemporal({ ...common, onLine: options.onLine });
      children.push(started.child);
      ports[service] = started.port;
      return started;
    });
    const results = await Promise.allSettled(starts);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    writeJson(`${home}/run/ports.json`, ports);
    const urls = Object.assign({}, ...results.map((result) => (result.status === 'fulfilled' ? result.value : {}))) as {
      databaseUrl?: string;
      temporalAddress?: string;
    };
    return {
      databaseUrl: urls.databaseUrl,
      temporalAddress: urls.temporalAddress,
      stop: () => {
        stopping ??= stop();
        return stopping;
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
