import type { Graph, GraphNode } from './build-graph.ts';
import { type MapStep, sampleRoles } from './define-step.ts';
import { HoplineError } from './errors.ts';
import type { HandlePart } from './handles.ts';

/** One sample of a root: an item of a map node, or the root's own text or image. */
export interface ShapeRef {
  node: string;
  /** Of a source, which of the row's samples. */
  medium: HandlePart['medium'];
  /** Position among the node's items of this root. */
  index: number;
  chain: number;
  depth: number;
  hop: number;
}

export interface ShapeItem extends ShapeRef {
  /** By role, the primary one first. */
  parents: { role: string; ref: ShapeRef }[];
  /** Which of an unseeded step's outputs for one input it is; tells their keys apart. */
  ordinal: number | undefined;
}

/** What grows from every root: the items of each map node, in order. All roots of a source grow alike, so one root shows the counts, the
 *  coordinates and every mistake in the wiring, however many there are. */
export type RootShape = Map<string, ShapeItem[]>;

/** `rootKey` names the root in messages. @throws WIRING_INVALID naming node and role. */
export function rootShape(graph: Graph, rootKey: (source: string) => string = () => ''): RootShape {
  const shape: RootShape = new Map();
  for (const node of graph.values()) {
    if (node.kind === 'map') shape.set(node.name, mapShape(node, graph, shape, rootKey));
    else if (node.kind !== 'source') checkWhole(node, graph, shape);
  }
  return shape;
}

/** The samples of one root behind a handle: its parts one after the other. */
export function shapeOf(parts: readonly HandlePart[], graph: Graph, shape: RootShape): ShapeRef[] {
  return parts.flatMap((part) => {
    const { node, medium } = part;
    const own = graph.get(node)!.kind === 'source' ? [{ node, medium, index: 0, chain: 0, depth: 0, hop: 0 }] : shape.get(node)!;
    return own.filter((ref) => isInPart(part, ref));
  });
}

const isInPart = ({ chains, depths }: HandlePart, { chain, depth }: ShapeRef): boolean =>
  (!chains || chains.includes(chain)) && (!depths || depths.includes(depth));

function mapShape(node: GraphNode, graph: Graph, shape: RootShape, rootKey: (source: string) => string): ShapeItem[] {
  const step = node.step as MapStep;
  const [primary, ...others] = sampleRoles(step.inputs) as [string, ...string[]];
  for (const role of Object.keys(step.inputs)) samplesInto(node, role, graph, shape);
  const found = others.map((role) => ({ role, samples: samplesInto(node, role, graph, shape) }));
  const items: ShapeItem[] = [];
  for (const from of samplesInto(node, primary, graph, shape)) {
    const parents = [
      { role: primary, ref: from },
      ...found.map(({ role, samples }) => ({ role, ref: partner(node, role, from, samples, rootKey) })),
    ];
    for (let branch = 0; branch < node.fanOut; branch++) {
      items.push({
        node: node.name,
        medium: step.output,
        index: items.length,
        chain: from.chain * node.fanOut + branch,
        depth: node.depth ?? from.depth,
        hop: from.hop + (step.hop ? 1 : 0),
        parents,
        ordinal: step.seeded === false && node.fanOut > 1 ? branch : undefined,
      });
    }
  }
  return items;
}

function checkWhole(node: GraphNode, graph: Graph, shape: RootShape): void {
  for (const role of Object.keys(node.inputs)) samplesInto(node, role, graph, shape);
  if (node.step.kind !== 'fold') return;
  const epochs = node.step.epochs(node.params);
  if (!(Number.isInteger(epochs) && epochs >= 1))
    throw new HoplineError('WIRING_INVALID', `node "${node.name}".epochs must be a whole number >= 1, got ${epochs}`);
}

/** The samples behind one role; empty for the result of a whole node. No sample at all is a mistake in the wiring: a chain or a depth that
 *  isn't there. */
function samplesInto(node: GraphNode, role: string, graph: Graph, shape: RootShape): ShapeRef[] {
  const parts = node.inputs[role]!;
  const kind = graph.get(parts[0]!.node)!.kind;
  if (kind !== 'source' && kind !== 'map') return [];
  const found = shapeOf(parts, graph, shape);
  if (found.length > 0) return found;
  const from = parts.map((part) => part.node).join(', ');
  throw new HoplineError(
    'WIRING_INVALID',
    `node "${node.name}".inputs.${role} must have at least one sample, got none of ${from}`,
  );
}

/** The sample of another role that belongs to an item: same root, chain and depth; else same chain; else the root's only one. */
function partner(
  node: GraphNode,
  role: string,
  from: ShapeRef,
  samples: ShapeRef[],
  rootKey: (source: string) => string,
): ShapeRef {
  const exact = samples.find((sample) => sample.chain === from.chain && sample.depth === from.depth);
  const found = exact ?? (samples.length === 1 ? samples[0] : samples.find((sample) => sample.chain === from.chain));
  if (found) return found;
  throw new HoplineError(
    'WIRING_INVALID',
    `node "${node.name}".inputs.${role} must have one item for each root and chain, got ${samples.length} for ${rootKey(node.name).slice(0, 12)}`,
  );
}
