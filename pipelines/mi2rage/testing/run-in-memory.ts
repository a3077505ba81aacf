import { buildGraph, type Graph, type GraphNode } from '../../../engine/plan/build-graph.ts';
import type { Pipeline } from '../../../engine/plan/define-pipeline.ts';
import {
  type FoldStep,
  isLoaded,
  type MapStep,
  type ReduceStep,
  type SelectStep,
  type SourceStep,
} from '../../../engine/plan/define-step.ts';
import { canonicalJson, type Digest } from '../../../engine/plan/digest.ts';
import { type Expansion, expand, itemsOf } from '../../../engine/plan/expand.ts';
import type { HandlePart } from '../../../engine/plan/handles.ts';
import type { JsonObject } from '../../../engine/plan/json.ts';
import { contentDigest } from '../../../engine/plan/keys.ts';
import { resolveParams } from '../../../engine/plan/params.ts';
import type { PlanItem } from '../../../engine/plan/plan-types.ts';
import type { ReaderRow } from '../../../engine/plan/project.ts';
import { nodeSeed } from '../../../engine/plan/seeds.ts';
import type {
  CheckpointValue,
  DecisionValue,
  ModelFiles,
  NodeInputs,
  ReduceOutput,
  SampleValue,
  ScoreValue,
  StepContext,
} from '../../../engine/plan/step-io.ts';

/** Everything that a run made, by node. */
export interface MemoryRun {
  graph: Graph;
  samples: Map<string, SampleValue[]>;
  scores: Map<string, ScoreValue[]>;
  decisions: Map<string, (DecisionValue & { reason: string })[]>;
  states: Map<string, CheckpointValue[]>;
  epochMetrics: Map<string, Record<string, number>[]>;
  reduced: Map<string, ReduceOutput>;
  /** Seconds inside the step, by node. */
  seconds: Map<string, number>;
}

export interface MemoryWorld {
  rows: readonly ReaderRow[];
  seed: number;
  models: Record<string, ModelFiles>;
  threads?: number;
  /** Called after each node. */
  onNode?(node: string, seconds: number): void;
}

/** Runs a pipeline's steps in one plain process, without store, database or workflows: what tests compare the engine with, and what the
 *  engine's cost is measured against. */
export async function runInMemory(pipeline: Pipeline, given: JsonObject, world: MemoryWorld): Promise<MemoryRun> {
  const graph = buildGraph(pipeline, resolveParams(pipeline, given));
  const run: MemoryRun = {
    graph,
    samples: new Map(),
    scores: new Map(),
    decisions: new Map(),
    states: new Map(),
    epochMetrics: new Map(),
    reduced: new Map(),
    seconds: new Map(),
  };
  const byKey = new Map<Digest, SampleValue | ScoreValue>();
  const sources = readSources(graph, world, byKey);
  const digests = Object.fromEntries(Object.entries(world.models).map(([name, model]) => [name, model.digest]));
  const expansion = expand({ graph, runSeed: world.seed, sources, models: digests });
  const reader = new MemoryReader(run, { graph, sources }, expansion, byKey);
  const warm = new Map<string, Promise<unknown>>();
  for (const node of graph.values()) {
    const started = performance.now();
    const context = contextOf(node, world, warm);
    const nodes = reader.inputsOf(node);
    if (node.kind === 'map') await runMap(node, expansion.items.get(node.name)!, nodes, context, run, byKey);
    else if (node.kind !== 'source') await runWhole(node, expansion, nodes, context, run, world, byKey);
    const seconds = (performance.now() - started) / 1000;
    run.seconds.set(node.name, seconds);
    world.onNode?.(node.name, seconds);
  }
  for (const opened of warm.values()) await ((await opened) as { close?(): Promise<void> }).close?.();
  return run;
}

type Sources = Record<string, { textKey: Digest | null; imageKey: Digest | null }[]>;

function readSources(graph: Graph, { rows, seed }: MemoryWorld, byKey: Map<Digest, SampleValue | ScoreValue>): Sources {
  const known = rows.map((row, index) => {
    const meta = canonicalJson(row.meta);
    const textKey = row.text === undefined ? null : contentDigest(row.text, meta);
    const imageKey = row.image === undefined ? null : contentDigest(row.image);
    const rootKey = (textKey ?? imageKey)!;
    const at = { rootKey, chain: 0, depth: 0, hop: 0 };
    if (textKey) byKey.set(textKey, { key: textKey, ...at, text: row.text!, meta: row.meta });
    if (imageKey) byKey.set(`${imageKey}/${rootKey}`, { key: imageKey, ...at, image: row.image!, meta: {} });
    return {
      textKey,
      imageKey,
      info: { index, id: row.id, part: row.part ?? null, group: row.group, key: rootKey, meta: row.meta },
    };
  });
  const chosen: Sources = {};
  for (const node of graph.values()) {
    if (node.step.kind !== 'source') continue;
    const indexes = (node.step as SourceStep).choose(
      known.map((row) => row.info),
      node.params,
      seed,
    );
    chosen[node.name] = indexes.map((index) => known[index]!);
  }
  return chosen;
}

/** Hands samples, scores and states of finished nodes to steps. */
class MemoryReader {
  readonly #run: MemoryRun;
  readonly #sources: { graph: Graph; sources: Sources };
  readonly #expansion: Expansion;
  readonly #byKey: Map<Digest, SampleValue | ScoreValue>;

