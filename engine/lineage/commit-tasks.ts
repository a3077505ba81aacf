import { crashPoint } from '../faults/crash-point.ts';
import { closeTasks } from './close-tasks.ts';
import { countMembers } from './count-members.ts';
import { countProgress } from './count-progress.ts';
import type { Db } from './db.ts';
import { insertArtifacts } from './insert-artifacts.ts';
import { insertDerivationInputs } from './insert-derivation-inputs.ts';
import { insertDerivations } from './insert-derivations.ts';
import { insertOutcome } from './insert-outcome.ts';
import { insertReceipts } from './insert-receipts.ts';
import { insertSamples } from './insert-samples.ts';
import { insertScores } from './insert-scores.ts';
import { lockTasks } from './lock-tasks.ts';
import type { TaskCommit, TaskOutcome } from './task-commit.ts';
import { writeEvents } from './write-events.ts';

/** Commits a group of tasks in one transaction, each fenced in its own right: a task that a newer attempt holds is `stale` and one
 *  that is done is `already`; neither keeps the others back. Safe to call twice. */
export async function commitTasks(db: Db, commits: readonly TaskCommit[]): Promise<TaskOutcome[]> {
  if (!commits.length) return [];
  return db.transaction(async (tx) => {
    const { outcomes, live: locked } = await lockTasks(tx, commits);
    if (!locked.length) return outcomes;
    crashPoint('commit.locked');
    const live = await insertDerivations(tx, locked);
    crashPoint('commit.derivations-inserted');
    const artifacts = await insertArtifacts(tx, live);
    const { made, healed } = await insertSamples(tx, live, artifacts);
    const healedScores = await insertScores(tx, live, artifacts);
    for (const commit of live) if (commit.key) await insertOutcome(tx, commit, artifacts);
    crashPoint('commit.samples-inserted');
    await insertDerivationInputs(tx, live);
    await insertReceipts(tx, live);
    const counts = await countMembers(tx, live, { made, healed: new Set([...healed, ...healedScores]) });
    crashPoint('commit.members-counted');
    const events = await closeTasks(tx, live, counts.byTask);
    crashPoint('commit.tasks-closed');
    for (const [runId, deltas] of counts.byRun) events.push(...(await countProgress(tx, runId, deltas)));
    await writeEvents(tx, events);
    crashPoint('commit.before-commit');
    return outcomes;
  });
}
