import { type MadeKind, stepsEverRun, type Tx } from '../lineage/index.ts';
import type { Graph } from '../plan/build-graph.ts';
import { stepId } from '../plan/define-step.ts';

/** The map nodes whose items may exist already, and as what: those whose step was ever committed. Of a new step's millions of keys none
 *  need be looked up. `except`: nodes that are made again whatever exists. */
export async function nodesToLookUp(db: Tx, graph: Graph, except: readonly string[] = []): Promise<Map<string, MadeKind>> {
  const known = await stepsEverRun(
    db,
    [...graph.values()].map((node) => stepId(node.step)),
  );
  const look = new Map<string, MadeKind>();
  for (const { name, step } of graph.values()) {
    if (step.kind !== 'map' || !known.has(stepId(step)) || except.includes(name)) continue;
    look.set(name, step.output === 'scores' ? 'score' : 'sample');
  }
  return look;
}
