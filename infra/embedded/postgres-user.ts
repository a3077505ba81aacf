import { execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { HoplineError } from '../../engine/plan/errors.ts';

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
  if (mustReach.every((path) => reaches(uid, gid, path))) return { uid, gid, wrapper: [] };
  const wrapper = [
    'setpriv',
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
  ];
  if (spawnSync(wrapper[0] as string, [...wrapper.slice(1), 'true'], { stdio: 'ignore' }).status === 0)
    return { uid, gid, wrapper };
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

const reaches = (uid: number, gid: number, path: string): boolean =>
  spawnSync('test', ['-r', path], { uid, gid, stdio: 'ignore' }).status === 0;
