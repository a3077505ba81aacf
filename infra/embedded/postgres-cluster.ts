import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { HoplineError } from '../../engine/plan/errors.ts';
import { isDiskFull } from '../process/disk.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { asUser, type PostgresUser, postgresUser } from './postgres-user.ts';

export const POSTGRES_ROLE = 'hopline';

export interface PostgresCluster {
  /** The data directory. */
  data: string;
  password: string;
  user: PostgresUser;
}

/** The cluster under a home, made on first use. It is made under another name and moved into place when whole,
 *  so that a life that ended in the middle of `initdb` leaves nothing that looks like a database. */
export async function postgresCluster(home: string, binaries: PostgresBinaries, durable: boolean): Promise<PostgresCluster> {
  const folder = `${home}/postgres`;
  const data = `${folder}/data`;
  mkdirSync(folder, { recursive: true });
  const user = postgresUser(existsSync(data) ? data : folder, [folder, binaries.postgres]);
  chmodSync(folder, 0o700);
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const password = clusterPassword(home);
  if (!existsSync(data)) await initialise(folder, password, binaries, user, durable ? [] : THROWAWAY_FLAGS);
  return { data, password, user };
}

/** A smaller cluster, sooner: 1 MB instead of 16 MB of log at a time, and not forced to the disk. */
const THROWAWAY_FLAGS = ['--no-sync', '--wal-segsize=1'];

async function initialise(
  folder: string,
  password: string,
  binaries: PostgresBinaries,
  user: PostgresUser,
  more: string[],
): Promise<void> {
  const draft = `${folder}/data.draft`;
  const passwordFile = `${folder}/password.draft`;
  rmSync(draft, { recursive: true, force: true });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user.uid !== undefined && user.gid !== undefined) chownSync(passwordFile, user.uid, user.gid);
  const flags = [
    `--pgdata=${draft}`,
    `--username=${POSTGRES_ROLE}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
  ];
  // Built-in C.UTF-8: text sorts by code point on every machine, whatever locales it has.
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  try {
    await run(user, binaries.initdb, [...flags, ...locale, ...more]);
    renameSync(draft, `${folder}/data`);
  } catch (cause) {
    rmSync(draft, { recursive: true, force: true });
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (isDiskFull(reason))
      throw new HoplineError('DISK_FULL', `home must have about 40 MB for a new database, got: ${folder} is on a full disk`, {
        hint: 'free some space, or set HOPLINE_HOME to another disk',
        cause,
      });
    throw new HoplineError('POSTGRES_START_FAILED', `a new database must be made in ${folder}, got: ${reason}`, {
      hint: 'see the message, or set DATABASE_URL',
      cause,
    });
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

async function run(user: PostgresUser, program: string, programArgs: string[]): Promise<void> {
  const { command, args, uid, gid } = asUser(user, { command: program, args: programArgs });
  await promisify(execFile)(command, args, { uid, gid, cwd: '/', env: { ...process.env, LC_ALL: 'C' } });
}

/** Made once a home, readable by the owner only. */
function clusterPassword(home: string): string {
  const path = `${home}/secrets/postgres-password`;
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  mkdirSync(`${home}/secrets`, { recursive: true, mode: 0o700 });
  const password = randomBytes(24).toString('hex');
  writeFileSync(path, password, { mode: 0o600 });
  return password;
}
