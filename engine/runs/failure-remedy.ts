import type { FailureGroup } from '../lineage/index.ts';

const SEE = 'hopline lineage KEY shows what it was made of';

/** What helps, by the code of the cause. */
const REMEDIES: Record<string, string> = {
  DEVICE_OUT_OF_MEMORY:
    'even one item alone does not fit: give hosts more memory (HOPLINE_HOST_MEMORY_MB), or make the item smaller',
  DEVICE_LOST: `the item ends its host, alone too: ${SEE}; logs/worker.log of the home says how the host ended`,
  STEP_OUTPUT_NAN: `the step returns a number that is not finite: ${SEE}; mend the step and raise its version`,
  STEP_OUTPUT_BLANK: `the step returns nothing visible: ${SEE}; mend the step and raise its version`,
  STEP_OUTPUT_COUNT: 'mend the step: one output for each item, { failed } for what it can not make; then hopline resume RUN',
  STEP_FAILED: 'mend the step, raise its version when results change, then hopline resume RUN',
  TASK_POISONED: 'logs/worker.log of the home says why its attempts ended; hopline resume RUN tries again',
  NODE_FAILED_SHARE: "raise the node's maxFailures, or mend what failed; then hopline resume RUN",
  OBJECT_MISSING: 'put the object back into the store, or make it again: hopline rerun RUN --from NODE',
  OBJECT_CORRUPT: 'delete the object from the store and make it again: hopline rerun RUN --from NODE',
  FAN_IN_SHORT: 'hopline resume RUN',
};

/** What a user can do about a group of failures, in one line. */
export function failureRemedy({ cause, node, example }: FailureGroup, runId: string): string {
  const named = cause.split(' ', 1)[0]!;
  const remedy =
    REMEDIES[named] ??
    (/^STEP_OUTPUT_/.test(named)
      ? REMEDIES.STEP_FAILED!
      : example.key
        ? `${SEE}; the run goes on while at most maxFailures of a node fail`
        : 'hopline resume RUN');
  return remedy
    .replace('RUN', runId)
    .replace('NODE', node)
    .replace('KEY', example.key?.slice(0, 12) ?? 'KEY');
}