  constructor(
    run: MemoryRun,
    sources: { graph: Graph; sources: Sources },
    expansion: Expansion,
    byKey: Map<Digest, SampleValue | ScoreValue>,
  ) {
    this.#run = run;
    this.#sources = sources;
    this.#expansion = expansion;
    this.#byKey = byKey;
  }

  inputsOf(node: GraphNode): NodeInputs {
    const partsOf = (role: string): readonly HandlePart[] => node.inputs[role]!;
    const only = (role: string): string => partsOf(role)[0]!.node;
    const items = (role: string): PlanItem[] => itemsOf(partsOf(role), this.#sources, this.#expansion);
    const values = <T>(role: string): T[] =>
      items(role).map((item) => (this.#byKey.get(item.key) ?? this.#byKey.get(`${item.key}/${item.rootKey}`)) as T);
    const specs = node.step.kind === 'source' ? {} : node.step.inputs;
    return {
      samples: async (role) =>
        values<SampleValue>(role).map((sample) => (isLoaded(specs[role]!) ? sample : withoutPayload(sample))),
      scores: async (role) => values<ScoreValue>(role),
      decisions: async (role) => this.#run.decisions.get(only(role))!,
      checkpoint: async (role) => this.#run.states.get(only(role))!.at(-1)!,
      trajectory: async (role) => this.#run.states.get(only(role))!,
      result: async (role) => this.#run.reduced.get(only(role))!.result!,
    };
  }
}

const withoutPayload = ({ text: _t, image: _i, features: _f, ...rest }: SampleValue): SampleValue => rest;

async function runMap(
  node: GraphNode,
  items: PlanItem[],
  nodes: NodeInputs,
  context: StepContext,
  run: MemoryRun,
  byKey: Map<Digest, SampleValue | ScoreValue>,
): Promise<void> {
  const step = node.step as MapStep;
  const subject = step.subject ?? items[0]?.parents[0]?.role;
  for (let start = 0; start < items.length; start += step.batchSize ?? 256) {
    const batch = items.slice(start, start + (step.batchSize ?? 256));
    const asked = batch.map(({ key, seed, chain, depth, hop, rootKey, parents }) => {
      const inputs = Object.fromEntries(
        parents.map((parent) => {
          const sample = (byKey.get(parent.key) ?? byKey.get(`${parent.key}/${rootKey}`)) as SampleValue;
          return [parent.role, isLoaded(step.inputs[parent.role]!) ? sample : withoutPayload(sample)];
        }),
      );
      return { key, seed, chain, depth, hop, inputs };
    });
    const outputs = await step.run({ params: node.params, items: asked, nodes }, context);
    if (outputs.length !== batch.length)
      throw new Error(`${node.name} returned ${outputs.length} outputs for ${batch.length} items`);
    for (const [at, output] of outputs.entries()) {
      const { key, rootKey, chain, depth, hop, parents } = batch[at]!;
      const place = { key, rootKey, chain, depth, hop };
      if (step.output === 'scores') {
        const sampleKey = parents.find((parent) => parent.role === subject)!.key;
        const score = { ...place, sampleKey, loss: output.loss!, values: output.values ?? {} };
        byKey.set(key, score);
        run.scores.set(node.name, [...(run.scores.get(node.name) ?? []), score]);
      } else {
        const sample = { ...place, text: output.text, image: output.image, features: output.features, meta: output.meta ?? {} };
        byKey.set(key, sample as SampleValue);
        run.samples.set(node.name, [...(run.samples.get(node.name) ?? []), sample as SampleValue]);
      }
    }
  }
}

async function runWhole(
  node: GraphNode,
  expansion: Expansion,
  nodes: NodeInputs,
  context: StepContext,
  run: MemoryRun,
  world: MemoryWorld,
  byKey: Map<Digest, SampleValue | ScoreValue>,
): Promise<void> {
  const seed = nodeSeed(world.seed);
  const { params } = node;
  if (node.kind === 'select') {
    const { decisions } = await (node.step as SelectStep).run({ params, seed, nodes }, context);
    const placed = decisions.map((decision) => {
      const { rootKey, chain, depth, hop } = byKey.get(decision.sampleKey)!;
      return { ...decision, rootKey, chain, depth, hop };
    });
    run.decisions.set(node.name, placed);
  } else if (node.kind === 'reduce') {
    run.reduced.set(node.name, await (node.step as ReduceStep).run({ params, seed, nodes }, context));
  } else {
    const keys = expansion.stateKeys.get(node.name)!;
    const states: CheckpointValue[] = [];
    const metrics: Record<string, number>[] = [];
    for (const [epoch, key] of keys.entries()) {
      const state = states.at(-1)?.bytes ?? null;
      const made = await (node.step as FoldStep).run({ params, seed, epoch, epochs: keys.length, state, nodes }, context);
      states.push({ key, epoch, bytes: made.state });
      metrics.push(made.metrics);
    }
    run.states.set(node.name, states);
    run.epochMetrics.set(node.name, metrics);
  }
}

function contextOf(node: GraphNode, { models, threads = 1 }: MemoryWorld, warm: Map<string, Promise<unknown>>): StepContext {
  return {
    model: (role) => models[node.models[role]!]!,
    warm<T>(key: string, open: () => Promise<T>): Promise<T> {
      if (!warm.has(key)) warm.set(key, open());
      return warm.get(key) as Promise<T>;
    },
    threads,
    device: 'memory',
    permit: async () => ({ release: () => undefined }),
    signal: new AbortController().signal,
  };
}
