import type { Db } from '../lineage/index.ts';
import { type RunWorker, runWorkers } from '../lineage/run-workers.ts';
import { isWorkerAlive, processHost } from '../recovery/worker-identity.ts';

/** A worker on another host that is silent for so long has gone. It signs every two seconds. */
const SILENCE_SECONDS = 10;

export interface Outage {
  /** Who had part in the run and is gone. */
  lost: string;
  /** When the first worker came that is there now; null while none is. */
  over: Date | null;
}

/** Whether a run was interrupted since it was last started (launched or resumed): a worker that had part in it is gone, and every worker
 *  that lives now came both after that start and after the lost one's last sign of life. So between two lives nobody worked on it.
 *  Where another worker went on all the while, nothing was interrupted: null. */
export async function runOutage(db: Db, runId: string): Promise<Outage | null> {
  const { lastStart, workers } = await runWorkers(db, runId);
  const host = processHost();
  const living = workers.filter((worker) => isThere(worker, host));
  const lost = workers.find(
    (worker) =>
      worker.tookPart &&
      !living.includes(worker) &&
      living.every(({ startedAt }) => startedAt > lastStart && startedAt > worker.seenAt),
  );
  return lost ? { lost: lost.name, over: living[0]?.startedAt ?? null } : null;
}

function isThere(worker: RunWorker, host: string): boolean {
  if (worker.endedAt) return false;
  return worker.host === host ? isWorkerAlive(worker.name, worker.pid) : worker.silent < SILENCE_SECONDS;
}
