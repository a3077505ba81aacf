import { buildGraph, type Graph, type GraphNode } from './build-graph.ts';
import type { Pipeline } from './define-pipeline.ts';
import { type DatasetRowInfo, type MapStep, type Step, stepId } from './define-step.ts';
import type { Digest } from './digest.ts';
import { HoplineError } from './errors.ts';
import { type Expansion, expand, type SourceRow } from './expand.ts';
import type { JsonObject } from './json.ts';
import type { Plan, PlannedNode, PlannedTask, PlanShard } from './plan-types.ts';
import { type Staging, stageGraph } from './stages.ts';

export interface PlannedDataset {
  name: string;
  digest: Digest;
  rows: (DatasetRowInfo & SourceRow)[];
}

/** What planning asks of the world. Each throws a named error when the thing is missing. */
export interface PlanSources {
  dataset(name: string): Promise<PlannedDataset>;
  model(name: string): Promise<{ name: string; digest: Digest }>;
  codeDigest(step: Step): Promise<Digest>;
}

export interface MadePlan {
  plan: Plan;
  /** By stage and shard. */
  shards: PlanShard[][];
  tasks: PlannedTask[];
  graph: Graph;
  expansion: Expansion;
}

/** Turns a declaration into a content-keyed plan. Spends nothing: the same inputs give the same plan, byte for byte. */
export async function makePlan(pipeline: Pipeline, params: JsonObject, seed: number, world: PlanSources): Promise<MadePlan> {
  const graph = buildGraph(pipeline, params);
  const datasets = await loadDatasets(graph, world);
  const sources = chooseSources(graph, datasets, seed);
  const models = await loadModels(graph, world);
  const expansion = expand({ graph, runSeed: seed, sources, models });
  const staging = stageGraph(graph, Object.fromEntries(Object.entries(sources).map(([name, rows]) => [name, rows.length])));
  const codeDigests = await digestSteps(graph, world);
  const nodes = [...graph.values()].map((node) =>
    planNode(node, { expansion, staging, models, datasets, sources, codeDigest: codeDigests.get(node.step)! }),
  );
  const plan: Plan = {
    pipeline: pipeline.name,
    pipelineVersion: pipeline.version,
    params,
    seed,
    nodes,
    stages: staging.stages,
    units: staging.units,
    sources,
  };
  const shards = shardItems(staging, expansion);
  return { plan, shards, tasks: [...stageTasks(shards, nodes), ...wholeNodeTasks(nodes)], graph, expansion };
}

async function loadDatasets(graph: Graph, world: PlanSources): Promise<Map<string, PlannedDataset>> {
  const datasets = new Map<string, PlannedDataset>();
  for (const node of graph.values()) {
    if (node.dataset !== undefined && !datasets.has(node.dataset)) datasets.set(node.dataset, await world.dataset(node.dataset));
  }
  return datasets;
}

async function loadModels(graph: Graph, world: PlanSources): Promise<Record<string, Digest>> {
  const models: Record<string, Digest> = {};
  for (const name of new Set([...graph.values()].flatMap((node) => Object.values(node.models))))
    models[name] = (await world.model(name)).digest;
  return models;
}

/** Each step once, side by side. */
async function digestSteps(graph: Graph, world: PlanSources): Promise<Map<Step, Digest>> {
  const steps = [...new Set([...graph.values()].map((node) => node.step))];
  return new Map(await Promise.all(steps.map(async (step) => [step, await world.codeDigest(step)] as const)));
}

function chooseSources(graph: Graph, datasets: Map<string, PlannedDataset>, seed: number): Record<string, SourceRow[]> {
  const sources: Record<string, SourceRow[]> = {};
  for (const node of graph.values()) {
    if (node.step.kind !== 'source') continue;
    const { rows, name } = datasets.get(node.dataset!)!;
    const indexes = node.step.choose(rows, node.params, seed);
    const twice = firstRepeated(indexes);
    if (twice !== undefined)
      throw new HoplineError(
        'SOURCE_ROW_TWICE',
        `node "${node.name}" must choose a row of dataset "${name}" once, got ${twice} twice`,
      );
    const chosen = indexes.map((index) => {
      const row = rows[index];
      if (!row)
        throw new HoplineError(
          'SOURCE_ROW_UNKNOWN',
          `node "${node.name}" must choose rows of dataset "${name}" (0..${rows.length - 1}), got ${index}`,
        );
      return { textKey: row.textKey, imageKey: row.imageKey };
    });
    if (chosen.length === 0)
      throw new HoplineError(
        'SOURCE_EMPTY',
        `node "${node.name}" must choose at least one of the ${rows.length} rows of "${name}", got none`,
      );
    sources[node.name] = chosen;
  }
  return sources;
}

