import { completeNodeKeys } from '../lineage/complete-node-keys.ts';
import { type Db, existing, latestPlanNodes, stepTimings } from '../lineage/index.ts';
import type { Visibility } from '../lineage/visibility.ts';
import { diffNode, type EarlierNode } from '../plan/diff.ts';
import type { JsonObject } from '../plan/json.ts';
import { PlanExpansion, type PreparedPlan, preparePlan } from '../plan/make-plan.ts';
import type { Plan, PlannedNode } from '../plan/plan-types.ts';
import { ExistingCount } from './existing-count.ts';
import { type LaunchInput, resolveLaunch } from './launch-input.ts';
import { launchWorld } from './launch-world.ts';
import { nodesToLookUp } from './nodes-to-look-up.ts';
import type { RunServices } from './services.ts';

export interface PreviewedNode {
  name: string;
  kind: string;
  step: string;
  dependsOn: string[];
  /** Nodes that read this one's samples: variants that share them. */
  sharedBy: string[];
  expected: number;
  cached: number;
  toMake: number;
  /** Why anything must be made: the first input that differs from the latest run with the node. null when nothing must. */
  reason: string | null;
  /** The step's compiled code differs from the latest run's under the same version. */
  codeChanged: boolean;
  /** Device-seconds; null while the step has never run here. */
  predictedSeconds: number | null;
}

export interface PlanPreview {
  pipeline: string;
  seed: number;
  params: JsonObject;
  nodes: PreviewedNode[];
  totals: { expected: number; cached: number; toMake: number; predictedSeconds: number | null };
}

/** What a run would reuse and what it would make, and why. Spends nothing, and holds one page of the plan at a time. */
export async function previewPlan(
  services: Pick<RunServices, 'db' | 'project'>,
  input: LaunchInput,
  visibility: Visibility = null,
): Promise<PlanPreview> {
  const { pipeline, params, seed } = resolveLaunch(services.project, input);
  const { world } = await launchWorld(services.db, { pipeline, params }, input);
  const prepared = await preparePlan(pipeline, params, seed, world);
  const plan = await expand(prepared);
  const counted = await countCached(services.db, prepared, plan.nodes);
  const [earlier, timings] = await Promise.all([
    latestPlanNodes(services.db, { project: input.project, pipeline: pipeline.name }),
    stepTimings(
      services.db,
      plan.nodes.map((node) => node.step),
      visibility,
    ),
  ]);
  const earlierByName = new Map((earlier?.nodes ?? []).map((node) => [node.name, node as unknown as EarlierNode]));
  const changed = new Set<string>();
  const nodes: PreviewedNode[] = [];
  for (const node of plan.nodes) {
    const cached = counted.get(node.name) ?? (await countWhole(services.db, node));
    const toMake = node.expected - cached;
    const before = earlierByName.get(node.name);
    const difference = diffNode(node, before && { ...before, expected: before.expected ?? 0 }, changed);
    if (difference.reason !== null) changed.add(node.name);
    const timing = timings.get(node.step);
    nodes.push({
      name: node.name,
      kind: node.kind,
      step: node.step,
      dependsOn: node.dependsOn,
      sharedBy: plan.nodes.filter((other) => other.dependsOn.includes(node.name)).map((other) => other.name),
      expected: node.expected,
      cached,
      toMake,
      reason: toMake === 0 ? null : (difference.reason ?? 'not finished by an earlier run'),
      codeChanged: difference.codeChanged,
      predictedSeconds: toMake === 0 ? 0 : timing === undefined ? null : timing * toMake,
    });
  }
  return { pipeline: pipeline.name, seed, params, nodes, totals: totalsOf(nodes) };
}

async function expand(prepared: PreparedPlan): Promise<Plan> {
  const expansion = new PlanExpansion(prepared);
  for await (const _ of expansion.pages());
  return expansion.plan();
}

/** How many items of each map node exist. A node that an earlier run has whole has all of them; what of the others exists is looked up key by
 *  key, in pages that are made once more. While the database counts one page, the next one is expanded. */
async function countCached(db: Db, prepared: PreparedPlan, nodes: readonly PlannedNode[]): Promise<Map<string, number>> {
  const maps = nodes.filter((node) => node.kind === 'map');
  const complete = await completeNodeKeys(
    db,
    maps.map((node) => node.key),
  );
  const look = await nodesToLookUp(db, prepared.graph);
  const counted = new Map<string, number>();
  for (const { name, key, expected } of maps) {
    counted.set(name, complete.has(key) ? expected : 0);
    if (complete.has(key)) look.delete(name);
  }
  if (look.size === 0) return counted;
  const count = new ExistingCount(db, look);
  let counting = Promise.resolve();
  for await (const page of new PlanExpansion(prepared).pages()) {
    await counting;
    counting = count.add(page);
    // Awaited in the next turn; until then nobody may call it unhandled.
    counting.catch(() => undefined);
  }
  await counting;
  for (const [name, found] of await count.finish()) counted.set(name, found);
  return counted;
}

async function countWhole(db: Db, node: PlannedNode): Promise<number> {
  if (node.kind === 'source') return node.expected;
  return (await existing(db, node.stateKeys ?? [node.key])).size;
}

function totalsOf(nodes: PreviewedNode[]): PlanPreview['totals'] {
  const work = nodes.filter((node) => node.kind !== 'source');
  const sum = (pick: (node: PreviewedNode) => number): number => work.reduce((total, node) => total + pick(node), 0);
  const unknown = work.some((node) => node.predictedSeconds === null);
  return {
    expected: sum((node) => node.expected),
    cached: sum((node) => node.cached),
    toMake: sum((node) => node.toMake),
    predictedSeconds: unknown ? null : sum((node) => node.predictedSeconds!),
  };
}
