import { type Db, existing, latestPlanNodes, stepTimings } from '../lineage/index.ts';
import { diffNode, type EarlierNode } from '../plan/diff.ts';
import type { Digest } from '../plan/digest.ts';
import type { JsonObject } from '../plan/json.ts';
import { type MadePlan, makePlan } from '../plan/make-plan.ts';
import type { PlannedNode } from '../plan/plan-types.ts';
import { type LaunchInput, resolveLaunch } from './launch-input.ts';
import { planWorld } from './plan-world.ts';
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

/** What a run would reuse and what it would make, and why. Spends nothing. */
export async function previewPlan(services: Pick<RunServices, 'db' | 'project'>, input: LaunchInput): Promise<PlanPreview> {
  const { pipeline, params, seed } = resolveLaunch(services.project, input);
  const made = await makePlan(pipeline, params, seed, planWorld(services.db));
  const [earlier, timings] = await Promise.all([
    latestPlanNodes(services.db, { project: input.project, pipeline: pipeline.name }),
    stepTimings(
      services.db,
      made.plan.nodes.map((node) => node.step),
    ),
  ]);
  const earlierByName = new Map((earlier?.nodes ?? []).map((node) => [node.name, node as unknown as EarlierNode]));
  const changed = new Set<string>();
  const nodes: PreviewedNode[] = [];
  for (const node of made.plan.nodes) {
    const cached = await countCached(services.db, node, made);
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
      sharedBy: made.plan.nodes.filter((other) => other.dependsOn.includes(node.name)).map((other) => other.name),
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

async function countCached(db: Db, node: PlannedNode, made: MadePlan): Promise<number> {
  if (node.kind === 'source') return node.expected;
  const keys: Digest[] = made.expansion.items.get(node.name)?.map((item) => item.key) ?? node.stateKeys ?? [node.key];
  return (await existing(db, keys)).size;
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
