import type { HoplineConfig } from '../config.ts';
import { endProcess } from '../process/end-process.ts';
import { lockHolder, lockHome } from '../process/home-lock.ts';
import { endOrphans } from '../process/process-record.ts';
import { removeState } from './state-file.ts';
import { status } from './status.ts';

/** The supervisor's own limits (worker 20 s, Postgres 30 s) and some. Milliseconds. */
const PATIENCE = 60_000;

export interface Down {
  /** False when there was nothing to end. */
  wasUp: boolean;
}

/** Ends a home's services: asks the supervisor, waits until it is gone, and ends what a crashed one left behind.
 *  @throws HOME_IN_USE when a test or bench has the home's services */
export async function down(config: Pick<HoplineConfig, 'home'>): Promise<Down> {
  const { home } = config;
  const { phase } = await status(config);
  const holder = lockHolder(home);
  if (phase === 'down' && !holder) return { wasUp: false };
  if (holder?.purpose === 'supervisor') await endProcess(holder, { grace: PATIENCE });
  const lock = lockHome(home, 'supervisor');
  try {
    await endOrphans(home);
    removeState(home);
  } finally {
    lock.release();
  }
  return { wasUp: true };
}
