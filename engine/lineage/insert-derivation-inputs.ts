import { byteas } from './column-values.ts';
import type { Tx } from './db.ts';
import type { LiveCommit } from './task-commit.ts';

/** What tasks read besides the parents of their items, so that a checkpoint can be walked back to what it was trained from. */
export async function insertDerivationInputs(tx: Tx, commits: readonly LiveCommit[]): Promise<void> {
  const inputs = commits.flatMap(({ derivationId, inputs = [], previousKey }) => [
    ...inputs.map((input) => ({ derivationId, ...input })),
    ...(previousKey === undefined ? [] : [{ derivationId, role: 'previous', key: previousKey }]),
  ]);
  if (!inputs.length) return;
  await tx.query(
    `INSERT INTO derivation_input (derivation_id, role, key, outcome_id)
     SELECT x.derivation_id, x.role, x.key, o.id
       FROM unnest($1::bigint[], $2::text[], $3::bytea[]) AS x (derivation_id, role, key) LEFT JOIN outcome o USING (key)
     ON CONFLICT DO NOTHING`,
    [inputs.map((input) => input.derivationId), inputs.map((input) => input.role), byteas(inputs.map((input) => input.key))],
  );
}
