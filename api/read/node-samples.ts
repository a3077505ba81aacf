import type { SampleRow, Tx } from '../../engine/lineage/index.ts';
import { samplesById } from '../../engine/lineage/sample-row.ts';
import { HoplineError } from '../../engine/plan/errors.ts';

export interface NodeSamplesQuery {
  runId: string;
  /** A map or source: its samples, in node order. A select: the samples it decided about. */
  node: string;
  /** select only. */
  kept?: boolean;
  limit: number;
  /** Cursor of the last sample of the page before. */
  after?: string;
}

export type PagedSample = SampleRow & { cursor: string };

/** A page of the samples of a node of a run. @throws NODE_NOT_FOUND, PAGE_INVALID */
export async function nodeSamples(db: Tx, query: NodeSamplesQuery): Promise<PagedSample[]> {
  const [node] = await db.query<{ id: number; kind: string }>('SELECT id, kind FROM node WHERE run_id = $1 AND name = $2', [
    query.runId,
    query.node,
  ]);
  if (!node)
    throw new HoplineError('NODE_NOT_FOUND', `samples.node must be a node of run ${query.runId}, got ${query.node}`, {
      hint: `hopline show ${query.runId}`,
    });
  const [ordinal, id] = cursorOf(query.after);
  const places = node.kind === 'select' ? await decided(db, node.id, query, id) : await members(db, node.id, query, ordinal, id);
  const samples = new Map(
    (
      await samplesById(
        db,
        places.map((place) => place.id),
      )
    ).map(({ id: own, ...sample }) => [own, sample]),
  );
  return places.flatMap((place) => {
    const sample = samples.get(place.id);
    return sample ? [{ ...sample, cursor: `${place.ordinal}.${place.id}` }] : [];
  });
}

interface Place {
  ordinal: number;
  id: number;
}

const members = (db: Tx, nodeId: number, { limit }: NodeSamplesQuery, ordinal: number, id: number): Promise<Place[]> =>
  db.query(
    `SELECT ordinal, sample_id AS id FROM node_sample
      WHERE node_id = $1 AND (ordinal, sample_id) > ($2::int, $3::bigint) ORDER BY ordinal, sample_id LIMIT $4`,
    [nodeId, ordinal, id, limit],
  );

const decided = (db: Tx, nodeId: number, { limit, kept }: NodeSamplesQuery, id: number): Promise<Place[]> =>
  db.query(
    `SELECT 0 AS ordinal, d.sample_id AS id FROM node_outcome o JOIN decision d ON d.outcome_id = o.outcome_id
      WHERE o.node_id = $1 AND d.sample_id > $2::bigint AND ($3::boolean IS NULL OR d.kept = $3) ORDER BY d.sample_id LIMIT $4`,
    [nodeId, id, kept ?? null, limit],
  );

function cursorOf(after: string | undefined): [ordinal: number, id: number] {
  if (after === undefined) return [-1, 0];
  const [, ordinal, id] = /^(\d{1,9})\.(\d{1,15})$/.exec(after) ?? [];
  if (ordinal === undefined || id === undefined)
    throw new HoplineError('PAGE_INVALID', `page.after must be a cursor of an earlier page, got ${after}`);
  return [Number(ordinal), Number(id)];
}
