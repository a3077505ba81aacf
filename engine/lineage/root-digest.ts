import { createHash } from 'node:crypto';
import type { Digest } from '../plan/digest.ts';
import type { Db, Tx } from './db.ts';

const PAGE = 10_000;

/** The Merkle root of a run. A node's digest is the SHA-256 of its lines `key content\n` in the order of keys, where the content is a
 *  digest or `failed`; the root is that of the lines `name digest\n` in the order of names. It says nothing of order, time, worker,
 *  device or cache. Needs memory for one page. */
export function rootDigest(db: Db, runId: string): Promise<Digest> {
  return db.transaction(async (tx) => {
    const nodes = await tx.query<{ id: number; name: string }>('SELECT id, name FROM node WHERE run_id = $1', [runId]);
    nodes.sort((a, b) => (a.name < b.name ? -1 : 1));
    const root = createHash('sha256');
    for (const node of nodes) root.update(`${node.name} ${await nodeDigest(tx, node.id)}\n`);
    return root.digest('hex');
  });
}

async function nodeDigest(tx: Tx, nodeId: number): Promise<Digest> {
  const hash = createHash('sha256');
  // Ids come from our own table; a cursor takes no parameters when it is declared without a prepared statement.
  await tx.query(`SET LOCAL work_mem = '64MB'`);
  await tx.query(`
    DECLARE members NO SCROLL CURSOR FOR
      SELECT encode(key, 'hex') || ' ' || coalesce(encode(content, 'hex'), 'failed') AS line FROM (
      SELECT s.key, s.content_digest AS content FROM node_sample m JOIN sample s ON s.id = m.sample_id WHERE m.node_id = ${nodeId}
      UNION SELECT c.key, c.content_digest FROM node_score m JOIN score c ON c.id = m.score_id WHERE m.node_id = ${nodeId}
      UNION SELECT o.key, o.content_digest FROM node_outcome m JOIN outcome o ON o.id = m.outcome_id WHERE m.node_id = ${nodeId}
      ) found ORDER BY key`);
  for (;;) {
    const rows = await tx.query<{ line: string }>(`FETCH FORWARD ${PAGE} FROM members`);
    hash.update(rows.map(({ line }) => `${line}\n`).join(''));
    if (rows.length < PAGE) break;
  }
  await tx.query('CLOSE members');
  return hash.digest('hex');
}