function firstRepeated(indexes: readonly number[]): number | undefined {
  const seen = new Set<number>();
  return indexes.find((index) => seen.size === seen.add(index).size);
}

interface NodeFacts {
  expansion: Expansion;
  staging: Staging;
  models: Record<string, Digest>;
  datasets: Map<string, PlannedDataset>;
  sources: Record<string, SourceRow[]>;
  codeDigest: Digest;
}

function planNode(node: GraphNode, facts: NodeFacts): PlannedNode {
  const { expansion, staging, models, datasets, sources, codeDigest } = facts;
  const stateKeys = expansion.stateKeys.get(node.name);
  const expected = sources[node.name]?.length ?? expansion.items.get(node.name)?.length ?? stateKeys?.length ?? 1;
  const dataset = node.dataset === undefined ? undefined : datasets.get(node.dataset)!;
  return {
    name: node.name,
    kind: node.kind,
    step: stepId(node.step),
    params: node.params,
    models: Object.fromEntries(Object.entries(node.models).map(([role, name]) => [role, { name, digest: models[name]! }])),
    inputs: node.inputs,
    dependsOn: [
      ...new Set(
        Object.values(node.inputs)
          .flat()
          .map((part) => part.node),
      ),
    ],
    key: expansion.keys.get(node.name)!,
    codeDigest,
    resource: node.step.kind === 'source' ? 'cpu' : (node.step.resource ?? 'cpu'),
    expected,
    ...(stateKeys ? { stateKeys } : {}),
    batchSize: (node.step as MapStep).batchSize ?? 256,
    maxFailures: node.maxFailures,
    ...(staging.stageOf.has(node.name) ? { stage: staging.stageOf.get(node.name)! } : {}),
    ...(dataset ? { dataset: { name: dataset.name, digest: dataset.digest } } : {}),
  };
}

/** Cuts every stage's items into shards of consecutive roots. */
function shardItems(staging: Staging, expansion: Expansion): PlanShard[][] {
  return staging.stages.map((stage, id) => {
    const shards: PlanShard[] = Array.from({ length: stage.shards }, (_, shard) => ({
      stage: id,
      shard,
      items: {},
      offsets: {},
    }));
    for (const name of stage.nodes) {
      for (const shard of shards) shard.items[name] = [];
      for (const item of expansion.items.get(name)!)
        shards[Math.floor(item.root / staging.rootsPerShard[id]!)]!.items[name]!.push(item);
      let offset = 0;
      for (const shard of shards) {
        shard.offsets[name] = offset;
        offset += shard.items[name]!.length;
      }
    }
    return shards;
  });
}

function stageTasks(shards: PlanShard[][], nodes: PlannedNode[]): PlannedTask[] {
  const tasks: PlannedTask[] = [];
  for (const shard of shards.flat()) {
    nodes.forEach((node, ordinal) => {
      const items = shard.items[node.name];
      for (let first = 0; items && first < items.length; first += node.batchSize) {
        const count = Math.min(node.batchSize, items.length - first);
        tasks.push({ node: node.name, stage: shard.stage, shard: shard.shard, ordinal, first, count, epoch: null, key: null });
      }
    });
  }
  return tasks;
}

function wholeNodeTasks(nodes: PlannedNode[]): PlannedTask[] {
  return nodes.flatMap((node, ordinal) => {
    if (node.kind === 'source' || node.kind === 'map') return [];
    const states = node.stateKeys ?? [node.key];
    return states.map((key, epoch) => ({
      node: node.name,
      stage: null,
      shard: 0,
      ordinal,
      first: epoch,
      count: 1,
      epoch: node.kind === 'fold' ? epoch : null,
      key,
    }));
  });
}
