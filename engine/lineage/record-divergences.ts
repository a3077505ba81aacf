import type { Digest } from '../plan/digest.ts';
import { byteas } from './column-values.ts';
import type { Tx } from './db.ts';
import type { LiveCommit } from './task-commit.ts';
import { writeEvents } from './write-events.ts';

export interface Divergence {
  commit: LiveCommit;
  key: Digest;
  existing: Digest;
  other: Digest;
}

/** Writes down that a key was made again with other content. What was there stays. */
export async function recordDivergences(tx: Tx, divergences: readonly Divergence[]): Promise<void> {
  if (!divergences.length) return;
  await tx.query(
    `INSERT INTO divergence (key, existing, other, run_id, derivation_id)
     SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::text[], $5::bigint[]) ON CONFLICT DO NOTHING`,
    [
      byteas(divergences.map((divergence) => divergence.key)),
      byteas(divergences.map((divergence) => divergence.existing)),
      byteas(divergences.map((divergence) => divergence.other)),
      divergences.map((divergence) => divergence.commit.runId),
      divergences.map((divergence) => divergence.commit.derivationId),
    ],
  );
  await writeEvents(
    tx,
    divergences.map(({ commit, key, existing, other }) => ({
      runId: commit.runId,
      type: 'divergence' as const,
      payload: { node: commit.nodeName, key, existing, other },
    })),
  );
}
