import { findVersion, type Pin, type Pins, type Tx } from '../lineage/index.ts';
import type { Graph } from '../plan/build-graph.ts';
import { paramsInvalid, type Violation } from '../plan/params-invalid.ts';

/** Which registered version to use for a name of the declaration: a name (its latest version as of now) or a digest. */
export type PinnedNames = Record<string, string>;

/** Resolves what a request pins. A key is a name that the declaration uses with these params: what a `dataset` param says, what a node names
 *  for a model role. From then on the run keeps that version, whatever is registered later.
 *  @throws PARAMS_INVALID for a name that the pipeline does not use, DATASET_MISSING, MODEL_MISSING */
export async function resolvePins(
  db: Tx,
  graph: Graph,
  given: { datasets?: PinnedNames; models?: PinnedNames },
): Promise<Pins | null> {
  const nodes = [...graph.values()];
  const used = {
    datasets: new Set(nodes.flatMap((node) => node.dataset ?? [])),
    models: new Set(nodes.flatMap((node) => Object.values(node.models))),
  };
  const violations = [
    ...unusedNames('datasets', given.datasets, used.datasets),
    ...unusedNames('models', given.models, used.models),
  ];
  if (violations.length > 0) throw paramsInvalid('launch', violations);
  const datasets = await resolved(db, 'dataset', given.datasets);
  const models = await resolved(db, 'model', given.models);
  return datasets || models ? { ...(datasets && { datasets }), ...(models && { models }) } : null;
}

function unusedNames(what: 'datasets' | 'models', given: PinnedNames | undefined, used: ReadonlySet<string>): Violation[] {
  const known = [...used].join(', ') || 'none';
  return Object.keys(given ?? {})
    .filter((name) => !used.has(name))
    .map((name) => ({
      path: `${what}.${name}`,
      message: `must be one of those that the pipeline uses with these params: ${known}`,
    }));
}

async function resolved(
  db: Tx,
  table: 'dataset' | 'model',
  given: PinnedNames | undefined,
): Promise<Record<string, Pin> | undefined> {
  const names = Object.keys(given ?? {}).sort();
  if (names.length === 0) return undefined;
  const pins: Record<string, Pin> = {};
  for (const name of names) pins[name] = await findVersion(db, table, given![name]!);
  return pins;
}
