import type { Tx } from '../lineage/index.ts';
import { HoplineError } from '../plan/errors.ts';
import type { HandlePart } from '../plan/handles.ts';

/** What a selection chooses from, in columns: a million of them are 90 MB, and nothing of it is an object. */
export interface Candidates {
  count: number;
  /** Row ids of the samples. */
  ids: Float64Array;
  /** Keys of the samples and of the real samples that they grew from, 32 bytes each. */
  keys: Buffer;
  roots: Buffer;
  /** NaN where nobody scored it. */
  loss: Float64Array;
  /** [chain, depth, hop] each. */
  places: Int32Array;
}

/** What one question may look at. */
export const MOST_CANDIDATES = 2_000_000;
/** Rows that one statement packs together. */
const PAGE = 50_000;
const WIDTH = 8 + 32 + 32 + 8 + 12;

const PACKED = (id: string, loss: string): string =>
  `int8send(${id}) || s.key || coalesce(m.root_key, s.root_key) || float8send(${loss})
   || int4send(coalesce(m.chain, s.chain)) || int4send(coalesce(m.depth, s.depth)) || int4send(coalesce(m.hop, s.hop))`;

/** The samples that the scores behind a handle judge, in node order, without failed ones. @throws NODE_NOT_FOUND, WHAT_IF_TOO_LARGE */
export function scoredCandidates(db: Tx, runId: string, parts: readonly HandlePart[]): Promise<Candidates> {
  return readParts(
    db,
    runId,
    parts,
    (behind) =>
      `SELECT m.ordinal, m.score_id AS id, ${PACKED('s.id', 'c.loss')} AS packed
         FROM (SELECT * FROM node_score WHERE node_id = $1 AND (ordinal, score_id) > (${behind}) ORDER BY ordinal, score_id LIMIT ${PAGE}) m
         JOIN score c ON c.id = m.score_id JOIN sample s ON s.id = c.sample_id
        WHERE c.failed IS NULL`,
    'node_score',
    'score_id',
  );
}

/** The samples behind a handle, without failed ones: nobody has scored them. @throws NODE_NOT_FOUND, WHAT_IF_TOO_LARGE */
export function sampleCandidates(db: Tx, runId: string, parts: readonly HandlePart[]): Promise<Candidates> {
  return readParts(
    db,
    runId,
    parts,
    (behind, part) =>
      `SELECT m.ordinal, m.sample_id AS id, ${PACKED('s.id', `'NaN'::float8`)} AS packed
         FROM (SELECT * FROM node_sample WHERE node_id = $1 AND (ordinal, sample_id) > (${behind}) ORDER BY ordinal, sample_id LIMIT ${PAGE}) m
         JOIN sample s ON s.id = m.sample_id
        WHERE s.failed IS NULL AND s.medium = '${mediumOf(part)}'`,
    'node_sample',
    'sample_id',
  );
}

function mediumOf({ medium }: HandlePart): string {
  if (medium === 'text' || medium === 'image' || medium === 'features') return medium;
  throw new RangeError(`${medium} is no sample`);
}

async function readParts(
  db: Tx,
  runId: string,
  parts: readonly HandlePart[],
  rows: (behind: string, part: HandlePart) => string,
  table: string,
  column: string,
): Promise<Candidates> {
  const pages: Buffer[] = [];
  let count = 0;
  for (const part of parts) {
    const [node] = await db.query<{ id: number }>('SELECT id FROM node WHERE run_id = $1 AND name = $2', [runId, part.node]);
    if (!node)
      throw new HoplineError('NODE_NOT_FOUND', `node must be one of run ${runId}, got ${part.node}`, {
        hint: `hopline show ${runId}`,
      });
    for (let [ordinal, id] = [-1, 0]; ; ) {
      // Which page it was is asked of the index alone: rows that are left out must not end the reading.
      const [page] = await db.query<{ packed: string | null; looked: number; ordinal: number; id: number }>(
        `WITH looked AS MATERIALIZED (
           SELECT ordinal, ${column} AS id FROM ${table} WHERE node_id = $1 AND (ordinal, ${column}) > ($2::int, $3::bigint)
            ORDER BY ordinal, ${column} LIMIT ${PAGE})
         SELECT (SELECT string_agg(packed, ''::bytea ORDER BY x.ordinal, x.id) FROM (${rows('$2::int, $3::bigint', part)}) x) AS packed,
                count(*) AS looked, (array_agg(ordinal ORDER BY ordinal DESC, id DESC))[1] AS ordinal,
                (array_agg(id ORDER BY ordinal DESC, id DESC))[1] AS id
           FROM looked`,
        [node.id, ordinal, id],
      );
      const packed = only(Buffer.from(page!.packed ?? '', 'hex'), part);
      pages.push(packed);
      count += packed.length / WIDTH;
      if (count > MOST_CANDIDATES)
        throw new HoplineError('WHAT_IF_TOO_LARGE', `whatIf.node must have at most ${MOST_CANDIDATES} candidates, got more`);
      if (page!.looked < PAGE) break;
      [ordinal, id] = [page!.ordinal, page!.id];
    }
  }
  return unpack(pages, count);
}

/** The rows of the part's chains and depths. */
function only(packed: Buffer, { chains, depths }: HandlePart): Buffer {
  if (!chains && !depths) return packed;
  const kept: Buffer[] = [];
  for (let at = 0; at < packed.length; at += WIDTH) {
    const chain = packed.readInt32BE(at + 80);
    const depth = packed.readInt32BE(at + 84);
    if ((chains?.includes(chain) ?? true) && (depths?.includes(depth) ?? true)) kept.push(packed.subarray(at, at + WIDTH));
  }
  return Buffer.concat(kept);
}

function unpack(pages: readonly Buffer[], count: number): Candidates {
  const found: Candidates = {
    count,
    ids: new Float64Array(count),
    keys: Buffer.allocUnsafe(count * 32),
    roots: Buffer.allocUnsafe(count * 32),
    loss: new Float64Array(count),
    places: new Int32Array(count * 3),
  };
  let row = 0;
  for (const page of pages) {
    for (let at = 0; at < page.length; at += WIDTH, row++) {
      found.ids[row] = page.readUInt32BE(at) * 2 ** 32 + page.readUInt32BE(at + 4);
      page.copy(found.keys, row * 32, at + 8, at + 40);
      page.copy(found.roots, row * 32, at + 40, at + 72);
      found.loss[row] = page.readDoubleBE(at + 72);
      for (let part = 0; part < 3; part++) found.places[row * 3 + part] = page.readInt32BE(at + 80 + part * 4);
    }
  }
  return found;
}
