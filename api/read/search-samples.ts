import { runNotFound } from '../../engine/lineage/get-run.ts';
import type { SampleRow, Tx } from '../../engine/lineage/index.ts';
import { samplesById } from '../../engine/lineage/sample-row.ts';
import { type Visibility, visibleRun, visibleSample } from '../../engine/lineage/visibility.ts';
import { HoplineError } from '../../engine/plan/errors.ts';
import { Parameters, sampleConditions } from './sample-conditions.ts';
import { checkFilter, type SampleFilter } from './sample-filter.ts';

/** Node, then two columns that order what it has; 0 where samples are not looked for in a node. */
export type SamplePlace = [node: number, ordinal: number, id: number];

export interface SamplePage {
  samples: { sample: SampleRow; place: SamplePlace }[];
  /** Where to go on; null when there is nothing more. */
  next: SamplePlace | null;
}

interface Found {
  ordinal: number;
  id: number;
  sampleId: number;
}

interface SearchedNode {
  id: number;
  kind: string;
  expected: number;
  /** It is a scorer. */
  scores: boolean;
  /** Of a selection that was made. */
  outcome: number | null;
}

/** Candidates that one page looks at. A filter that lets few of them through gives a shorter page, and where to go on. */
const LOOKS = 20_000;

/** A page of the samples that a filter lets through, in the order of nodes and their items; without a run, oldest first. Every filter is answered along
 *  an index: what a node has, the words of texts, the few that failed.
 *  @throws SAMPLE_FILTER_TOO_WIDE, SAMPLE_FILTER_INVALID, RUN_NOT_FOUND, NODE_NOT_FOUND */
export async function searchSamples(
  db: Tx,
  filter: SampleFilter,
  page: { limit: number; after?: SamplePlace | undefined },
  visibility: Visibility,
): Promise<SamplePage> {
  checkFilter(filter);
  const [from, ordinal, id] = page.after ?? [0, -1, 0];
  const nodes = filter.runId === undefined ? [null] : await searchedNodes(db, filter, visibility);
  const ahead = nodes.filter((node) => (node?.id ?? 0) >= from);
  const places: { place: SamplePlace; sampleId: number }[] = [];
  let looks = LOOKS;
  let next: SamplePlace | null = null;
  for (const [at, node] of ahead.entries()) {
    const nodeId = node?.id ?? 0;
    const behind: [number, number] = nodeId === from ? [ordinal, id] : [-1, 0];
    const found = await look(db, { filter, node, from: behind, visibility }, page.limit + 1 - places.length, looks);
    places.push(...found.rows.map((row) => ({ place: [nodeId, row.ordinal, row.id] as SamplePlace, sampleId: row.sampleId })));
    looks -= node?.expected ?? 0;
    const following = ahead[at + 1];
    if (places.length > page.limit) next = places[page.limit - 1]!.place;
    else if (found.stoppedAt) next = [nodeId, ...found.stoppedAt];
    else if (looks <= 0 && following) next = [following.id, -1, 0];
    if (next) break;
  }
  const shown = places.slice(0, page.limit);
  const rows = await samplesById(db, [...new Set(shown.map((place) => place.sampleId))]);
  const samples = new Map(rows.map((row) => [row.id, row]));
  return { samples: shown.map(({ place, sampleId }) => ({ place, sample: samples.get(sampleId)! })), next };
}

/** The nodes of a run that a filter is about, in the order of their ids. */
async function searchedNodes(db: Tx, { runId, node }: SampleFilter, visibility: Visibility): Promise<SearchedNode[]> {
  const rows = await db.query<SearchedNode & { name: string }>(
    `SELECT n.id, n.name, n.kind, n.expected, (SELECT true FROM node_score x WHERE x.node_id = n.id ORDER BY x.ordinal LIMIT 1) IS NOT NULL AS scores,
            (SELECT max(x.outcome_id) FROM node_outcome x WHERE x.node_id = n.id) AS outcome
       FROM run r LEFT JOIN node n ON n.run_id = r.id WHERE r.id = $1 AND ${visibleRun('r.id', 2)} ORDER BY n.id`,
    [runId, visibility],
  );
  if (rows.length === 0) throw runNotFound(runId!);
  if (node === undefined) return rows.filter((row) => row.kind === 'source' || (row.kind === 'map' && !row.scores));
  const found = rows.find((row) => row.name === node);
  if (!found)
    throw new HoplineError('NODE_NOT_FOUND', `samples.node must be a node of run ${runId}, got ${node}`, {
      hint: `hopline show ${runId}`,
    });
  if (found.kind === 'fold' || found.kind === 'reduce')
    throw new HoplineError(
      'SAMPLE_FILTER_INVALID',
      `samples.node must make, score or select samples, got the ${found.kind} ${node}`,
    );
  return [found];
}

