import type { GraphNode } from './build-graph.ts';
import type { Pipeline } from './define-pipeline.ts';
import { type MapStep, type Step, stepId } from './define-step.ts';
import type { Digest } from './digest.ts';
import { HoplineError } from './errors.ts';
import { StageExpander } from './expand-roots.ts';
import type { JsonObject } from './json.ts';
import { type PlanBasis, type PlanSources, readPlanBasis } from './plan-basis.ts';
import type { PlanPage } from './plan-page.ts';
import type { Plan, PlannedNode } from './plan-types.ts';
import { type RootShape, rootShape } from './root-shape.ts';
import { type SourceRow, SourceTable } from './source-table.ts';
import { type Staging, stageGraph } from './stages.ts';
import { WholeKeys } from './whole-keys.ts';

/** A declaration that is known to make a plan. Nothing is expanded yet, so it costs no more for a million rows than their reading. */
export interface PreparedPlan extends PlanBasis {
  /** Chosen rows by source node. */
  tables: Map<string, SourceTable>;
  shape: RootShape;
  staging: Staging;
  codeDigests: Map<Step, Digest>;
}

/** Finds every mistake before anything is spent: all rows of a source grow alike, so one shows the wiring of all.
 *  @throws WIRING_INVALID, SOURCE_EMPTY, SOURCE_ROW_UNKNOWN, SOURCE_ROW_TWICE, and what the world says */
export async function preparePlan(
  pipeline: Pipeline,
  params: JsonObject,
  seed: number,
  world: PlanSources,
): Promise<PreparedPlan> {
  return preparePlanOf(await readPlanBasis(pipeline, params, seed, world), world);
}

export async function preparePlanOf(basis: PlanBasis, world: Pick<PlanSources, 'codeDigest'>): Promise<PreparedPlan> {
  const { graph } = basis;
  const tables = await chooseSources(basis);
  const shape = rootShape(graph, () => [...tables.values()][0]!.rootKey(0));
  for (const { name, part } of partsRead(basis)) tables.get(name)?.assertHas(name, part);
  const staging = stageGraph(graph, Object.fromEntries([...tables].map(([name, table]) => [name, table.rows])));
  const steps = [...new Set([...graph.values()].map((node) => node.step))];
  const codeDigests = new Map(await Promise.all(steps.map(async (step) => [step, await world.codeDigest(step)] as const)));
  return { ...basis, tables, shape, staging, codeDigests };
}

/** Turns a declaration into content-keyed pages, one after the other, and then into the plan. Spends nothing: the same inputs give the
 *  same pages and the same plan, byte for byte. Holds one page at a time. */
export class PlanExpansion {
  readonly prepared: PreparedPlan;
  private readonly whole: WholeKeys;
  /** By node: items that are not part of the run. */
  private readonly dropped = new Map<string, number>();

  constructor(prepared: PreparedPlan) {
    this.prepared = prepared;
    this.whole = new WholeKeys({ ...prepared, runSeed: prepared.seed });
  }

  /** Stage by stage, shard by shard. To be read to the end before the plan is asked for. */
  async *pages(): AsyncGenerator<PlanPage> {
    const { staging, tables, seed } = this.prepared;
    const wholeParents = this.whole.parentsOf.bind(this.whole);
    try {
      for (const stage of staging.stages) {
        const expander = new StageExpander({ ...this.prepared, runSeed: seed, wholeParents }, stage);
        const { rows } = tables.get(stage.source)!;
        const size = staging.rootsPerShard[stage.id]!;
        for (let shard = 0; shard < stage.shards; shard++) {
          const page = await expander.pageInTurns(shard, shard * size, Math.min(size, rows - shard * size));
          this.whole.collect(page);
          if (this.prepared.retracted.size > 0) this.countDropped(page);
          yield page;
        }
      }
      for (const name of this.prepared.graph.keys()) this.whole.nodeKey(name);
    } finally {
      this.whole.close();
    }
  }

  /** `pages`: the artifacts of the pages, by stage and shard, where they were kept. */
  plan(pages?: readonly (readonly Digest[])[]): Plan {
    const { digest, pipeline, params, seed, graph, staging, tables } = this.prepared;
    return {
      inputs: digest,
      pipeline: pipeline.name,
      pipelineVersion: pipeline.version,
      params,
      seed,
      nodes: [...graph.values()].map((node) => this.planNode(node)),
      stages: staging.stages.map((stage, id) => ({ ...stage, pages: [...(pages?.[id] ?? [])] })),
      units: staging.units,
      sources: Object.fromEntries([...tables].map(([name, table]) => [name, { rows: table.rows, digest: table.digest() }])),
    };
  }

