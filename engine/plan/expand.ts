import type { Graph } from './build-graph.ts';
import type { Digest } from './digest.ts';
import { StageExpander } from './expand-roots.ts';
import type { HandlePart } from './handles.ts';
import type { PlanItem } from './plan-types.ts';
import { rootShape } from './root-shape.ts';
import { rootKeyOf, type SourceRow, SourceTable } from './source-table.ts';
import { stageGraph } from './stages.ts';
import { WholeKeys } from './whole-keys.ts';

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

/** Expands a graph into derivation keys (design.md section 5), all of it in memory: for small runs that are not stored. Pure.
 *  @throws WIRING_INVALID */
export function expand(inputs: ExpandInputs): Expansion {
  const { graph, sources, runSeed, models } = inputs;
  const tables = new Map(Object.entries(sources).map(([name, rows]) => [name, SourceTable.of(rows)]));
  const staging = stageGraph(graph, Object.fromEntries(Object.entries(sources).map(([name, rows]) => [name, rows.length])));
  const shape = rootShape(graph, () => rootKeyOf(Object.values(sources)[0]![0]!));
  const whole = new WholeKeys({ graph, shape, runSeed, tables, models });
  const expansion: Expansion = { items: new Map(), keys: new Map(), stateKeys: new Map() };
  const wholeParents = whole.parentsOf.bind(whole);
  for (const stage of staging.stages) {
    const expander = new StageExpander({ graph, shape, runSeed, tables, models, wholeParents }, stage);
    const page = expander.page(0, 0, tables.get(stage.source)!.rows);
    whole.collect(page);
    for (const node of stage.nodes) expansion.items.set(node, page.items(node, 0, page.count(node)));
  }
  for (const { name, kind } of graph.values()) {
    expansion.keys.set(name, whole.nodeKey(name));
    if (kind === 'fold') expansion.stateKeys.set(name, whole.stateKeys(name));
  }
  whole.close();
  return expansion;
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

function sourceItems(part: HandlePart, rows: SourceRow[]): PlanItem[] {
  return rows.map((row, root) => {
    const key = part.medium === 'image' ? row.imageKey! : row.textKey!;
    return { key, seed: null, root, rootKey: rootKeyOf(row), chain: 0, depth: 0, hop: 0, parents: [] };
  });
}
