import { setImmediate } from 'node:timers/promises';
import type { Graph, GraphNode } from './build-graph.ts';
import { type MapStep, stepId } from './define-step.ts';
import type { Digest } from './digest.ts';
import { dropRetracted } from './drop-retracted.ts';
import { KeyTemplate } from './key-template.ts';
import type { ParentRef } from './keys.ts';
import { type PageHeader, PlanPage } from './plan-page.ts';
import type { PlannedStage } from './plan-types.ts';
import type { RootShape, ShapeRef } from './root-shape.ts';
import { sampleSeed } from './seeds.ts';
import type { SourceTable } from './source-table.ts';

export interface StageInputs {
  graph: Graph;
  shape: RootShape;
  runSeed: number;
  /** Chosen rows by source node. */
  tables: ReadonlyMap<string, SourceTable>;
  /** Model digests by model name. */
  models: Readonly<Record<string, Digest>>;
  /** Samples that are left out, with all that is made of them. Default: none. */
  retracted?: ReadonlySet<Digest>;
  /** Keys of what a map node reads as a whole. */
  wholeParents(node: GraphNode): ParentRef[];
}

/** One key to make: from a template, a seed, and keys made before. */
interface Operation {
  template: KeyTemplate;
  /** Index into the seeds; -1: none. */
  seed: number;
  parents: number[];
  keys: Digest[];
  /** Where the key goes. */
  slot: number;
}

/** Makes pages of a stage, range of roots by range of roots. A root's keys are a program, the same for all roots, over numbered slots: the
 *  root's key first, then the stage's own items, then parents from elsewhere, then what only leads to these. */
export class StageExpander {
  private readonly inputs: StageInputs;
  private readonly stage: PlannedStage;
  private readonly table: SourceTable;
  private readonly slots = new Map<string, number>([['', 0]]);
  private readonly kept: number;
  private readonly sourceSlots: { medium: 'text' | 'image'; slot: number }[];
  private readonly operations: Operation[];
  private readonly seeds: { chain: number; hop: number }[] = [];

  constructor(inputs: StageInputs, stage: PlannedStage) {
    this.inputs = inputs;
    this.stage = stage;
    this.table = inputs.tables.get(stage.source)!;
    for (const node of stage.nodes) for (const item of inputs.shape.get(node)!) this.slotOf(item);
    for (const node of stage.nodes)
      for (const item of inputs.shape.get(node)!) for (const { ref } of item.parents) this.slotOf(ref);
    this.kept = this.slots.size;
    this.operations = this.nodesInOrder().flatMap((node) => this.operationsOf(node));
    this.sourceSlots = (['text', 'image'] as const).flatMap((medium) => {
      const slot = this.slots.get(slotName({ node: stage.source, medium, index: 0 }));
      return slot === undefined ? [] : [{ medium, slot }];
    });
    for (const { medium } of this.sourceSlots) this.table.assertHas(stage.source, medium);
  }

  /** The page of the roots `from .. from+roots-1`; `before` roots of the stage come before it. */
  page(shard: number, from: number, roots: number): PlanPage {
    const page = PlanPage.empty(this.header(shard, from, roots));
    this.fill(page, 0, roots);
    return page;
  }

  /** The same, letting others have a turn meanwhile. */
  async pageInTurns(shard: number, from: number, roots: number): Promise<PlanPage> {
    const page = PlanPage.empty(this.header(shard, from, roots));
    const turn = Math.max(1, Math.floor(20_000 / this.operations.length));
    for (let root = 0; root < roots; root += turn) {
      this.fill(page, root, Math.min(roots, root + turn));
      await setImmediate();
    }
    return page;
  }

