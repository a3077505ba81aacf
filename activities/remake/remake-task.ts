import type { Digest } from '../../engine/plan/digest.ts';
import type { WorkerServices } from '../worker-services.ts';

export type RemakeServices = Pick<WorkerServices, 'db' | 'store' | 'project' | 'pool' | 'contexts'>;

/** What is asked for when an object is to be made again. */
export interface RemakeTask {
  /** The run that reads it. */
  runId: string;
  digest: Digest;
  signal: AbortSignal;
  /** Reads what the making needs; what is lost of that is made again first. */
  reading<T>(work: () => Promise<T>): Promise<T>;
}
