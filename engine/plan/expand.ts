import type { Graph, GraphNode } from './build-graph.ts';
import { type MapStep, sampleRoles, stepId } from './define-step.ts';
import { type Digest, digestSet } from './digest.ts';
import { HoplineError } from './errors.ts';
import type { HandlePart } from './handles.ts';
import { derivationKey, type ParentRef } from './keys.ts';
import type { PlanItem } from './plan-types.ts';
import { nodeSeed, sampleSeed } from './seeds.ts';

/** The real samples of one source row. */
export interface SourceRow {
  textKey: Digest | null;
  imageKey: Digest | null;
}

export interface ExpandInputs {
  graph: Graph;
  runSeed: number;
  /** Chosen rows by source node. */
  sources: Record<string, SourceRow[]>;
  /** Model digests by model name. */
  models: Record<string, Digest>;
}

/** All keys of a run, known before anything exists. */
export interface Expansion {
  /** Items of the map nodes, in the order of their roots. */
  items: Map<string, PlanItem[]>;
  /** Node keys. */
  keys: Map<string, Digest>;
  /** Keys of the states of folds. */
  stateKeys: Map<string, Digest[]>;
}

/** Expands a graph into derivation keys (design.md section 5). Pure; the cost is two hashes an item. */
export function expand(inputs: ExpandInputs): Expansion {
  const expansion: Expansion = { items: new Map(), keys: new Map(), stateKeys: new Map() };
  for (const node of inputs.graph.values()) expandNode(node, inputs, expansion);
  return expansion;
}

/** A root key is that of the row's text, or of its image where it has no text. */
export const rootKeyOf = (row: SourceRow): Digest => row.textKey ?? row.imageKey!;

function expandNode(node: GraphNode, inputs: ExpandInputs, expansion: Expansion): void {
  switch (node.kind) {
    case 'source':
      expansion.keys.set(
        node.name,
        digestSet(inputs.sources[node.name]!.flatMap((row) => [row.textKey, row.imageKey].filter((key) => key !== null))),
      );
      return;
    case 'map': {
      const items = mapItems(node, inputs, expansion);
      expansion.items.set(node.name, items);
      expansion.keys.set(node.name, digestSet(items.map((item) => item.key)));
      return;
    }
    default: {
      const states = stateKeys(node, inputs, expansion);
      if (node.kind === 'fold') expansion.stateKeys.set(node.name, states);
      expansion.keys.set(node.name, states.at(-1)!);
    }
  }
}

function mapItems(node: GraphNode, inputs: ExpandInputs, expansion: Expansion): PlanItem[] {
  const step = node.step as MapStep;
  const roles = sampleRoles(step.inputs);
  const [primary, ...others] = roles as [string, ...string[]];
  const indexes = others.map((role) => ({ role, ...indexItems(node, samplesInto(node, role, inputs, expansion)) }));
  const wholeNodes = wholeNodeParents(node, roles, inputs, expansion);
  const asked = { step: stepId(step), params: node.params, models: modelDigests(node, inputs) };
  const items: PlanItem[] = [];
  for (const from of samplesInto(node, primary, inputs, expansion)) {
    const parents = [{ role: primary, key: from.key }, ...indexes.map(({ role, find }) => ({ role, key: find(from, role).key }))];
    for (let branch = 0; branch < node.fanOut; branch++) {
      const chain = from.chain * node.fanOut + branch;
      const hop = from.hop + (step.hop ? 1 : 0);
      const seed = step.seeded === false ? null : sampleSeed(inputs.runSeed, from.rootKey, chain, hop);
      const ordinal = seed === null && node.fanOut > 1 ? branch : undefined;
      const key = derivationKey({ ...asked, seed, parents: [...parents, ...wholeNodes], ordinal });
      items.push({ key, seed, root: from.root, rootKey: from.rootKey, chain, depth: node.depth ?? from.depth, hop, parents });
    }
  }
  return items;
}

/** The items behind a handle: its parts one after the other, each row's items together in the order of roots. */
export function itemsOf(
  parts: readonly HandlePart[],
  inputs: Pick<ExpandInputs, 'graph' | 'sources'>,
  expansion: Pick<Expansion, 'items'>,
): PlanItem[] {
  const found = parts.flatMap((part) => {
    const node = inputs.graph.get(part.node)!;
    const items = node.kind === 'source' ? sourceItems(part, inputs.sources[part.node]!) : expansion.items.get(part.node)!;
    return items.filter(
      (item) => (!part.chains || part.chains.includes(item.chain)) && (!part.depths || part.depths.includes(item.depth)),
    );
  });
  return parts.length > 1 ? found.sort((a, b) => a.root - b.root) : found;
}

