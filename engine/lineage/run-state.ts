export type RunState = 'PLANNING' | 'QUEUED' | 'RUNNING' | 'PAUSED' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

/** Which states may follow. A finished run comes back to life only by a resume: FAILED or CANCELLED -> QUEUED. */
const next: Record<RunState, readonly RunState[]> = {
  PLANNING: ['QUEUED', 'RUNNING', 'PAUSED', 'FAILED', 'CANCELLED'],
  QUEUED: ['PLANNING', 'RUNNING', 'PAUSED', 'FAILED', 'CANCELLED'],
  RUNNING: ['PLANNING', 'PAUSED', 'SUCCEEDED', 'FAILED', 'CANCELLED'],
  PAUSED: ['PLANNING', 'QUEUED', 'RUNNING', 'FAILED', 'CANCELLED'],
  SUCCEEDED: [],
  FAILED: ['QUEUED'],
  CANCELLED: ['QUEUED'],
};

export const isFinished = (state: RunState): boolean => state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELLED';

/** Whether a run may go from one state to another. Staying is always legal: an activity may run twice. */
export const mayFollow = (from: RunState, to: RunState): boolean => from === to || next[from].includes(to);

/** The states from which `to` may be reached, itself included. */
export const statesBefore = (to: RunState): RunState[] => (Object.keys(next) as RunState[]).filter((from) => mayFollow(from, to));
