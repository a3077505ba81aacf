import { createHash } from 'node:crypto';
import type { Digest } from '../plan/digest.ts';
import type { Db } from './db.ts';

const PAGE = 10_000;

/** What a verifying run has found, as its root digest: SHA-256 of the lines `key expected found\n` in the order of keys, `none` for what could not
 *  be made again. The same for two runs that drew the same and found the same, whoever computed. */
export async function verificationDigest(db: Db, runId: string): Promise<Digest> {
  const hash = createHash('sha256');
  for (let after = ''; ; ) {
    const rows = await db.query<{ key: Digest; line: string }>(
      `SELECT key, encode(key, 'hex') || ' ' || encode(expected, 'hex') || ' ' || coalesce(encode(found, 'hex'), 'none') AS line
         FROM verification WHERE run_id = $1 AND key > decode($2, 'hex') ORDER BY key LIMIT ${PAGE}`,
      [runId, after],
    );
    hash.update(rows.map(({ line }) => `${line}\n`).join(''));
    if (rows.length < PAGE) return hash.digest('hex');
    after = rows.at(-1)!.key;
  }
}

/** Says that everything drawn is recorded: a node's things that are one and the same count once. */
export async function closeVerification(db: Db, runId: string): Promise<void> {
  await db.query(
    `UPDATE node SET expected = made, state = 'SUCCEEDED', finished_at = coalesce(finished_at, now()) WHERE run_id = $1`,
    [runId],
  );
}
