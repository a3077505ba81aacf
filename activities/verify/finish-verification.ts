import { getRun, setRunState } from '../../engine/lineage/index.ts';
import { closeVerification, verificationDigest } from '../../engine/lineage/verification-digest.ts';
import type { WorkerServices } from '../worker-services.ts';

/** Every unit has said that all it drew is recorded. The run has succeeded, whatever was found: that is what it was to find out. */
export async function finishVerification({ db }: Pick<WorkerServices, 'db'>, runId: string): Promise<void> {
  const run = await getRun(db, runId);
  if (run.state === 'SUCCEEDED') return;
  await closeVerification(db, runId);
  await setRunState(db, runId, 'SUCCEEDED', { rootDigest: await verificationDigest(db, runId) });
}
