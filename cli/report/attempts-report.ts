import type { AttemptCounts } from '../operations/run-report.ts';

/** The attempt counts of all nodes of a run together. */
export interface AttemptTotals {
  tasks: AttemptCounts['tasks'];
  attempts: AttemptCounts['attempts'];
  tasksCommittedTwice: number;
  tasksStartedAfterCommit: number;
}

export function attemptTotals(counts: readonly AttemptCounts[]): AttemptTotals {
  const sum = (pick: (of: AttemptCounts) => number): number => counts.reduce((total, of) => total + pick(of), 0);
  return {
    tasks: {
      pending: sum(({ tasks }) => tasks.pending),
      running: sum(({ tasks }) => tasks.running),
      committed: sum(({ tasks }) => tasks.committed),
      failed: sum(({ tasks }) => tasks.failed),
    },
    attempts: {
      committed: sum(({ attempts }) => attempts.committed),
      superseded: sum(({ attempts }) => attempts.superseded),
      failed: sum(({ attempts }) => attempts.failed),
      released: sum(({ attempts }) => attempts.released),
      open: sum(({ attempts }) => attempts.open),
    },
    tasksCommittedTwice: sum((of) => of.tasksCommittedTwice),
    tasksStartedAfterCommit: sum((of) => of.tasksStartedAfterCommit),
  };
}

/** One line: `attempts 40 committed, 3 superseded; committed twice 0, started after commit 0`. Empty without attempts. */
export function attemptsLine(counts: readonly AttemptCounts[]): string {
  const { attempts, tasksCommittedTwice, tasksStartedAfterCommit } = attemptTotals(counts);
  const tried = Object.entries(attempts).filter(([, count]) => count > 0);
  if (tried.length === 0) return '';
  const how = tried.map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  return `attempts ${how}; committed twice ${tasksCommittedTwice}, started after commit ${tasksStartedAfterCommit}`;
}
