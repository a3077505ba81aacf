import { type Db, type DbOptions, openDb } from '../lineage/index.ts';
import { HoplineError } from '../plan/errors.ts';
import { loadProject, type Project } from '../plan/project.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { openTemporalRuns, type TemporalOptions, type TemporalRuns } from './temporal-runs.ts';

/** What launching, planning and resuming need. */
export interface RunServices {
  db: Db;
  /** For a connection of one's own. Missing where a test makes its own services. */
  databaseUrl?: string;
  store: Store;
  project: Project;
  temporal: TemporalRuns;
}

/** Opens the services that the environment names. Connections are lazy: a wrong address shows at the first use.
 *  @throws CONFIG_MISSING naming the variable. */
export async function openServices(
  env: NodeJS.ProcessEnv,
  options: { cwd?: string; connections?: number } & Pick<DbOptions, 'statementTimeout' | 'onStatement'> &
    Pick<TemporalOptions, 'interceptors'> = {},
): Promise<RunServices> {
  const { cwd, connections, interceptors, ...dbOptions } = options;
  const project = await loadProject(cwd ?? env.HOPLINE_PROJECT ?? process.cwd());
  const databaseUrl = required(env, 'DATABASE_URL');
  return {
    databaseUrl,
    db: openDb(databaseUrl, { ...dbOptions, ...(connections ? { max: connections } : {}) }),
    store: openStore(required(env, 'STORE_URL'), env),
    project,
    temporal: openTemporalRuns({
      address: required(env, 'TEMPORAL_ADDRESS'),
      namespace: env.TEMPORAL_NAMESPACE ?? 'default',
      heartbeatSeconds: heartbeatSeconds(env.HOPLINE_HEARTBEAT_SECONDS),
      interceptors,
    }),
  };
}

export async function closeServices(services: RunServices): Promise<void> {
  await services.temporal.close();
  await services.db.close();
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value) return value;
  throw new HoplineError('CONFIG_MISSING', `${name} must be set in connected mode, got nothing`, {
    hint: 'hopline up starts everything itself',
  });
}

/** HOPLINE_HEARTBEAT_SECONDS, whole seconds from 2 to 3600. @throws CONFIG_INVALID */
function heartbeatSeconds(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 2 && seconds <= 3600) return seconds;
  throw new HoplineError('CONFIG_INVALID', `HOPLINE_HEARTBEAT_SECONDS must be whole seconds from 2 to 3600, got ${text}`, {
    hint: 'unset it for 15 seconds',
  });
}