  private fill(page: PlanPage, from: number, to: number): void {
    const keys = new Array<Digest>(this.slots.size);
    const seeds = new Array<string>(this.seeds.length);
    const { retracted } = this.inputs;
    for (let root = from; root < to; root++) {
      const row = page.header.from + root;
      const rootKey = this.table.rootKey(row);
      keys[0] = rootKey;
      for (const { medium, slot } of this.sourceSlots) keys[slot] = this.table.key(medium, row)!;
      for (const [index, { chain, hop }] of this.seeds.entries())
        seeds[index] = sampleSeed(this.inputs.runSeed, rootKey, chain, hop);
      for (const operation of this.operations) {
        const { template, seed, parents, keys: own } = operation;
        for (let index = 0; index < parents.length; index++) own[index] = keys[parents[index]!]!;
        keys[operation.slot] = template.key(seed === -1 ? null : seeds[seed]!, own);
      }
      if (retracted?.size) dropRetracted(keys, this.operations, retracted);
      for (let slot = 0; slot < this.kept; slot++) page.buffer.write(keys[slot]!, page.position(root, slot), 32, 'hex');
    }
  }

  private header(shard: number, from: number, roots: number): PageHeader {
    const { graph, shape, runSeed } = this.inputs;
    const nodes = this.stage.nodes.map((name) => {
      const items = shape.get(name)!;
      const places = items.map(({ chain, depth, hop, parents }) => ({
        chain,
        depth,
        hop,
        parents: parents.map(({ role, ref }): [string, number] => [role, this.slotOf(ref)]),
      }));
      const seeded = (graph.get(name)!.step as MapStep).seeded !== false;
      return [name, { slot: this.slotOf(items[0]!), offset: from * items.length, seeded, items: places }] as const;
    });
    return { stage: this.stage.id, shard, seed: runSeed, from, roots, slots: this.kept, nodes: Object.fromEntries(nodes) };
  }

  /** The stage's nodes and those that they grow from, parents first. */
  private nodesInOrder(): GraphNode[] {
    const wanted = new Set(this.stage.nodes);
    const names = [...this.inputs.graph.keys()];
    for (const name of names.toReversed()) {
      if (!wanted.has(name)) continue;
      for (const item of this.inputs.shape.get(name) ?? []) for (const { ref } of item.parents) wanted.add(ref.node);
    }
    return names
      .filter((name) => wanted.has(name))
      .map((name) => this.inputs.graph.get(name)!)
      .filter((node) => node.kind === 'map');
  }

  private operationsOf(node: GraphNode): Operation[] {
    const step = node.step as MapStep;
    const seeded = step.seeded !== false;
    const models = Object.fromEntries(Object.entries(node.models).map(([role, name]) => [role, this.inputs.models[name]!]));
    const parents = this.inputs.wholeParents(node);
    const templates = new Map<number | undefined, KeyTemplate>();
    return this.inputs.shape.get(node.name)!.map((item) => {
      const roles = item.parents.map((parent) => parent.role);
      let template = templates.get(item.ordinal);
      if (!template) {
        template = new KeyTemplate(
          { step: stepId(step), params: node.params, models, seeded, parents, ordinal: item.ordinal },
          roles,
        );
        templates.set(item.ordinal, template);
      }
      return {
        template,
        seed: seeded ? this.seedOf(item.chain, item.hop) : -1,
        parents: item.parents.map(({ ref }) => this.slotOf(ref)),
        keys: [],
        slot: this.slotOf(item),
      };
    });
  }

  private slotOf(ref: Pick<ShapeRef, 'node' | 'medium' | 'index'>): number {
    const name = slotName(ref);
    const slot = this.slots.get(name) ?? this.slots.size;
    this.slots.set(name, slot);
    return slot;
  }

  private seedOf(chain: number, hop: number): number {
    const known = this.seeds.findIndex((seed) => seed.chain === chain && seed.hop === hop);
    return known === -1 ? this.seeds.push({ chain, hop }) - 1 : known;
  }
}

const slotName = ({ node, medium, index }: Pick<ShapeRef, 'node' | 'medium' | 'index'>): string => `${node}/${medium}/${index}`;
