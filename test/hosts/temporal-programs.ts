import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const VERSION = 'v1.29.1';
const MODULE = 'go.temporal.io/server';

export interface TemporalPrograms {
  server: string;
  /** Makes its schema. */
  sql: string;
  /** Folder of the schema's files for Postgres. */
  schemas: string;
}

/** A Temporal server with its SQL tool and schema: TEMPORAL_SERVER_PATH's folder, PATH and Go's bin folder are looked through, then they
 *  are built by `go install` (minutes, once). A string says why there are none. */
export function temporalPrograms(env: NodeJS.ProcessEnv = process.env): TemporalPrograms | string {
  const go = (...args: string[]): string => spawnSync('go', args, { encoding: 'utf8', env }).stdout?.trim() ?? '';
  if (go('version') === '') return 'no Go, which the Temporal server and its schema come with';
  const bin = go('env', 'GOBIN') || join(go('env', 'GOPATH'), 'bin');
  const folders = [...(env.PATH ?? '').split(delimiter), bin, join(homedir(), 'go', 'bin')];
  const find = (name: string): string | undefined =>
    folders.map((folder) => join(folder, name)).find((path) => isTemporals(path));
  const schemas = join(go('env', 'GOMODCACHE'), `${MODULE}@${VERSION}`, 'schema/postgresql/v12');
  try {
    if (!find('server')) execFileSync('go', ['install', `${MODULE}/cmd/server@${VERSION}`], BUILD);
    if (!find('sql')) execFileSync('go', ['install', `${MODULE}/cmd/tools/sql@${VERSION}`], BUILD);
    if (!existsSync(schemas)) execFileSync('go', ['mod', 'download', `${MODULE}@${VERSION}`], BUILD);
  } catch (error) {
    return `no Temporal server ${VERSION}, and go install failed: ${(error as Error).message.slice(0, 300)}`;
  }
  const [server, sql] = [find('server'), find('sql')];
  return server && sql && existsSync(schemas) ? { server, sql, schemas } : `no Temporal server ${VERSION} after go install`;
}

const BUILD = { stdio: 'ignore', timeout: 900_000 } as const;

/** `server` and `sql` are names that other programs have too. */
function isTemporals(path: string): boolean {
  if (!existsSync(path)) return false;
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return stdout?.includes(VERSION.slice(1)) ?? false;
}