interface Look {
  filter: SampleFilter;
  node: SearchedNode | null;
  /** Behind these. */
  from: [ordinal: number, id: number];
  visibility: Visibility;
}

/** A page of one place. @returns what was found, and the last candidate that was looked at if there may be more behind it */
async function look(db: Tx, where: Look, limit: number, looks: number) {
  const parameters = new Parameters();
  const { source, order, rest } = sourceOf(where, parameters);
  const conditions = sampleConditions(rest, parameters, where.visibility);
  // The planner knows whether a text's words or the node's items are fewer, as long as it may choose. Otherwise the candidates come in their
  // order, as many as it takes, and OFFSET 0 makes each one look into an index.
  const chosen = rest.text !== undefined || where.node === null;
  const bounded = !chosen && conditions.length > 0;
  const candidates = chosen ? source : `${source} ORDER BY ${order} LIMIT ${bounded ? looks : limit}`;
  const samples = chosen
    ? 'JOIN sample s ON s.id = m.sample_id'
    : 'CROSS JOIN LATERAL (SELECT * FROM sample WHERE id = m.sample_id OFFSET 0) s';
  const rows = await db.query<Found>(
    `SELECT m.ordinal, m.id, m.sample_id AS "sampleId" FROM (${candidates}) m ${samples}
      ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''} ORDER BY m.ordinal, m.id LIMIT ${limit}`,
    parameters.values,
  );
  if (!bounded || rows.length >= limit) return { rows, stoppedAt: null };
  return { rows, stoppedAt: await lastLookedAt(db, where, looks) };
}

async function lastLookedAt(db: Tx, where: Look, looks: number): Promise<[ordinal: number, id: number] | null> {
  const parameters = new Parameters();
  const { source, order } = sourceOf(where, parameters);
  const [last] = await db.query<Found>(`${source} ORDER BY ${order} LIMIT 1 OFFSET ${looks - 1}`, parameters.values);
  return last ? [last.ordinal, last.id] : null;
}

/** SQL of rows `(ordinal, id, sample_id, root_key, chain, depth, hop)` behind a place, what orders them, and what of the filter is left to check. */
function sourceOf({ filter, node, from: [ordinal, id], visibility }: Look, parameters: Parameters) {
  const rest: SampleFilter = { ...filter };
  const none = 'NULL::bytea AS root_key, NULL::int AS chain, NULL::int AS depth, NULL::int AS hop';
  const own = 'x.root_key, x.chain, x.depth, x.hop';
  if (!node) {
    const visible = visibleSample('x.id', parameters.index(visibility));
    const source = `SELECT 0 AS ordinal, x.id, x.id AS sample_id, ${none} FROM sample x WHERE x.id > ${parameters.add(id)} AND ${visible}`;
    return { source, order: 'id', rest };
  }
  if (node.kind === 'select') {
    const kept = rest.kept === undefined ? '' : rest.kept ? ' AND x.kept' : ' AND NOT x.kept';
    delete rest.kept;
    const decided = `x.outcome_id = ${parameters.add(node.outcome)} AND x.sample_id > ${parameters.add(id)}${kept}`;
    const source = `SELECT 0 AS ordinal, x.sample_id AS id, x.sample_id, ${none} FROM decision x WHERE ${decided}`;
    return { source, order: 'x.sample_id', rest };
  }
  const place = (column: string): string =>
    `x.node_id = ${parameters.add(node.id)} AND (x.ordinal, x.${column}) > (${parameters.add(ordinal)}::int, ${parameters.add(id)}::bigint)`;
  if (node.scores) {
    const source = `SELECT x.ordinal, x.score_id AS id, c.sample_id, ${own} FROM node_score x JOIN score c ON c.id = x.score_id WHERE ${place('score_id')}`;
    return { source, order: 'x.ordinal, x.score_id', rest };
  }
  const source = `SELECT x.ordinal, x.sample_id AS id, x.sample_id, ${own} FROM node_sample x WHERE ${place('sample_id')}`;
  return { source, order: 'x.ordinal, x.sample_id', rest };
}
