import type { GraphNode } from './build-graph.ts';
import { sampleRoles, stepId } from './define-step.ts';
import { canonicalJson, type Digest } from './digest.ts';
import { DigestSet } from './digest-set.ts';
import type { StageInputs } from './expand-roots.ts';
import type { HandlePart } from './handles.ts';
import type { Json } from './json.ts';
import { derivationKey, type ParentRef } from './keys.ts';
import type { PlanPage } from './plan-page.ts';
import { shapeOf } from './root-shape.ts';
import { nodeSeed } from './seeds.ts';

/** A set of sample keys, filled while pages go by. */
interface Wanted {
  set: DigestSet;
  digest?: Digest;
}

/** Keys of whole nodes. Of samples it is the digest of the set of their keys, so that a part unchanged is a part reused: the sets are
 *  collected from the pages, and asked for when the last page of their stage has gone by. */
export class WholeKeys {
  private readonly inputs: Omit<StageInputs, 'wholeParents'>;
  private readonly sets = new Map<string, Wanted>();
  /** By map node: which of a root's items go into which sets. */
  private readonly feeds = new Map<string, { wanted: Wanted; items: number[] }[]>();
  private readonly states = new Map<string, Digest[]>();

  constructor(inputs: Omit<StageInputs, 'wholeParents'>) {
    this.inputs = inputs;
    for (const node of inputs.graph.values()) {
      if (node.kind === 'map') this.wantedOf([{ node: node.name, medium: 'scores' }]);
      for (const role of this.wholeRoles(node)) if (this.isSampled(node.inputs[role]!)) this.wantedOf(node.inputs[role]!);
    }
  }

  /** What a node reads besides its items' parents. */
  parentsOf(node: GraphNode): ParentRef[] {
    return this.wholeRoles(node).map((role) => {
      const parts = node.inputs[role]!;
      return { role, key: this.isSampled(parts) ? this.setDigest(parts) : this.nodeKey(parts[0]!.node) };
    });
  }

  collect(page: PlanPage): void {
    for (const [name, { slot }] of Object.entries(page.header.nodes)) {
      for (const { wanted, items } of this.feeds.get(name) ?? []) {
        for (let root = 0; root < page.header.roots; root++)
          for (const item of items)
            if (page.has(root, slot + item)) wanted.set.add(page.buffer, page.position(root, slot + item));
      }
    }
  }

  nodeKey(name: string): Digest {
    const { kind } = this.inputs.graph.get(name)!;
    if (kind === 'map') return this.setDigest([{ node: name, medium: 'scores' }]);
    if (kind === 'source') return this.sourceKey(name);
    return this.stateKeys(name).at(-1)!;
  }

  /** Of a fold all of its states, of another whole node the one key that it has. */
  stateKeys(name: string): Digest[] {
    const known = this.states.get(name) ?? this.makeStateKeys(this.inputs.graph.get(name)!);
    this.states.set(name, known);
    return known;
  }

  /** Gives back what unfinished sets hold on disk. */
  close(): void {
    for (const { set } of this.sets.values()) set.close();
  }

  private makeStateKeys(node: GraphNode): Digest[] {
    const { step } = node;
    if (step.kind === 'source' || step.kind === 'map') throw new TypeError(`${node.name} is not a whole-node step`);
    const asked = {
      step: stepId(step),
      params: node.params,
      models: Object.fromEntries(Object.entries(node.models).map(([role, name]) => [role, this.inputs.models[name]!])),
      seed: step.seeded === false ? null : nodeSeed(this.inputs.runSeed),
      parents: this.parentsOf(node),
    };
    if (step.kind !== 'fold') return [derivationKey(asked)];
    const keys: Digest[] = [];
    for (let epoch = 0; epoch < step.epochs(node.params); epoch++) {
      const previous = epoch === 0 ? [] : [{ role: 'previous', key: keys[epoch - 1]! }];
      keys.push(derivationKey({ ...asked, parents: [...asked.parents, ...previous], ordinal: epoch }));
    }
    return keys;
  }

  private wholeRoles(node: GraphNode): string[] {
    const streamed = node.step.kind === 'map' ? sampleRoles(node.step.inputs) : [];
    return Object.keys(node.inputs).filter((role) => !streamed.includes(role));
  }

  private isSampled(parts: readonly HandlePart[]): boolean {
    const { kind } = this.inputs.graph.get(parts[0]!.node)!;
    return kind === 'source' || kind === 'map';
  }

  private setDigest(parts: readonly HandlePart[]): Digest {
    const wanted = this.wantedOf(parts);
    wanted.digest ??= wanted.set.digest();
    return wanted.digest;
  }

  private wantedOf(parts: readonly HandlePart[]): Wanted {
    const { graph, shape } = this.inputs;
    const refs = shapeOf(parts, graph, shape).map(({ node, medium, index }) =>
      graph.get(node)!.kind === 'source' ? [node, medium] : [node, index],
    );
    const name = canonicalJson(refs as unknown as Json);
    const known = this.sets.get(name);
    if (known) return known;
    const wanted: Wanted = { set: new DigestSet() };
    this.sets.set(name, wanted);
    for (const node of new Set(refs.map(([node]) => node as string))) {
      const own = refs.filter((ref) => ref[0] === node).map((ref) => ref[1]!);
      if (graph.get(node)!.kind === 'source')
        for (const medium of new Set(own)) this.addSource(wanted.set, node, medium as 'text' | 'image');
      else this.feeds.set(node, [...(this.feeds.get(node) ?? []), { wanted, items: own as number[] }]);
    }
    return wanted;
  }

  /** @throws WIRING_INVALID when a row has no such sample. */
  private addSource(set: DigestSet, source: string, medium: 'text' | 'image'): void {
    const table = this.inputs.tables.get(source)!;
    table.assertHas(source, medium);
    for (let row = 0; row < table.rows; row++) set.addHex(table.key(medium, row)!);
  }

  private sourceKey(name: string): Digest {
    const table = this.inputs.tables.get(name)!;
    const set = new DigestSet();
    for (let row = 0; row < table.rows; row++) {
      for (const medium of ['text', 'image'] as const) {
        const key = table.key(medium, row);
        if (key !== null) set.addHex(key);
      }
    }
    return set.digest();
  }
}