  private countDropped(page: PlanPage): void {
    for (const node of page.nodes) {
      const dropped = page.dropped(node, 0, page.count(node));
      this.dropped.set(node, (this.dropped.get(node) ?? 0) + dropped);
    }
  }

  private planNode(node: GraphNode): PlannedNode {
    const { staging, models, datasets, tables, shape, codeDigests } = this.prepared;
    const stage = staging.stageOf.get(node.name);
    const dataset = node.dataset === undefined ? undefined : datasets.get(node.dataset)!;
    const stateKeys = node.kind === 'fold' ? this.whole.stateKeys(node.name) : undefined;
    const rows = stage === undefined ? tables.get(node.name)?.rows : tables.get(staging.stages[stage]!.source)!.rows;
    const grown = rows === undefined ? (stateKeys?.length ?? 1) : rows * (shape.get(node.name)?.length ?? 1);
    const expected = grown - (this.dropped.get(node.name) ?? 0);
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
      key: this.whole.nodeKey(node.name),
      codeDigest: codeDigests.get(node.step)!,
      resource: node.step.kind === 'source' ? 'cpu' : (node.step.resource ?? 'cpu'),
      expected,
      ...(stateKeys ? { stateKeys } : {}),
      batchSize: (node.step as MapStep).batchSize ?? 256,
      maxFailures: node.maxFailures,
      ...(stage === undefined ? {} : { stage }),
      ...(dataset ? { dataset: { name: dataset.name, digest: dataset.digest } } : {}),
    };
  }
}

function partsRead({ graph }: PlanBasis): { name: string; part: 'text' | 'image' }[] {
  const parts = [...graph.values()].flatMap((node) => Object.values(node.inputs).flat());
  return parts.flatMap(({ node, medium }) => (medium === 'text' || medium === 'image' ? [{ name: node, part: medium }] : []));
}

async function chooseSources({ graph, datasets, seed, retracted }: PlanBasis): Promise<Map<string, SourceTable>> {
  const tables = new Map<string, SourceTable>();
  for (const node of graph.values()) {
    if (node.step.kind !== 'source') continue;
    const { name, rows: read } = datasets.get(node.dataset!)!;
    const rows = await read();
    const indexes = node.step.choose(rows, node.params, seed);
    const twice = firstRepeated(indexes, rows.length);
    if (twice !== undefined)
      throw new HoplineError(
        'SOURCE_ROW_TWICE',
        `node "${node.name}" must choose a row of dataset "${name}" once, got ${twice} twice`,
      );
    if (indexes.length === 0)
      throw new HoplineError(
        'SOURCE_EMPTY',
        `node "${node.name}" must choose at least one of the ${rows.length} rows of "${name}", got none`,
      );
    const unknown = indexes.find((index) => !rows[index]);
    if (unknown !== undefined)
      throw new HoplineError(
        'SOURCE_ROW_UNKNOWN',
        `node "${node.name}" must choose rows of dataset "${name}" (0..${rows.length - 1}), got ${unknown}`,
      );
    // What is left after the choice: a retraction takes its row away and changes nothing else.
    const left = retracted.size > 0 ? indexes.filter((index) => !isRetracted(rows[index]!, retracted)) : indexes;
    if (left.length === 0)
      throw new HoplineError(
        'SOURCE_EMPTY',
        `node "${node.name}" must have a row of dataset "${name}" that is not retracted, got none of ${indexes.length}`,
      );
    const table = new SourceTable(left.length);
    for (const [place, index] of left.entries()) table.set(place, rows[index]!);
    tables.set(node.name, table);
  }
  return tables;
}

const isRetracted = ({ textKey, imageKey }: SourceRow, retracted: ReadonlySet<Digest>): boolean =>
  [textKey, imageKey].some((key) => key !== null && retracted.has(key));

function firstRepeated(indexes: readonly number[], rows: number): number | undefined {
  const seen = new Uint8Array(rows);
  return indexes.find((index) => {
    if (seen[index]) return true;
    if (index in seen) seen[index] = 1;
    return false;
  });
}
