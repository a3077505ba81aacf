import type { Tx } from '../lineage/index.ts';
import { HoplineError } from '../plan/errors.ts';
import type { HandlePart } from '../plan/handles.ts';

/** What a selection chooses from, in columns: a million of them are 44 MB, and none is an object. In no order. */
export interface Candidates {
  count: number;
  /** Row ids of the samples. */
  ids: Float64Array;
  /** Of the samples' keys the first 8 bytes, which settle ties. */
  keyHeads: Buffer;
  /** Of the keys of the real samples that they grew from the first 16 bytes: enough of a SHA-256 to tell them apart. */
  rootHeads: Buffer;
  /** NaN where nobody scored it. */
  loss: Float64Array;
  hops: Int32Array;
}

/** The same with everything that a step may ask for. */
export interface WholeCandidates extends Candidates {
  /** 32 bytes each. */
  keys: Buffer;
  roots: Buffer;
  chains: Int32Array;
  depths: Int32Array;
}

/** What one question may look at. */
const MOST_CANDIDATES = 2_000_000;
/** The same where a step is run: it wants an object a candidate, and nothing else is answered while it selects (two seconds for as many as
 *  these). */
const MOST_FOR_A_STEP = 250_000;
/** Items whose columns come as one value, so that no value grows beyond what a string may hold: 2^17 ordinals, by the bits above up to 2^21. Each bit is a
 *  group of its own since the planner knows that a boolean has two values: of `ordinal / 131072` it expects a group an item, and sorts a
 *  million rows. */
const CHUNKS = [17, 18, 19, 20].map((bit) => `(m.ordinal & ${2 ** bit}) <> 0`).join(', ');

const COLUMNS = {
  ids: 'float8send(s.id::float8)',
  keyHeads: 'substring(s.key FROM 1 FOR 8)',
  rootHeads: 'substring(coalesce(m.root_key, s.root_key) FROM 1 FOR 16)',
  hops: 'int4send(coalesce(m.hop, s.hop))',
};
const WHOLE = {
  keys: 's.key',
  roots: 'coalesce(m.root_key, s.root_key)',
  chains: 'int4send(coalesce(m.chain, s.chain))',
  depths: 'int4send(coalesce(m.depth, s.depth))',
};

/** The samples that the scores behind a handle judge, without failed ones. @throws NODE_NOT_FOUND, WHAT_IF_TOO_LARGE */
export const scoredCandidates = (db: Tx, runId: string, parts: readonly HandlePart[]): Promise<Candidates> =>
  readParts(db, runId, parts, { ...COLUMNS, loss: 'float8send(c.loss)' });

/** The samples behind a handle, without failed ones: nobody has scored them. @throws NODE_NOT_FOUND, WHAT_IF_TOO_LARGE */
export const sampleCandidates = (db: Tx, runId: string, parts: readonly HandlePart[]): Promise<Candidates> =>
  readParts(db, runId, parts, { ...COLUMNS, loss: `float8send('NaN')` });

/** Either, by what the handle's medium is, whole. @throws NODE_NOT_FOUND, WHAT_IF_TOO_LARGE from 250,000 on */
export const wholeCandidates = (db: Tx, runId: string, parts: readonly HandlePart[]): Promise<WholeCandidates> =>
  readParts(
    db,
    runId,
    parts,
    { ...COLUMNS, ...WHOLE, loss: parts[0]?.medium === 'scores' ? 'float8send(c.loss)' : `float8send('NaN')` },
    MOST_FOR_A_STEP,
  );

type Columns = Record<string, string>;
type Packed<C extends Columns> = Record<keyof C, Buffer>;

async function readParts<T extends Candidates>(
  db: Tx,
  runId: string,
  parts: readonly HandlePart[],
  columns: Columns,
  most = MOST_CANDIDATES,
): Promise<T> {
  const chunks: Packed<Columns>[] = [];
  let count = 0;
  for (const part of parts) {
    const [node] = await db.query<{ id: number; expected: number }>(
      'SELECT id, expected FROM node WHERE run_id = $1 AND name = $2',
      [runId, part.node],
    );
    if (!node)
      throw new HoplineError('NODE_NOT_FOUND', `node must be one of run ${runId}, got ${part.node}`, {
        hint: `hopline show ${runId}`,
      });
    count += node.expected;
    if (count > most)
      throw new HoplineError(
        'WHAT_IF_TOO_LARGE',
        `whatIf.node must have at most ${most} candidates for this rule, got ${count}`,
        {
          hint: 'rule.share, rule.threshold, rule.keepPerInstance, rule.sharePerInstance and rule.randomSeed take 2,000,000: they need losses only',
        },
      );
    for (const row of await db.query<Record<string, string>>(partSql(node.id, part, columns))) {
      const chunk: Packed<Columns> = {};
      for (const name of Object.keys(columns)) {
        chunk[name] = Buffer.from(row[name]!, 'hex');
        // A column is decoded once; the text of it is let go before the next one.
        row[name] = '';
      }
      chunks.push(chunk);
    }
  }
  return columnsOf(chunks, Object.keys(columns)) as unknown as T;
}

/** The id stands in the text of the statement, so that each node's plan is made for its own size: what is best for a thousand takes a minute for a
 *  million. */
function partSql(nodeId: number, { medium, chains, depths }: HandlePart, columns: Columns): string {
  const within = (column: string, values: number[] | undefined): string =>
    values ? ` AND coalesce(m.${column}, s.${column}) IN (${values.map(Number).join(', ') || 'NULL'})` : '';
  const from =
    medium === 'scores'
      ? 'node_score m JOIN score c ON c.id = m.score_id JOIN sample s ON s.id = c.sample_id'
      : 'node_sample m JOIN sample s ON s.id = m.sample_id';
  const whole = medium === 'scores' ? 'c.failed IS NULL' : `s.failed IS NULL AND s.medium = '${mediumOf(medium)}'`;
  return `SELECT ${Object.entries(columns).map(([name, sql]) => `string_agg(${sql}, ''::bytea) AS "${name}"`)}
    FROM ${from} WHERE m.node_id = ${nodeId} AND ${whole}${within('chain', chains)}${within('depth', depths)} GROUP BY ${CHUNKS}`;
}

function mediumOf(medium: string): string {
  if (medium === 'text' || medium === 'image' || medium === 'features') return medium;
  throw new RangeError(`${medium} is no sample`);
}

const DOUBLES = new Set(['ids', 'loss']);
const INTEGERS = new Set(['hops', 'chains', 'depths']);

/** Chunks put together; numbers come as Postgres sends them, the highest byte first. */
function columnsOf(chunks: readonly Packed<Columns>[], names: readonly string[]): Record<string, unknown> {
  const columns: Record<string, unknown> = {};
  for (const name of names) {
    const size = chunks.reduce((sum, chunk) => sum + chunk[name]!.length, 0);
    const bytes = Buffer.from(new ArrayBuffer(size));
    let at = 0;
    for (const chunk of chunks) at += chunk[name]!.copy(bytes, at);
    if (DOUBLES.has(name)) columns[name] = new Float64Array(bytes.swap64().buffer as ArrayBuffer);
    else if (INTEGERS.has(name)) columns[name] = new Int32Array(bytes.swap32().buffer as ArrayBuffer);
    else columns[name] = bytes;
  }
  return { ...columns, count: (columns.ids as Float64Array).length };
}
