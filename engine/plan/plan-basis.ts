import { buildGraph, type Graph } from './build-graph.ts';
import type { Pipeline } from './define-pipeline.ts';
import { type DatasetRowInfo, type MapStep, type Step, stepId } from './define-step.ts';
import { type Digest, digestJson } from './digest.ts';
import type { Json, JsonObject } from './json.ts';
import type { SourceRow } from './source-table.ts';

/** Raised when the same inputs shall give another plan: other pages, other shards. */
const PLAN_FORMAT = 2;

export interface PlannedDataset {
  name: string;
  digest: Digest;
  /** Read only where a plan is made. */
  rows(): Promise<readonly (DatasetRowInfo & SourceRow)[]>;
}

/** What planning asks of the world. Each throws a named error when the thing is missing. */
export interface PlanSources {
  dataset(name: string): Promise<PlannedDataset>;
  model(name: string): Promise<{ name: string; digest: Digest }>;
  codeDigest(step: Step): Promise<Digest>;
  /** Keys of samples that are not handed on any more. Default: none. */
  retracted?(): Promise<ReadonlySet<Digest>>;
}

/** Everything that a plan is made from. */
export interface PlanBasis {
  pipeline: Pipeline;
  params: JsonObject;
  seed: number;
  graph: Graph;
  datasets: Map<string, PlannedDataset>;
  /** Digests by model name. */
  models: Record<string, Digest>;
  /** Samples that the plan leaves out, with all that is made of them. */
  retracted: ReadonlySet<Digest>;
  /** Digest of all of it: the same again needs no new plan. The code of the steps isn't part of it: a step's version is its author's word. */
  digest: Digest;
}

/** Reads what a plan is made from, without expanding anything. `remake`: nodes whose things are made again although they exist.
 *  @throws WIRING_INVALID, PARAMS_INVALID, PIPELINE_INVALID, and what the world says */
export async function readPlanBasis(
  pipeline: Pipeline,
  params: JsonObject,
  seed: number,
  world: Pick<PlanSources, 'dataset' | 'model' | 'retracted'>,
  remake: readonly string[] = [],
): Promise<PlanBasis> {
  const graph = buildGraph(pipeline, params);
  const datasets = new Map<string, PlannedDataset>();
  const models: Record<string, Digest> = {};
  for (const node of graph.values()) {
    if (node.dataset !== undefined && !datasets.has(node.dataset)) datasets.set(node.dataset, await world.dataset(node.dataset));
    for (const name of Object.values(node.models)) models[name] ??= (await world.model(name)).digest;
  }
  const retracted = (await world.retracted?.()) ?? new Set<Digest>();
  const digest = digestJson({
    format: PLAN_FORMAT,
    pipeline: pipeline.name,
    version: pipeline.version,
    params,
    seed,
    nodes: [...graph.values()].map(describeNode),
    datasets: Object.fromEntries([...datasets].map(([name, dataset]) => [name, dataset.digest])),
    models,
    remake: [...remake].sort(),
    // Only where it says something: the plans that are stored already stay what they are.
    ...(retracted.size > 0 ? { retracted: [...retracted].sort() } : {}),
  } as Json);
  return { pipeline, params, seed, graph, datasets, models, retracted, digest };
}

function describeNode({ step, ...node }: Graph extends Map<string, infer N> ? N : never): Json {
  const { batchSize = null, output = null } = step as Partial<MapStep>;
  const { seeded = true, resource = 'cpu' } = step as { seeded?: boolean; resource?: string };
  return JSON.parse(JSON.stringify({ ...node, step: stepId(step), batchSize, output, seeded, resource })) as Json;
}
