import { diffNode, type EarlierNode } from '../plan/diff.ts';
import { canonicalJson, type Digest } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import type { Json } from '../plan/json.ts';
import type { PlannedNode } from '../plan/plan-types.ts';
import type { Tx } from './db.ts';
import { runNotFound } from './get-run.ts';
import { type RunMetric, runMetricsOf } from './run-metrics.ts';
import { RUN_COLUMNS, type RunRow } from './run-row.ts';
import { type SharedItems, sharedItems } from './shared-items.ts';
import type { Visibility } from './visibility.ts';

/** Values are in the order of the runs throughout. */
export interface RunComparison {
  runs: RunRow[];
  /** Where params differ, by path. undefined: the run has no such param. */
  params: { path: string; values: (Json | undefined)[] }[];
  nodes: NodeComparison[];
  metrics: MetricComparison[];
}

export interface NodeComparison {
  name: string;
  /** null where a run has no such node. */
  keys: (Digest | null)[];
  /** All have it, with one key: what it holds is the same. */
  same: boolean;
  /** Of each run but the first: the first input that differs from the first run's, in words. null where nothing does, or one has no such
   *  node. */
  differences: (string | null)[];
  items: SharedItems;
}

export interface MetricComparison extends Pick<RunMetric, 'node' | 'name' | 'slice' | 'mode'> {
  values: (number | null)[];
}

const [FEWEST, MOST] = [2, 10];

/** Runs side by side. @throws COMPARE_INVALID for less than two, more than ten, or one twice; RUN_NOT_FOUND */
export async function compareRuns(db: Tx, ids: readonly string[], visibility: Visibility): Promise<RunComparison> {
  if (ids.length < FEWEST || ids.length > MOST)
    throw new HoplineError('COMPARE_INVALID', `compareRuns.ids must be ${FEWEST} to ${MOST} runs, got ${ids.length}`);
  if (new Set(ids).size < ids.length)
    throw new HoplineError('COMPARE_INVALID', `compareRuns.ids must be different runs, got ${ids.join(', ')}`);
  const rows = await db.query<RunRow>(
    `SELECT ${RUN_COLUMNS} FROM run r JOIN project p ON p.id = r.project_id
      WHERE r.id = ANY ($1::text[]) AND ($2::bigint IS NULL OR r.project_id = $2)`,
    [ids, visibility],
  );
  const runs = ids.map((id) => {
    const run = rows.find((row) => row.id === id);
    if (!run) throw runNotFound(id);
    return run;
  });
  const metrics = await runMetricsOf(db, ids, visibility);
  return {
    runs,
    params: paramDifferences(runs.map((run) => run.params)),
    nodes: await compareNodes(db, ids),
    metrics: compareMetrics(ids.map((id) => metrics.get(id) ?? [])),
  };
}

function paramDifferences(params: readonly Json[]): RunComparison['params'] {
  const leaves = params.map((each) => new Map(leavesOf(each)));
  const paths = [...new Set(leaves.flatMap((each) => [...each.keys()]))].sort();
  return paths
    .map((path) => ({ path, values: leaves.map((each) => each.get(path)) }))
    .filter(({ values }) => new Set(values.map((value) => (value === undefined ? '' : canonicalJson(value)))).size > 1);
}

function* leavesOf(value: Json, path = ''): Generator<[string, Json]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) yield [path, value];
  else for (const [name, inner] of Object.entries(value)) yield* leavesOf(inner, path ? `${path}.${name}` : name);
}

type StoredNode = PlannedNode & { runId: string };

async function compareNodes(db: Tx, ids: readonly string[]): Promise<NodeComparison[]> {
  const rows = await db.query<StoredNode>(
    `SELECT run_id AS "runId", name, kind, step, params, models, inputs, depends_on AS "dependsOn", key, code_digest AS "codeDigest", expected
       FROM node WHERE run_id = ANY ($1::text[]) ORDER BY ordinal`,
    [ids],
  );
  const byRun = ids.map((id) => new Map(rows.filter((row) => row.runId === id).map((row) => [row.name, row])));
  const names = [...new Set(byRun.flatMap((nodes) => [...nodes.keys()]))];
  const differing = names.filter((name) => !same(byRun.map((nodes) => nodes.get(name)?.key ?? null)));
  const items = await sharedItems(db, ids, names, new Set(differing));
  const differences = byRun.slice(1).map((nodes) => differencesFrom(byRun[0]!, nodes));
  return names.map((name) => {
    const keys = byRun.map((nodes) => nodes.get(name)?.key ?? null);
    return {
      name,
      keys,
      same: same(keys),
      differences: differences.map((each) => each.get(name) ?? null),
      items: items.get(name)!,
    };
  });
}

const same = (keys: readonly (Digest | null)[]): boolean => keys[0] !== null && keys.every((key) => key === keys[0]);

/** In topological order, so that a node knows which of those that it reads differ. */
function differencesFrom(
  first: ReadonlyMap<string, StoredNode>,
  other: ReadonlyMap<string, StoredNode>,
): ReadonlyMap<string, string | null> {
  const changed = new Set<string>();
  const found = new Map<string, string | null>();
  for (const [name, node] of other) {
    const before = first.get(name);
    const { reason } = diffNode(node, before as EarlierNode | undefined, changed);
    if (reason !== null) changed.add(name);
    found.set(name, before ? reason : null);
  }
  return found;
}

function compareMetrics(byRun: readonly (readonly RunMetric[])[]): MetricComparison[] {
  const compared = new Map<string, MetricComparison>();
  for (const [at, metrics] of byRun.entries()) {
    for (const { node, name, slice, mode, value } of metrics) {
      const id = JSON.stringify([node, name, slice, mode]);
      const row = compared.get(id) ?? { node, name, slice, mode, values: byRun.map(() => null) };
      row.values[at] = value;
      compared.set(id, row);
    }
  }
  return [...compared.values()];
}
