import type { Graph, GraphNode } from './build-graph.ts';
import { isSampleMedium, type MapStep, sampleRoles } from './define-step.ts';
import { HoplineError } from './errors.ts';
import type { HandlePart } from './handles.ts';
import type { PlannedStage, RunUnit } from './plan-types.ts';

/** Map chains that can run shard by shard: wired to each other, with the same source and the same whole-node results behind them. */
export interface Staging {
  stages: PlannedStage[];
  /** Stage of each map node. */
  stageOf: Map<string, number>;
  units: RunUnit[];
  /** Roots a shard, by stage. */
  rootsPerShard: number[];
}

/** A shard's window keeps this many children at most; a root workflow then stays far below Temporal's history limits. */
const MAX_SHARDS = 32;
/** Above this many roots a shard would outgrow 8,000 history events; more shards then. */
const MAX_ROOTS_PER_SHARD = 32_768;
/** A shard's page stays near 16 MB: 32 bytes an item. */
const MAX_ITEMS_PER_SHARD = 524_288;

export function stageGraph(graph: Graph, roots: Record<string, number>): Staging {
  const sources = sourcesOf(graph);
  const behind = barriersBehind(graph);
  const stages: PlannedStage[] = [];
  const stageOf = new Map<string, number>();
  for (const names of components(graph, sources, behind)) {
    const id = stages.length;
    stages.push({ id, source: onlySource(graph.get(names[0]!)!, sources), nodes: names, shards: 1 });
    for (const name of names) stageOf.set(name, id);
  }
  const rootsPerShard = stages.map((stage) => shardSize(stage, graph, roots[stage.source]!));
  stages.forEach((stage, id) => {
    stage.shards = Math.max(1, Math.ceil(roots[stage.source]! / rootsPerShard[id]!));
  });
  return { stages, stageOf, units: unitsOf(graph, stages, stageOf), rootsPerShard };
}

/** A shard holds at least one full batch of its widest node, and there are at most MAX_SHARDS of them while roots are few. */
function shardSize(stage: PlannedStage, graph: Graph, roots: number): number {
  const nodes = stage.nodes.map((name) => graph.get(name)!);
  const batches = nodes.map((node) => Math.ceil(((node.step as MapStep).batchSize ?? 256) / itemsPerRoot(graph, node)));
  const full = Math.max(1, ...batches);
  const items = roots * nodes.reduce((sum, node) => sum + itemsPerRoot(graph, node), 0);
  const few = Math.ceil(
    roots / Math.max(MAX_SHARDS, Math.ceil(roots / MAX_ROOTS_PER_SHARD), Math.ceil(items / MAX_ITEMS_PER_SHARD)),
  );
  return Math.max(1, full, few);
}

function itemsPerRoot(graph: Graph, node: GraphNode): number {
  if (node.kind !== 'map') return 1;
  const primary = node.inputs[sampleRoles((node.step as MapStep).inputs)[0]!]!;
  return (
    node.fanOut * primary.reduce((sum, part) => sum + (part.chains?.length ?? itemsPerRoot(graph, graph.get(part.node)!)), 0)
  );
}

/** Map nodes that are wired to each other and wait for the same whole-node results, each group in topological order. Nodes of one group
 *  have the same source, so a shard of roots runs through all of them without a barrier. Groups can't wait for each other in a circle:
 *  whoever reads a node waits for at least what that node waits for. */
function components(graph: Graph, sources: Map<string, Set<string>>, behind: Map<string, Set<string>>): string[][] {
  const group = new Map<string, string[]>();
  for (const node of graph.values()) {
    if (node.kind !== 'map') continue;
    onlySource(node, sources);
    let own = [node.name];
    for (const part of samplesInto(node)) {
      const other = group.get(part.node);
      if (!other || own === other || !sameSet(behind.get(part.node)!, behind.get(node.name)!)) continue;
      own = [...other, ...own];
      for (const name of own) group.set(name, own);
    }
    group.set(node.name, own);
  }
  const order = [...graph.keys()];
  return [...new Set(group.values())].map((names) => names.sort((a, b) => order.indexOf(a) - order.indexOf(b)));
}

