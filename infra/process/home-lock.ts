import { linkSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { HoplineError } from '../../engine/plan/errors.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from '../../engine/recovery/process-identity.ts';
import { readJson, removeFile } from './atomic-file.ts';

export interface LockHolder extends ProcessIdentity {
  /** `supervisor` can be asked to end by `hopline down`; `embedded` is somebody's test or bench. */
  purpose: 'supervisor' | 'embedded';
}

const lockPath = (home: string): string => `${home}/run/lock`;

/** The living process that has this home's services in hand, if any. */
export function lockHolder(home: string): LockHolder | undefined {
  const holder = readJson<LockHolder>(lockPath(home));
  return holder && isAlive(holder) ? holder : undefined;
}

export interface HomeLock {
  release(): void;
  /** False once somebody has deleted the home under us. */
  isOurs(): boolean;
}

/** Takes the right to run this home's services. A dead holder's lock is taken over.
 *  The lock is linked into place whole, so it never exists without its content.
 *  @throws HOME_IN_USE when a living process has it. */
export function lockHome(home: string, purpose: LockHolder['purpose']): HomeLock {
  mkdirSync(`${home}/run`, { recursive: true });
  const own = JSON.stringify({ ...ownIdentity(), purpose } satisfies LockHolder);
  const draft = `${lockPath(home)}.${process.pid}.${Date.now().toString(36)}`;
  writeFileSync(draft, own, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 20; attempt++) {
      if (linked(draft, lockPath(home))) return { release: () => releaseLock(home, own), isOurs: () => content(home) === own };
      const holder = lockHolder(home);
      if (holder) {
        throw new HoplineError('HOME_IN_USE', `home must be free, got: ${home} is in use by process ${holder.pid}`, {
          hint: 'hopline status, or another HOPLINE_HOME',
        });
      }
      breakStaleLock(home, draft);
    }
    throw new HoplineError('HOME_IN_USE', `home must be free, got: ${home} is being locked by others`, { hint: 'try again' });
  } finally {
    removeFile(draft);
  }
}

/** Moves a dead holder's lock away. Another taker may have replaced it in between: then what was moved is put back. */
function breakStaleLock(home: string, draft: string): void {
  const aside = `${draft}.stale`;
  try {
    renameSync(lockPath(home), aside);
  } catch {
    return;
  }
  const moved = readJson<LockHolder>(aside);
  if (moved && isAlive(moved)) linked(aside, lockPath(home));
  removeFile(aside);
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function releaseLock(home: string, own: string): void {
  if (content(home) === own) removeFile(lockPath(home));
}

function content(home: string): string | undefined {
  try {
    return readFileSync(lockPath(home), 'utf8');
  } catch {
    return undefined;
  }
}
