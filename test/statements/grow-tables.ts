import type { Db } from '../../engine/lineage/index.ts';

export interface Grown {
  /** A real sample with a child for every text, and a sample with every text as its parent. */
  root: string;
  child: string;
  tokenId: string;
  model: { name: string; digest: string };
}

/** Fills what a run alone doesn't fill: lists of the instance, and of the run whatever its page shows. Rows that are there count. */
export async function growTables(
  db: Db,
  { runId, verifying, rows }: { runId: string; verifying: string; rows: number },
): Promise<Grown> {
  const series = (table: string): string => `generate_series((SELECT count(*) FROM ${table}) + 1, $1::int) AS i`;
  const digest = `sha256(convert_to('grown ' || i, 'UTF8'))`;
  const ofNode = (table: string): string => `JOIN ${table} m ON m.node_id = n.id WHERE n.run_id = $1`;
  const run = (sql: string, ...values: unknown[]) => db.query(sql, values);

  await run(
    `INSERT INTO worker (name, host, pid, build_id, devices, resources)
     SELECT 'elsewhere/' || i, 'elsewhere', i, 'build', '{cpu:0}', '{cpu}' FROM ${series('worker')}`,
    rows,
  );
  await run(
    `INSERT INTO worker_activity (task_token, worker, workflow_id, activity)
     SELECT convert_to(name, 'UTF8'), name, 'run/none', 'generate' FROM worker WHERE host = 'elsewhere' ON CONFLICT DO NOTHING`,
  );
  await run(`INSERT INTO token (name, hash, scopes) SELECT 'token ' || i, ${digest}, '{read}' FROM ${series('token')}`, rows);
  await run(
    `INSERT INTO dataset (name, digest, reader, params, rows) SELECT 'grown ' || i, ${digest}, 'none', '{}', 0 FROM ${series('dataset')}`,
    rows,
  );
  await run(
    `INSERT INTO model (name, digest, adapter, files, source, size)
     SELECT 'grown ' || i, ${digest}, 'none', '{}', 'a test', 0 FROM ${series('model')}`,
    rows,
  );
  await run(
    `INSERT INTO run_execution (run_id, number, reason, code_revision, environment)
     SELECT $2, i, 'resumed', 'test', '{}' FROM generate_series(1, $1::int - 1) AS i`,
    rows,
    runId,
  );
  await run(
    `INSERT INTO metric (outcome_id, name, slice, value)
     SELECT m.outcome_id, 'metric ' || i, 'all', i FROM generate_series(1, $2::int) AS i, node n ${ofNode('node_outcome')} AND n.kind = 'reduce'`,
    runId,
    rows,
  );
  // A cause is what is left of a reason without its numbers.
  await run(
    `UPDATE sample SET failed = 'broken by ' || translate(id::text, '0123456789', 'abcdefghij')
      WHERE failed IS NOT NULL AND id IN (SELECT m.sample_id FROM node n ${ofNode('node_sample')})`,
    runId,
  );
  await run(
    `UPDATE verification SET outcome = 'mismatch' WHERE id IN (SELECT id FROM verification WHERE run_id = $1 ORDER BY id LIMIT $2)`,
    verifying,
    rows,
  );
  const pick = async (node: string): Promise<{ id: number; key: string }> =>
    (
      await db.query<{ id: number; key: string }>(
        `SELECT s.id, encode(s.key, 'hex') AS key FROM node n JOIN node_sample m ON m.node_id = n.id JOIN sample s ON s.id = m.sample_id
          WHERE n.run_id = $1 AND n.name = $2 AND s.failed IS NULL ORDER BY m.ordinal LIMIT 1`,
        [runId, node],
      )
    )[0]!;
  const [root, child] = [await pick('texts'), await pick('second')];
  await run(
    `INSERT INTO edge (child_id, parent_id, role, ordinal)
     SELECT m.sample_id, $2, 'hub', 1 FROM node n ${ofNode('node_sample')} AND n.name = 'first' ON CONFLICT DO NOTHING`,
    runId,
    root.id,
  );
  await run(
    `INSERT INTO edge (child_id, parent_id, role, ordinal)
     SELECT $2, m.sample_id, 'hub', 1 FROM node n ${ofNode('node_sample')} AND n.name = 'texts' ON CONFLICT DO NOTHING`,
    runId,
    child.id,
  );
  const [model] = await db.query<Grown['model']>(
    `SELECT name, encode(digest, 'hex') AS digest FROM model ORDER BY id DESC LIMIT 1`,
  );
  const [token] = await db.query<{ id: number }>('SELECT max(id) AS id FROM token');
  return { root: root.key, child: child.key, tokenId: String(token!.id), model: model! };
}
