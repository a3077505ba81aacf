import pg from 'pg';
import type { Db, Tx } from '../../engine/lineage/index.ts';
import type { AskedStatement } from './record-statements.ts';

/** How Postgres goes about a statement: with these values, or for any. A prepared statement comes to either after a while. */
export type PlanMode = 'custom' | 'generic';

export interface ExplainedStatement {
  name: string;
  mode: PlanMode;
  /** In the server. */
  ms: number;
  rows: number;
  /** Rows that scans looked at, also those that they did not let through. */
  looked: number;
  /** Pages of 8 KB, from memory or not. */
  buffers: number;
  /** `Index Scan sample_pkey`, each once. */
  scans: string[];
  /** Tables of which a scan read all rows. */
  wholeTables: string[];
}

/** Tables that grow with what runs make: no question about lineage may read all of one. */
export const GROWING_TABLES: readonly string[] = [
  'sample',
  'edge',
  'score',
  'node_sample',
  'node_score',
  'decision',
  'dataset_row',
  'derivation',
  'task',
];

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: PlanNode[];
}

/** Runs each statement again and tells its plan. Those without parameters are not prepared, so they have no generic one. */
export async function explainStatements(
  db: Db,
  statements: readonly AskedStatement[],
  modes: readonly PlanMode[] = ['custom', 'generic'],
): Promise<ExplainedStatement[]> {
  const explained: ExplainedStatement[] = [];
  for (const statement of statements)
    for (const mode of statement.values.length === 0 ? (['custom'] as const) : modes)
      explained.push(await db.transaction((tx) => explain(tx, statement, mode)));
  return explained;
}

const EXPLAIN = 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON)';

async function explain(tx: Tx, { name, sql, values }: AskedStatement, mode: PlanMode): Promise<ExplainedStatement> {
  await tx.query(`SET LOCAL plan_cache_mode = force_${mode}_plan`);
  if (values.length > 0) await tx.query(`PREPARE explained AS ${sql}`);
  const [row] = await tx.query<{ 'QUERY PLAN': { Plan: PlanNode; 'Execution Time': number }[] }>(
    values.length > 0 ? `${EXPLAIN} EXECUTE explained (${values.map(literal).join(', ')})` : `${EXPLAIN} ${sql}`,
  );
  if (values.length > 0) await tx.query('DEALLOCATE explained');
  const { Plan: root, 'Execution Time': ms } = row!['QUERY PLAN'][0]!;
  const scans = [...nodesOf(root)].filter(
    (node) => /Scan$/.test(node['Node Type']) && (node['Relation Name'] || node['Index Name']),
  );
  const seen = (node: PlanNode): number =>
    (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)) *
    node['Actual Loops'];
  return {
    name,
    mode,
    ms,
    rows: root['Actual Rows'],
    looked: Math.round(scans.reduce((sum, node) => sum + seen(node), 0)),
    buffers: root['Shared Hit Blocks'] + root['Shared Read Blocks'],
    scans: [...new Set(scans.map((node) => `${node['Node Type']} ${node['Index Name'] ?? node['Relation Name']}`))],
    wholeTables: [...new Set(scans.flatMap((node) => (node['Node Type'] === 'Seq Scan' ? (node['Relation Name'] ?? []) : [])))],
  };
}

function* nodesOf(node: PlanNode): Generator<PlanNode> {
  // What was never executed has looked at nothing.
  if (node['Actual Loops'] === 0) return;
  yield node;
  for (const child of node.Plans ?? []) yield* nodesOf(child);
}

/** A value as it is sent, written into the text of a statement. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (Buffer.isBuffer(value)) return `'\\x${value.toString('hex')}'`;
  if (value instanceof Date) return pg.escapeLiteral(value.toISOString());
  if (Array.isArray(value)) return pg.escapeLiteral(`{${value.map(element).join(',')}}`);
  return pg.escapeLiteral(String(value));
}

const element = (value: unknown): string =>
  value === null || value === undefined ? 'NULL' : `"${String(value).replace(/["\\]/g, '\\$&')}"`;
