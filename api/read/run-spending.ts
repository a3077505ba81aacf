import type { Tx } from '../../engine/lineage/index.ts';
import { byRun } from '../../engine/lineage/run-progress.ts';
import { type Visibility, visibleRun } from '../../engine/lineage/visibility.ts';

/** What the things of one node say that they took, of those with a receipt. Sums of what was told; null where nothing was. */
export interface Spending {
  /** Things with a receipt, also failed ones. */
  items: number;
  requests: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  /** By currency; empty where no price is known. */
  costs: readonly Cost[];
}

export interface Cost {
  /** null where the receipts name none. */
  currency: string | null;
  amount: number;
}

type SpendingRow = Omit<Spending, 'costs'> & { runId: string; node: string; currency: string | null; cost: number | null };

/** What runs were told that their own tasks took, by run and node; runs and nodes without receipts are missing. Receipts are a step's own words:
 *  what is no number is not counted. Decimal sums, so that a thousand times 0.04 is 40. */
export async function runSpending(
  db: Tx,
  runIds: readonly string[],
  visibility: Visibility,
): Promise<Map<string, ReadonlyMap<string, Spending>>> {
  const number = (name: string): string =>
    `sum(CASE WHEN jsonb_typeof(r.receipt->'${name}') = 'number' THEN (r.receipt->>'${name}')::numeric END)::float8`;
  const rows = await db.query<SpendingRow>(
    `SELECT d.run_id AS "runId", d.node, r.receipt->>'currency' AS currency, count(*)::int AS items, ${number('requests')} AS requests,
            ${number('inputTokens')} AS "inputTokens", ${number('outputTokens')} AS "outputTokens", ${number('cost')} AS cost
       FROM derivation d JOIN receipt r ON r.derivation_id = d.id
      WHERE d.run_id = ANY ($1::text[]) AND ${visibleRun('d.run_id', 2)}
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    [runIds, visibility],
  );
  return new Map([...byRun(rows)].map(([runId, own]) => [runId, byNode(own)]));
}

function byNode(rows: readonly Omit<SpendingRow, 'runId'>[]): Map<string, Spending> {
  const nodes = new Map<string, Spending>();
  for (const { node, currency, cost, ...counted } of rows) {
    const spent = { ...counted, costs: cost === null ? [] : [{ currency, amount: cost }] };
    const known = nodes.get(node);
    nodes.set(node, known ? sumOf([known, spent]) : spent);
  }
  return nodes;
}

/** Of several nodes, or of one in several currencies. */
export function sumOf(all: readonly Spending[]): Spending {
  const amounts = new Map<string | null, number>();
  for (const { currency, amount } of all.flatMap(({ costs }) => costs))
    amounts.set(currency, (amounts.get(currency) ?? 0) + amount);
  const sum = (of: 'requests' | 'inputTokens' | 'outputTokens'): number | null => {
    const told = all.flatMap((spent) => spent[of] ?? []);
    return told.length === 0 ? null : told.reduce((total, value) => total + value, 0);
  };
  return {
    items: all.reduce((total, { items }) => total + items, 0),
    requests: sum('requests'),
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    // Twelve digits, as a receipt's own cost: what is behind them is the adding's.
    costs: [...amounts].map(([currency, amount]) => ({ currency, amount: Number(amount.toPrecision(12)) })),
  };
}
