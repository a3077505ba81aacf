import type { Digest } from '../plan/digest.ts';
import type { ProgressDelta } from './count-progress.ts';
import type { Tx } from './db.ts';
import { insertMembers, type NodeMember } from './insert-members.ts';
import type { LiveCommit } from './task-commit.ts';

export interface TaskCounts {
  made: number;
  cached: number;
  failed: number;
}

/** Makes what tasks made or found members of their nodes, and counts those that are new there. */
export async function countMembers(
  tx: Tx,
  commits: readonly LiveCommit[],
  healed: ReadonlySet<Digest>,
): Promise<{ byTask: Map<number, TaskCounts>; byRun: Map<string, ProgressDelta[]> }> {
  const members = commits.flatMap((commit) => membersOf(commit).map((member) => ({ ...member, commit, nodeId: commit.nodeId })));
  const inserted = await insertMembers(tx, members);
  const fresh = new Map(inserted.map((member) => [`${member.nodeId}/${member.ordinal}`, member.failed]));
  const byTask = new Map<number, TaskCounts>(commits.map((commit) => [commit.taskId, { made: 0, cached: 0, failed: 0 }]));
  for (const { commit, nodeId, ordinal, key, cached } of members) {
    const counts = byTask.get(commit.taskId)!;
    const failed = fresh.get(`${nodeId}/${ordinal}`);
    if (failed !== undefined) counts[failed ? 'failed' : cached ? 'cached' : 'made']++;
    else if (healed.has(key)) move(counts);
  }
  return { byTask, byRun: sumByRun(commits, byTask) };
}

/** A member that was adopted as failed has been made after all. */
function move(counts: TaskCounts): void {
  counts.failed--;
  counts.made++;
}

function membersOf(commit: LiveCommit): (NodeMember & { cached: boolean })[] {
  const reused = (commit.reused ?? []).map((member) => ({ ...member, cached: true }));
  if (commit.key) return reused.length ? reused : [{ ordinal: commit.epoch, key: commit.key, cached: false }];
  return [...(commit.items ?? []).map((item) => ({ ...item, cached: false })), ...reused];
}

function sumByRun(commits: readonly LiveCommit[], byTask: ReadonlyMap<number, TaskCounts>): Map<string, ProgressDelta[]> {
  const byNode = new Map<number, ProgressDelta>();
  const byRun = new Map<string, ProgressDelta[]>();
  for (const { runId, taskId, nodeId, result } of commits) {
    const counts = byTask.get(taskId)!;
    let delta = byNode.get(nodeId);
    if (!delta) {
      delta = { nodeId, made: 0, cached: 0, failed: 0, deviceSeconds: 0 };
      byNode.set(nodeId, delta);
      byRun.set(runId, [...(byRun.get(runId) ?? []), delta]);
    }
    delta.made += counts.made;
    delta.cached += counts.cached;
    delta.failed += counts.failed;
    delta.deviceSeconds += result.seconds;
  }
  return byRun;
}
