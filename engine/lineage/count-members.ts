import { isSampleMedium } from '../plan/define-step.ts';
import type { Digest } from '../plan/digest.ts';
import type { ProgressDelta } from './count-progress.ts';
import type { Tx } from './db.ts';
import { insertMembers, insertNewMembers, type MemberKind } from './insert-members.ts';
import type { NewSample } from './insert-samples.ts';
import type { NodeMember } from './node-member.ts';
import type { LiveCommit } from './task-commit.ts';

export interface TaskCounts {
  made: number;
  cached: number;
  failed: number;
}

type CountedMember = NodeMember & { nodeId: number; kind: MemberKind; taskId: number; cached: boolean };

/** Makes what tasks made or found members of their nodes, and counts those that are new there. `made`: samples that this transaction has
 *  inserted, which needn't be looked up. `healed`: keys that had only failed before. */
export async function countMembers(
  tx: Tx,
  commits: readonly LiveCommit[],
  { made, healed }: { made: ReadonlyMap<Digest, NewSample>; healed: ReadonlySet<Digest> },
): Promise<{ byTask: Map<number, TaskCounts>; byRun: Map<string, ProgressDelta[]> }> {
  const members = commits.flatMap(membersOf);
  const fresh = members.filter((member) => made.has(member.key));
  const inserted = await insertNewMembers(
    tx,
    fresh.map((member) => ({ ...member, sample: made.get(member.key)! })),
  );
  for (const kind of ['sample', 'score', 'outcome'] as const) {
    inserted.push(
      ...(await insertMembers(
        tx,
        kind,
        members.filter((member) => member.kind === kind && !made.has(member.key)),
      )),
    );
  }
  const counted = new Map(inserted.map((member) => [`${member.nodeId}/${member.ordinal}`, member.failed]));
  const byTask = new Map<number, TaskCounts>(commits.map((commit) => [commit.taskId, { made: 0, cached: 0, failed: 0 }]));
  for (const { taskId, nodeId, ordinal, key, cached } of members) {
    const counts = byTask.get(taskId)!;
    const failed = counted.get(`${nodeId}/${ordinal}`);
    if (failed !== undefined) counts[failed ? 'failed' : cached ? 'cached' : 'made']++;
    else if (healed.has(key)) moveToMade(counts);
  }
  return { byTask, byRun: sumByRun(commits, byTask) };
}

/** A member that was adopted as failed has been made after all. */
function moveToMade(counts: TaskCounts): void {
  counts.failed--;
  counts.made++;
}

function membersOf({ key, items = [], reused = [], medium, epoch, nodeId, taskId }: LiveCommit): CountedMember[] {
  const kind = key ? 'outcome' : isSampleMedium(medium) ? 'sample' : 'score';
  const place = { nodeId, kind, taskId } as const;
  const found = reused.map((member) => ({ ...member, ...place, cached: true }));
  if (key) return found.length ? found : [{ ordinal: epoch, key, ...place, cached: false }];
  return [...items.map((item) => ({ ...item, ...place, cached: false })), ...found];
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
