import { appendFileSync, existsSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { HoplineError } from '../plan/errors.ts';

/** Every place between two steps that must not be lost or done twice, in the order in which a run comes by. */
export const CRASH_POINTS = [
  'launch.stored',
  'resume.queued',
  'plan.pages-written',
  'plan.stored',
  'plan.adopted',
  'slice.leased',
  'host.computed',
  'store.part-written',
  'store.renamed',
  'host.shard-written',
  'slice.result-received',
  'commit.locked',
  'commit.derivations-inserted',
  'commit.samples-inserted',
  'commit.members-counted',
  'commit.tasks-closed',
  'commit.before-commit',
  'commit.done',
  'slice.committed',
  'slice.released',
  'finish.counted',
  'finish.marked',
] as const;

export type CrashPoint = (typeof CRASH_POINTS)[number];

/** What happens to the process that comes by: it is killed, it is stopped (whoever armed it lets it go on), or it meets an error such as a
 *  lost connection. */
export type CrashAction = 'kill' | 'stop' | 'fail';

const folder = process.env.HOPLINE_FAULTS;

/** A place where the fault programme may strike. Does nothing, and costs nothing, unless HOPLINE_FAULTS names a folder: there a file with
 *  the point's name, holding a CrashAction, strikes the first process that comes by, once. `hits` says who that was.
 *  @throws FAULT_INJECTED (not permanent) for the action `fail` */
export const crashPoint: (name: CrashPoint) => void = folder ? (name) => comeBy(folder, name) : () => undefined;

function comeBy(armed: string, name: CrashPoint): void {
  const path = join(armed, name);
  if (!existsSync(path)) return;
  const action = readFileSync(path, 'utf8').trim() as CrashAction;
  try {
    unlinkSync(path);
  } catch {
    return; // another process was faster
  }
  appendFileSync(join(armed, 'hits'), `${name} ${action} ${process.pid} ${Date.now()}\n`);
  if (action === 'fail') throw new HoplineError('FAULT_INJECTED', `crash point ${name} was armed to fail`, { permanent: false });
  process.kill(process.pid, action === 'stop' ? 'SIGSTOP' : 'SIGKILL');
}
