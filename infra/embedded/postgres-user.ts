import { execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { HoplineError } from '../../engine/plan/errors.ts';
import type { Program } from '../process/leash.ts';

export interface PostgresUser {
  /** Absent when we are an ordinary user already. */
  uid?: number;
  gid?: number;
  /** A program to put before the command, with its arguments: how the user reaches a folder that only root may enter. */
  wrapper: string[];
}

/** Postgres refuses to run as root. As root (containers), it runs as the user who owns its data, else `postgres`, else `nobody`:
 *  no account is made on the machine. When that user can't enter the folders on the way (a home below /root, a 0700 `mktemp -d`),
 *  the process keeps the one capability that lets it pass.
 *  @throws POSTGRES_USER_MISSING, HOME_UNREACHABLE */
export function postgresUser(dataFolder: string, mustReach: string[]): PostgresUser {
  if (process.getuid?.() !== 0) return { wrapper: [] };
  const { uid, gid } = ownerOf(dataFolder) ?? account('postgres') ?? account('nobody') ?? noAccount();
  const plain: PostgresUser = { uid, gid, wrapper: [] };
  if (mustReach.every((path) => reaches(plain, path))) return plain;
  const privileged: PostgresUser = { uid, gid, wrapper: ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, ...PASS_ANYWHERE] };
  if (mustReach.every((path) => reaches(privileged, path))) return privileged;
  throw new HoplineError(
    'HOME_UNREACHABLE',
    `home must be a folder that a user other than root can enter (Postgres refuses to run as root), got: ${mustReach.join(' and ')}`,
    {
      hint: 'set HOPLINE_HOME to a folder such as /var/lib/hopline, run as an ordinary user, or set DATABASE_URL',
    },
  );
}

function ownerOf(folder: string): { uid: number; gid: number } | undefined {
  const owner = statSync(folder, { throwIfNoEntry: false });
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : undefined;
}

function account(name: string): { uid: number; gid: number } | undefined {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

function noAccount(): never {
  throw new HoplineError(
    'POSTGRES_USER_MISSING',
    'a user "postgres" or "nobody" must exist (Postgres refuses to run as root), got: neither',
    {
      hint: 'run as an ordinary user, or: useradd --system postgres',
    },
  );
}

/** No other capability, and this one also for `access`, which a change of user would take it from. */
const PASS_ANYWHERE = [
  '--clear-groups',
  '--inh-caps=-all,+dac_override',
  '--ambient-caps=+dac_override',
  '--securebits=+no_setuid_fixup',
];

/** How to start a program as that user: what goes to `spawn`. */
export function asUser(
  { wrapper, uid, gid }: PostgresUser,
  { command, args }: Program,
): Program & { uid?: number; gid?: number } {
  const [first, ...flags] = wrapper;
  return first === undefined ? { command, args, uid, gid } : { command: first, args: [...flags, command, ...args] };
}

export function reaches(user: PostgresUser, path: string): boolean {
  const { command, args, uid, gid } = asUser(user, { command: 'test', args: ['-r', path] });
  return spawnSync(command, args, { uid, gid, cwd: '/', stdio: 'ignore' }).status === 0;
}
