import { codeDigest } from '../compute/code-digest.ts';
import { type RunRow, runExecutions, runProgress } from '../lineage/index.ts';
import { type PlanNodeRow, planNodes } from '../lineage/plan-nodes.ts';
import { buildGraph, type GraphNode } from '../plan/build-graph.ts';
import { stepId } from '../plan/define-step.ts';
import { firstDifferentPath } from '../plan/diff.ts';
import { canonicalJson } from '../plan/digest.ts';
import type { Json } from '../plan/json.ts';
import type { PlanSources } from '../plan/plan-basis.ts';
import { findPipeline } from '../plan/project.ts';
import { planWorld } from './plan-world.ts';
import type { RunServices } from './services.ts';

export interface NodeOutlook {
  name: string;
  kind: string;
  /** Items that are there, by the plan so far. */
  done: number;
  /** Items that are not. Of a node that is planned anew: all of them, and what exists of the new plan is found when it is made. */
  left: number;
  /** Why the node is planned anew: the first input that differs from the plan so far. null: it goes on where it was. */
  change: string | null;
  /** Other compiled code under the same version: what exists is reused on the author's word. */
  codeChanged: boolean;
}

/** What a resume would go on with. */
export interface ResumeOutlook {
  /** Of the execution before, and of the code that is there now. */
  codeRevision: { before: string; now: string };
  /** Empty while the run has no plan. */
  nodes: NodeOutlook[];
}

type Asked = Pick<RunServices, 'db' | 'project'>;

/** Compares the declaration as it is now with the plan that the run has, node by node, without expanding it: cheap for any size of run.
 *  @throws PIPELINE_NOT_FOUND, PARAMS_INVALID, WIRING_INVALID, DATASET_MISSING, MODEL_MISSING, DATASET_RETRACTED,
 *  MODEL_RETRACTED: the run can't go on like this */
export async function resumeOutlook({ db, project }: Asked, run: RunRow, codeRevision: string): Promise<ResumeOutlook> {
  const graph = buildGraph(findPipeline(project, run.pipeline), run.params);
  const world = planWorld(db, run);
  const [planned, progress, executions] = await Promise.all([
    planNodes(db, run.id),
    runProgress(db, run.id),
    runExecutions(db, run.id),
  ]);
  const earlier = new Map(planned.map((node) => [node.name, node]));
  const counts = new Map(progress.nodes.map((node) => [node.name, node]));
  const changed = new Set<string>();
  const nodes: NodeOutlook[] = [];
  for (const node of graph.values()) {
    const before = earlier.get(node.name);
    const change = (await ownChange(world, node, before)) ?? upstreamChange(node, changed);
    if (change !== null) changed.add(node.name);
    const { expected = 0, made = 0, cached = 0 } = counts.get(node.name) ?? {};
    nodes.push({
      name: node.name,
      kind: node.kind,
      done: change === null ? made + cached : 0,
      left: change === null ? Math.max(0, expected - made - cached) : expected,
      change,
      codeChanged: change === null && before !== undefined && before.codeDigest !== (await codeDigest(node.step)),
    });
  }
  const before = executions.at(-1)?.codeRevision ?? run.codeRevision;
  return { codeRevision: { before, now: codeRevision }, nodes: planned.length > 0 ? nodes : [] };
}

async function ownChange(world: PlanSources, node: GraphNode, before: PlanNodeRow | undefined): Promise<string | null> {
  if (node.dataset !== undefined) await world.dataset(node.dataset);
  const models = await Promise.all(
    Object.entries(node.models).map(async ([role, name]) => ({ role, name, digest: (await world.model(name)).digest })),
  );
  if (!before) return 'new node';
  const step = stepId(node.step);
  if (step !== before.step) return `step ${before.step} -> ${step}`;
  const param = firstDifferentPath(before.params, node.params);
  if (param) return `params.${param.path} ${short(param.before)} -> ${short(param.after)}`;
  const model = models.find(({ role, digest }) => before.models[role]?.digest !== digest);
  if (model) return `model ${model.role} -> ${model.digest.slice(0, 8)} (${model.name})`;
  const wired = canonicalJson(before.inputs as unknown as Json) === canonicalJson(node.inputs as unknown as Json);
  return wired ? null : 'inputs are wired otherwise';
}

function upstreamChange(node: GraphNode, changed: ReadonlySet<string>): string | null {
  const from = Object.values(node.inputs)
    .flat()
    .find((part) => changed.has(part.node));
  return from ? `input ${from.node} changed` : null;
}

const short = (value: Json | undefined): string => (value === undefined ? 'none' : canonicalJson(value).slice(0, 60));
