import { crashPoint } from '../engine/faults/crash-point.ts';
import { assertFanIn, getRun, rootDigest, type StoredError, setRunState } from '../engine/lineage/index.ts';
import type { WorkerServices } from './worker-services.ts';

type Finisher = Pick<WorkerServices, 'db'>;

/** Success is checked, not assumed: every node must have what the plan expects. */
export async function finishRun(services: Finisher, runId: string, nodes: readonly string[]): Promise<void> {
  const run = await getRun(services.db, runId);
  if (run.state === 'SUCCEEDED') return;
  await assertFanIn(services.db, runId, nodes);
  crashPoint('finish.counted');
  await setRunState(services.db, runId, 'SUCCEEDED', { rootDigest: await rootDigest(services.db, runId) });
  crashPoint('finish.marked');
}

export async function failRun(services: Finisher, runId: string, error: StoredError): Promise<void> {
  const run = await getRun(services.db, runId);
  if (run.state !== 'FAILED') await setRunState(services.db, runId, 'FAILED', { error });
}

export async function markCancelled(services: Finisher, runId: string): Promise<void> {
  const run = await getRun(services.db, runId);
  if (run.state !== 'CANCELLED') await setRunState(services.db, runId, 'CANCELLED');
}
