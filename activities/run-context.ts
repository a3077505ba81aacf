import { codeDigest } from '../engine/compute/code-digest.ts';
import { getRun, type RunRow } from '../engine/lineage/index.ts';
import { buildGraph, type Graph, type GraphNode } from '../engine/plan/build-graph.ts';
import { stepId } from '../engine/plan/define-step.ts';
import type { Digest } from '../engine/plan/digest.ts';
import { HoplineError } from '../engine/plan/errors.ts';
import { openPlanPage, type PlanPage } from '../engine/plan/plan-page.ts';
import type { Plan, PlannedNode } from '../engine/plan/plan-types.ts';
import { findPipeline } from '../engine/plan/project.ts';
import type { RunServices } from '../engine/runs/services.ts';
import { keepPages } from './keep-pages.ts';

/** A run's plan beside the code that this worker has for it. */
export interface RunContext {
  run: RunRow;
  plan: Plan;
  planned(node: string): PlannedNode;
  graphNode(node: string): GraphNode;
  /** A page of the plan, by its artifact. */
  shard(digest: Digest): Promise<PlanPage>;
}

export interface RunContexts {
  /** @throws RUN_NOT_FOUND, RUN_NOT_PLANNED, WORKER_CODE_DIFFERS */
  get(runId: string): Promise<RunContext>;
}

/** Contexts that a worker keeps, and bytes of plan pages: one of a demo run has 30 KB, of a million samples' ten hops 12 MB. */
const KEPT_RUNS = 4;
const KEPT_PAGE_BYTES = 64 * 2 ** 20;

export function openRunContexts(services: Pick<RunServices, 'db' | 'store' | 'project'>): RunContexts {
  const contexts = new Map<string, Promise<RunContext>>();
  const readJson = async <T>(digest: Digest): Promise<T> =>
    JSON.parse(Buffer.from(await services.store.get(digest)).toString('utf8')) as T;
  const page = keepPages(async (digest) => openPlanPage(await services.store.get(digest)), KEPT_PAGE_BYTES);
  const load = async (run: RunRow): Promise<RunContext> => {
    const plan = await readJson<Plan>(run.planDigest!);
    const graph = buildGraph(findPipeline(services.project, run.pipeline), run.params);
    const planned = new Map<string, PlannedNode>();
    for (const node of plan.nodes) {
      assertSameStep(graph, node);
      // The plan may be older than this worker's code: what is recorded is the code that runs.
      planned.set(node.name, { ...node, codeDigest: await codeDigest(graph.get(node.name)!.step) });
    }
    return { run, plan, planned: (node) => planned.get(node)!, graphNode: (node) => graph.get(node)!, shard: page };
  };
  return {
    async get(runId) {
      const run = await getRun(services.db, runId);
      if (!run.planDigest)
        throw new HoplineError('RUN_NOT_PLANNED', `run ${runId} must have a plan, got none`, { permanent: false });
      const context = await keep(contexts, `${runId}/${run.planDigest}`, KEPT_RUNS, () => load(run));
      return { ...context, run };
    },
  };
}

/** Results are only what the plan says while the code is the plan's. */
function assertSameStep(graph: Graph, node: PlannedNode): void {
  const own = graph.get(node.name);
  if (own && stepId(own.step) === node.step) return;
  throw new HoplineError(
    'WORKER_CODE_DIFFERS',
    `node "${node.name}" must be ${node.step} on this worker, got ${own ? stepId(own.step) : 'no such node'}`,
    {
      hint: 'hopline resume RUN plans the run anew with the code of now',
    },
  );
}

function keep<K, V>(cache: Map<K, Promise<V>>, key: K, limit: number, load: () => Promise<V>): Promise<V> {
  const found = cache.get(key);
  if (found) {
    cache.delete(key);
    cache.set(key, found);
    return found;
  }
  const loading = load();
  cache.set(key, loading);
  loading.catch(() => cache.delete(key));
  for (const oldest of cache.keys()) {
    if (cache.size <= limit) break;
    cache.delete(oldest);
  }
  return loading;
}