/** The items behind one role. None at all is a mistake in the wiring: a chain or a depth that isn't there. */
function samplesInto(node: GraphNode, role: string, inputs: ExpandInputs, expansion: Expansion): PlanItem[] {
  const items = itemsOf(node.inputs[role]!, inputs, expansion);
  if (items.length > 0) return items;
  const from = node.inputs[role]!.map((part) => part.node).join(', ');
  throw new HoplineError(
    'WIRING_INVALID',
    `node "${node.name}".inputs.${role} must have at least one sample, got none of ${from}`,
  );
}

function sourceItems(part: HandlePart, rows: SourceRow[]): PlanItem[] {
  return rows.map((row, root) => {
    const key = part.medium === 'image' ? row.imageKey : row.textKey;
    if (key === null) throw new HoplineError('WIRING_INVALID', `source "${part.node}" row ${root} has no ${part.medium}`);
    return { key, seed: null, root, rootKey: rootKeyOf(row), chain: 0, depth: 0, hop: 0, parents: [] };
  });
}

/** Finds the item of another role that belongs to an item: same root (the row, since two rows may have one text), chain and depth; else same chain; else the root's only one. */
function indexItems(node: GraphNode, items: PlanItem[]): { find(from: PlanItem, role: string): PlanItem } {
  const byRoot = new Map<number, PlanItem[]>();
  for (const item of items) {
    const known = byRoot.get(item.root);
    if (known) known.push(item);
    else byRoot.set(item.root, [item]);
  }
  return {
    find(from, role) {
      const candidates = byRoot.get(from.root) ?? [];
      const exact = candidates.find((item) => item.chain === from.chain && item.depth === from.depth);
      const found = exact ?? (candidates.length === 1 ? candidates[0] : candidates.find((item) => item.chain === from.chain));
      if (found) return found;
      throw new HoplineError(
        'WIRING_INVALID',
        `node "${node.name}".inputs.${role} must have one item for each root and chain, got ${candidates.length} for ${from.rootKey.slice(0, 12)}`,
      );
    },
  };
}

function stateKeys(node: GraphNode, inputs: ExpandInputs, expansion: Expansion): Digest[] {
  const step = node.step;
  if (step.kind === 'source' || step.kind === 'map') throw new TypeError(`${node.name} is not a whole-node step`);
  const asked = {
    step: stepId(step),
    params: node.params,
    models: modelDigests(node, inputs),
    seed: step.seeded === false ? null : nodeSeed(inputs.runSeed),
    parents: wholeNodeParents(node, [], inputs, expansion),
  };
  if (step.kind !== 'fold') return [derivationKey(asked)];
  const epochs = step.epochs(node.params);
  if (!(Number.isInteger(epochs) && epochs >= 1))
    throw new HoplineError('WIRING_INVALID', `node "${node.name}".epochs must be a whole number >= 1, got ${epochs}`);
  const keys: Digest[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const previous = epoch === 0 ? [] : [{ role: 'previous', key: keys[epoch - 1]! }];
    keys.push(derivationKey({ ...asked, parents: [...asked.parents, ...previous], ordinal: epoch }));
  }
  return keys;
}

/** The key of what stands behind a handle: of samples, the digest of the set of their keys, so that a part unchanged is a part reused. */
function wholeNodeParents(node: GraphNode, except: readonly string[], inputs: ExpandInputs, expansion: Expansion): ParentRef[] {
  return Object.entries(node.inputs)
    .filter(([role]) => !except.includes(role))
    .map(([role, parts]) => {
      const whole = inputs.graph.get(parts[0]!.node)!;
      const sampled = whole.kind === 'source' || whole.kind === 'map';
      return {
        role,
        key: sampled
          ? digestSet(samplesInto(node, role, inputs, expansion).map((item) => item.key))
          : expansion.keys.get(whole.name)!,
      };
    });
}

const modelDigests = (node: GraphNode, inputs: ExpandInputs): Record<string, Digest> =>
  Object.fromEntries(Object.entries(node.models).map(([role, name]) => [role, inputs.models[name]!]));