const sameSet = (a: Set<string>, b: Set<string>): boolean => a.size === b.size && [...a].every((member) => b.has(member));

/** What a map node reads item by item. Its other inputs (a teacher, all scores of a node) are whole-node results. */
const samplesInto = (node: GraphNode): readonly HandlePart[] =>
  sampleRoles((node.step as MapStep).inputs).flatMap((role) => node.inputs[role]!);

/** The source nodes behind each node's samples. */
function sourcesOf(graph: Graph): Map<string, Set<string>> {
  const sources = new Map<string, Set<string>>();
  for (const node of graph.values()) {
    const own = new Set<string>();
    if (node.kind === 'source') own.add(node.name);
    if (node.kind === 'map') {
      for (const part of samplesInto(node)) for (const source of sources.get(part.node)!) own.add(source);
    }
    sources.set(node.name, own);
  }
  return sources;
}

function onlySource(node: GraphNode, sources: Map<string, Set<string>>): string {
  const found = [...sources.get(node.name)!];
  if (found.length === 1) return found[0]!;
  throw new HoplineError('WIRING_INVALID', `node "${node.name}" must draw on one source, got ${found.join(', ')}`);
}

/** The whole-node results that must exist before a node can start. */
function barriersBehind(graph: Graph): Map<string, Set<string>> {
  const behind = new Map<string, Set<string>>();
  for (const node of graph.values()) {
    const own = new Set<string>();
    for (const part of Object.values(node.inputs).flat()) {
      const streamed = node.kind === 'map' && isSampleMedium(part.medium);
      if (!streamed && graph.get(part.node)!.kind !== 'source') own.add(part.node);
      for (const barrier of behind.get(part.node)!) own.add(barrier);
    }
    behind.set(node.name, own);
  }
  return behind;
}

function unitsOf(graph: Graph, stages: PlannedStage[], stageOf: Map<string, number>): RunUnit[] {
  const unitOf = (name: string): string | null => {
    const node = graph.get(name)!;
    if (node.kind === 'source') return null;
    return node.kind === 'map' ? `stage/${stageOf.get(name)}` : `${node.kind}/${name}`;
  };
  const depends = (id: string, nodes: GraphNode[]): string[] => {
    const found = nodes.flatMap((node) =>
      Object.values(node.inputs)
        .flat()
        .map((part) => unitOf(part.node)),
    );
    return [...new Set(found.filter((unit): unit is string => unit !== null && unit !== id))];
  };
  const units: RunUnit[] = stages.map((stage) => {
    const nodes = stage.nodes.map((name) => graph.get(name)!);
    const id = `stage/${stage.id}`;
    return {
      id,
      kind: 'stage',
      name: stage.nodes.join(', '),
      dependsOn: depends(id, nodes),
      shards: stage.shards,
      resource: resourceOf(nodes),
      ...(onlyScores(nodes) ? { scores: true } : {}),
    };
  });
  for (const node of graph.values()) {
    if (node.kind === 'source' || node.kind === 'map' || node.step.kind === 'source') continue;
    const id = `${node.kind}/${node.name}`;
    units.push({
      id,
      kind: node.kind,
      name: node.name,
      dependsOn: depends(id, [node]),
      shards: 1,
      resource: node.step.resource ?? 'cpu',
    });
  }
  return units;
}

/** A chain stays on one kind of worker: the first resource class in it that isn't `cpu`. */
function resourceOf(nodes: GraphNode[]): string {
  const resources = nodes.map((node) => (node.step as MapStep).resource ?? 'cpu');
  return resources.find((resource) => resource !== 'cpu') ?? 'cpu';
}

const onlyScores = (nodes: GraphNode[]): boolean => nodes.every((node) => (node.step as MapStep).output === 'scores');
