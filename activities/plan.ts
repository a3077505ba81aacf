import { crashPoint } from '../engine/faults/crash-point.ts';
import {
  adoptExisting,
  existing,
  getRun,
  type NodeMember,
  setNodeState,
  setRunState,
  storePlan,
} from '../engine/lineage/index.ts';
import { canonicalJson, type Digest } from '../engine/plan/digest.ts';
import { rootKeyOf } from '../engine/plan/expand.ts';
import type { Json } from '../engine/plan/json.ts';
import { type MadePlan, makePlan } from '../engine/plan/make-plan.ts';
import type { Plan, PlannedNode, PlannedTask, RunUnit } from '../engine/plan/plan-types.ts';
import { findPipeline } from '../engine/plan/project.ts';
import { planWorld } from '../engine/runs/plan-world.ts';
import type { PlannedRun } from '../workflows/activities.ts';
import type { WorkerServices } from './worker-services.ts';

type Planner = Pick<WorkerServices, 'db' | 'store' | 'project'>;

/** Plans a run, writes down what is expected, and adopts what exists. Safe to run again: the same inputs give the same plan, and what is
 *  committed stays committed. */
export async function planRun(services: Planner, runId: string): Promise<PlannedRun> {
  const run = await getRun(services.db, runId);
  if (run.state !== 'RUNNING' && run.state !== 'PAUSED') await setRunState(services.db, runId, 'PLANNING').catch(ignoreConflict);
  const made = await makePlan(findPipeline(services.project, run.pipeline), run.params, run.seed, planWorld(services.db));
  const members = new Map(made.plan.nodes.map((node) => [node, membersOf(node, made)]));
  const found = await findExisting(services, members);
  const planDigest = await putJson(services, made.plan as unknown as Json);
  const shardArtifacts = await putShards(services, made);
  crashPoint('plan.pages-written');
  const tasks = made.tasks.filter((task) => !isComplete(task, made, found));
  await storePlan(services.db, runId, { plan: made.plan, planDigest, shardArtifacts, tasks });
  crashPoint('plan.stored');
  for (const [node, own] of members) {
    const there = node.kind === 'source' ? own : own.filter((member) => found.has(member.key));
    await adoptExisting(services.db, runId, node.name, there);
    if (node.kind === 'source') await setNodeState(services.db, runId, node.name, 'SUCCEEDED');
  }
  crashPoint('plan.adopted');
  if ((await getRun(services.db, runId)).state !== 'PAUSED')
    await setRunState(services.db, runId, 'RUNNING', { planDigest }).catch(ignoreConflict);
  const open = new Set(tasks.map((task) => unitOf(task, made.plan)));
  return {
    units: made.plan.units.map((unit: RunUnit) => ({
      ...unit,
      name: unit.kind === 'stage' ? unit.id : unit.name,
      done: !open.has(unit.id),
    })),
  };
}

async function findExisting(services: Planner, members: Map<PlannedNode, NodeMember[]>): Promise<Set<Digest>> {
  const found = new Set<Digest>();
  for (const [node, own] of members) {
    if (node.kind === 'source') continue;
    const keys = own.map((member) => member.key);
    for (const key of (await existing(services.db, keys)).keys()) found.add(key);
  }
  return found;
}

/** Every item that a node shall have, with its place among the node's items. */
function membersOf(node: PlannedNode, made: MadePlan): NodeMember[] {
  if (node.kind === 'source') {
    return made.plan.sources[node.name]!.flatMap((row, index) => {
      const place = { rootKey: rootKeyOf(row), chain: 0, depth: 0, hop: 0 };
      return [row.textKey, row.imageKey].flatMap((key, side) =>
        key === null ? [] : [{ ordinal: 2 * index + side, key, ...place }],
      );
    });
  }
  const items = made.expansion.items.get(node.name);
  if (items) return items.map(({ key, rootKey, chain, depth, hop }, ordinal) => ({ ordinal, key, rootKey, chain, depth, hop }));
  return (node.stateKeys ?? [node.key]).map((key, ordinal) => ({ ordinal, key }));
}

function isComplete(task: PlannedTask, made: MadePlan, found: Set<Digest>): boolean {
  if (task.stage === null) return found.has(task.key!);
  const items = made.shards[task.stage]![task.shard]!.items[task.node]!;
  return items.slice(task.first, task.first + task.count).every((item) => found.has(item.key));
}

const unitOf = (task: PlannedTask, plan: Plan): string =>
  task.stage === null ? plan.units.find((unit) => unit.kind !== 'stage' && unit.name === task.node)!.id : `stage/${task.stage}`;

async function putShards(services: Planner, made: MadePlan): Promise<Digest[][]> {
  const artifacts: Digest[][] = [];
  for (const shards of made.shards) {
    const digests: Digest[] = [];
    for (const shard of shards) digests.push(await putJson(services, shard as unknown as Json));
    artifacts.push(digests);
  }
  return artifacts;
}

const putJson = async (services: Planner, value: Json): Promise<Digest> =>
  (await services.store.put(Buffer.from(canonicalJson(value), 'utf8'), 'application/json')).digest;

/** Another attempt was faster, or the user paused or cancelled meanwhile: their word stands. */
function ignoreConflict(error: unknown): void {
  if ((error as { code?: string }).code !== 'RUN_STATE_CONFLICT') throw error;
}
