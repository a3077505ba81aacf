import type { Budget, Granted } from '../compute/permits/budget.ts';
import { type BudgetState, grantPermits, settlePermit } from '../compute/permits/grant-permits.ts';
import type { PermitAsk } from '../plan/permit.ts';
import { bytea } from './column-values.ts';
import type { Db, Tx } from './db.ts';

/** Limits that all workers of a database share. Whoever asks locks the row of the key, so grants come one after the other; the clock is the
 *  database's. A holder that dies keeps its permits until they expire.
 *  @param holder who asks, for whoever looks into the table */
export function openBudget(db: Db, holder: string): Budget {
  return {
    grant: (asks) => db.transaction((tx) => grant(tx, holder, asks)),
    end: (id, ask, end) =>
      db.transaction(async (tx) => {
        await tx.query('DELETE FROM budget_permit WHERE id = $1', [id]);
        if (!end.used && !end.pause) return;
        const state = await lockState(tx, ask);
        await saveState(tx, ask, settlePermit(state, ask, end));
      }),
  };
}

async function grant(tx: Tx, holder: string, asks: readonly PermitAsk[]): Promise<{ granted: Granted[]; wait: number | null }> {
  const [first] = asks;
  if (!first) return { granted: [], wait: null };
  await tx.query('INSERT INTO budget (key) VALUES ($1) ON CONFLICT (key) DO NOTHING', [bytea(first.key)]);
  const state = await lockState(tx, first);
  const { delays, nextAt, wait } = grantPermits(state, asks);
  if (delays.length === 0) return { granted: [], wait };
  const rows = await tx.query<{ id: number }>(
    `INSERT INTO budget_permit (key, holder, expires_at)
     SELECT $1, $2, to_timestamp(expiry) FROM unnest($3::float8[]) WITH ORDINALITY AS e (expiry, place) ORDER BY place RETURNING id`,
    [bytea(first.key), holder, delays.map((delay, index) => state.now + delay + asks[index]!.seconds)],
  );
  await saveState(tx, first, { ...state, nextAt });
  return { granted: rows.map(({ id }, index) => ({ id, delay: delays[index]! })), wait };
}

/** Takes the key for this transaction, and drops what has expired. */
async function lockState(tx: Tx, { key }: PermitAsk): Promise<BudgetState> {
  await tx.query('SELECT 1 FROM budget WHERE key = $1 FOR UPDATE', [bytea(key)]);
  await tx.query('DELETE FROM budget_permit WHERE key = $1 AND expires_at <= clock_timestamp()', [bytea(key)]);
  const [state] = await tx.query<BudgetState>(
    `SELECT extract(epoch FROM clock_timestamp())::float8 AS now, (SELECT count(*) FROM budget_permit WHERE key = $1)::int AS out,
            extract(epoch FROM paused_until)::float8 AS "pausedUntil", next_at AS "nextAt" FROM budget WHERE key = $1`,
    [bytea(key)],
  );
  return state!;
}

async function saveState(tx: Tx, { key }: PermitAsk, state: Pick<BudgetState, 'pausedUntil' | 'nextAt'>): Promise<void> {
  await tx.query(`UPDATE budget SET paused_until = to_timestamp($2::float8), next_at = $3 WHERE key = $1`, [
    bytea(key),
    state.pausedUntil,
    JSON.stringify(state.nextAt),
  ]);
}
