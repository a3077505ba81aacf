import { type AttemptCounts, attemptCountsOf } from '../../engine/lineage/attempt-counts.ts';
import { eventHorizon } from '../../engine/lineage/event-horizon.ts';
import { type FailureGroup, failureGroupsOf } from '../../engine/lineage/failure-groups.ts';
import { runNotFound } from '../../engine/lineage/get-run.ts';
import { type Db, eventCursor, type RunRow } from '../../engine/lineage/index.ts';
import { executionsOf, type RunExecution } from '../../engine/lineage/run-executions.ts';
import { type EpochMetric, epochMetricsOf, type RunMetric, runMetricsOf } from '../../engine/lineage/run-metrics.ts';
import { type NodeProgress, type RunTotals, runNodes, runTotals } from '../../engine/lineage/run-progress.ts';
import type { Visibility } from '../../engine/lineage/visibility.ts';
import type { JsonObject } from '../../engine/plan/json.ts';
import { batchLoader } from '../schema/batch-loader.ts';
import { pagedLoader } from '../schema/paged-loader.ts';
import { type NodeFacts, nodeFacts, nodeResults } from './node-facts.ts';
import { runSpending, type Spending } from './run-spending.ts';
import { type RunTask, runTasks, type TaskQuery } from './run-tasks.ts';
import { runsById } from './runs-by-id.ts';

/** Everything about runs, each field of a whole page of them in one statement. A run of another project is as unknown as one that isn't
 *  there. */
export interface RunLoaders {
  /** @throws RUN_NOT_FOUND */
  run(id: string): Promise<RunRow>;
  /** @throws RUN_NOT_FOUND */
  totals(runId: string): Promise<RunTotals>;
  nodes(runId: string): Promise<readonly NodeProgress[]>;
  /** By node name. */
  facts(runId: string): Promise<ReadonlyMap<string, NodeFacts>>;
  /** What reductions found, by node name. */
  results(runId: string): Promise<ReadonlyMap<string, JsonObject>>;
  /** What its tasks took of servers, by node name. */
  spending(runId: string): Promise<ReadonlyMap<string, Spending>>;
  tasks(runId: string, query: TaskQuery): Promise<readonly RunTask[]>;
  metrics(runId: string): Promise<readonly RunMetric[]>;
  /** Points of training curves. */
  epochMetrics(runId: string): Promise<readonly EpochMetric[]>;
  /** The 1,000 most frequent causes. */
  failures(runId: string): Promise<readonly FailureGroup[]>;
  /** Of a run that the viewer is known to see. */
  executions(runId: string): Promise<readonly RunExecution[]>;
  attemptCounts(runId: string): Promise<readonly AttemptCounts[]>;
  /** Behind it come the events that nobody has been told of yet. Of a run that the viewer is known to see. */
  eventCursor(runId: string): Promise<string>;
}

export function runLoaders(db: Db, visibility: Visibility): RunLoaders {
  const orElse = <V>(load: (ids: string[]) => Promise<ReadonlyMap<string, V>>, otherwise: (id: string) => V | Error) =>
    batchLoader<string, V>(async (ids) => {
      const found = await load(ids);
      return ids.map((id) => found.get(id) ?? otherwise(id));
    });
  const list = <T>(load: (ids: string[]) => Promise<ReadonlyMap<string, readonly T[]>>) => orElse<readonly T[]>(load, () => []);
  return {
    run: batchLoader((ids) => runsById(db, ids, visibility)),
    totals: orElse<RunTotals>((ids) => runTotals(db, ids, visibility), runNotFound),
    nodes: list((ids) => runNodes(db, ids, visibility)),
    facts: orElse<ReadonlyMap<string, NodeFacts>>(
      (ids) => nodeFacts(db, ids, visibility),
      () => new Map(),
    ),
    results: orElse<ReadonlyMap<string, JsonObject>>(
      (ids) => nodeResults(db, ids, visibility),
      () => new Map(),
    ),
    spending: orElse<ReadonlyMap<string, Spending>>(
      (ids) => runSpending(db, ids, visibility),
      () => new Map(),
    ),
    tasks: pagedLoader((ids: string[], query: TaskQuery) => runTasks(db, ids, query, visibility)),
    metrics: list((ids) => runMetricsOf(db, ids, visibility)),
    epochMetrics: list((ids) => epochMetricsOf(db, ids, visibility)),
    failures: list((ids) => failureGroupsOf(db, ids, { limit: 1_000 }, visibility)),
    executions: list((ids) => executionsOf(db, ids)),
    attemptCounts: list((ids) => attemptCountsOf(db, ids)),
    eventCursor: batchLoader(async (ids) => {
      const horizon = await eventHorizon(db);
      return ids.map((id) => eventCursor(id, horizon));
    }),
  };
}
