import { HoplineError } from '../engine/plan/errors.ts';

/** Whom an error concerns, and so what becomes of it.
 *  `task`: the step has failed at this batch. Tried again a few times by the slice, then the task is failed for good and others go on.
 *  `outage`: a service is away or a lease was lost; says nothing about the task. The activity is retried, without end.
 *  `device`: the host or something unforeseen. The activity is retried, and the task counts its attempts.
 *  `run`: the node or the whole run can't go on like this. Thrown at once. */
export type FailureClass = 'task' | 'outage' | 'device' | 'run';

const OUTAGES = new Set([
  'DATABASE_UNREACHABLE',
  'STORE_UNREACHABLE',
  'STORE_FULL',
  'DISK_FULL',
  'OBJECT_CONDEMNED',
  'OBJECT_MOVED',
  'STALE_LEASE',
  'TASK_CANCELLED',
  'POOL_CLOSED',
]);
const DEVICE = new Set([
  'DEVICE_LOST',
  'DEVICE_OUT_OF_MEMORY',
  'HOST_START_FAILED',
  'FAULT_INJECTED',
  'FAN_IN_SHORT',
  'STATE_MISSING',
]);
/** What the engine says of a run, a node, a model, the store. */
const RUN =
  /^(WORKER|MODEL|DATASET|DATABASE|STORE|OBJECT|DIGEST|INPUT|ORDER|RESULT|NODE|RUN|PLAN|PARAMS|WIRING|DEVICES|PARENT)_|^STEP_(MODEL_MISSING|INPUT_MISSING|IMPORT_FAILED|MISSING|VERSION_MISMATCH|INVALID)$/;

export function failureClass(error: unknown): FailureClass {
  if (!(error instanceof HoplineError)) return 'device';
  if (OUTAGES.has(error.code)) return 'outage';
  if (DEVICE.has(error.code)) return 'device';
  // STEP_FAILED, STEP_OUTPUT_*, and codes that steps choose themselves.
  return RUN.test(error.code) ? 'run' : 'task';
}
