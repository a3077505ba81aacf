import { getRun, type RunRow } from '../lineage/index.ts';
import { buildGraph, type Graph } from '../plan/build-graph.ts';
import { editDistance } from '../plan/edit-distance.ts';
import { HoplineError } from '../plan/errors.ts';
import { findPipeline } from '../plan/project.ts';
import { launchRun } from './launch-run.ts';
import type { RunServices } from './services.ts';

/** What a rerun makes again. FROM_FAILURE: only what doesn't exist. FROM_NODE: a node and everything downstream of it. ALL: every node,
 *  unless what exists is to be reused, which is FROM_FAILURE again. */
export type RerunStrategy = 'FROM_FAILURE' | 'FROM_NODE' | 'ALL';

export interface RerunRequest {
  strategy: RerunStrategy;
  /** FROM_NODE only. Of a source, which makes nothing itself: everything that reads it. */
  fromNode?: string;
  /** ALL only. Default true. */
  reuse?: boolean;
}

/** A new run of the same pipeline, params, seed and project, with the first one as its parent. The code is that of now.
 *  @throws RUN_NOT_FOUND, RERUN_NODE_UNKNOWN naming the nodes, RERUN_INVALID, and what `launchRun` throws; nothing is stored then */
export async function rerunRun(services: RunServices, runId: string, request: RerunRequest): Promise<RunRow> {
  const parent = await getRun(services.db, runId);
  assertConsistent(request);
  if (parent.verifiesRunId !== null)
    throw new HoplineError(
      'RERUN_INVALID',
      `rerun.runId must be a run that makes things, got ${runId}, which verifies ${parent.verifiesRunId}`,
      { hint: `hopline verify ${parent.verifiesRunId}` },
    );
  const graph = buildGraph(findPipeline(services.project, parent.pipeline), parent.params);
  return launchRun(services, {
    pipeline: parent.pipeline,
    params: parent.params,
    seed: parent.seed,
    project: parent.project,
    labels: parent.labels,
    priority: parent.priority,
    parentRunId: parent.id,
    pins: parent.pins,
    remake: nodesToRemake(graph, parent, request),
  });
}

function nodesToRemake(graph: Graph, run: RunRow, { strategy, fromNode, reuse = true }: RerunRequest): string[] {
  const makers = [...graph.values()].filter((node) => node.kind !== 'source').map((node) => node.name);
  if (strategy === 'ALL') return reuse ? [] : makers;
  if (strategy === 'FROM_FAILURE' || fromNode === undefined) return [];
  if (!graph.has(fromNode))
    throw new HoplineError(
      'RERUN_NODE_UNKNOWN',
      `rerun.fromNode must be one of ${[...graph.keys()].join(', ')}, got ${JSON.stringify(fromNode)}`,
      { hint: `hopline rerun ${run.id} --from ${closest(fromNode, [...graph.keys()])}` },
    );
  const again = downstream(graph, fromNode);
  return makers.filter((name) => again.has(name));
}

const closest = (given: string, names: readonly string[]): string =>
  names.map((name) => ({ name, far: editDistance(name, given.slice(0, 100)) })).reduce((a, b) => (b.far < a.far ? b : a)).name;

/** A node and all that reads it, directly or not. The graph is in topological order. */
function downstream(graph: Graph, from: string): Set<string> {
  const found = new Set([from]);
  for (const node of graph.values()) {
    const parts = Object.values(node.inputs).flat();
    if (parts.some((part) => found.has(part.node))) found.add(node.name);
  }
  return found;
}

function assertConsistent({ strategy, fromNode, reuse = true }: RerunRequest): void {
  const wrong = (rule: string, got: string): HoplineError =>
    new HoplineError('RERUN_INVALID', `rerun.${rule}, got ${got}`, { hint: 'hopline rerun RUN --from NODE' });
  if (strategy === 'FROM_NODE' && !fromNode) throw wrong('fromNode must name a node for FROM_NODE', 'nothing');
  if (strategy !== 'FROM_NODE' && fromNode) throw wrong(`fromNode must be left out for ${strategy}`, fromNode);
  if (strategy === 'FROM_FAILURE' && !reuse) throw wrong('reuse must be true for FROM_FAILURE', 'false');
}
