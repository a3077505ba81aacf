import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { sha256 } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import { openDb, type Tx } from './db.ts';

export interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

export interface AppliedRow {
  name: string;
  checksum: string;
  finished: boolean;
}

const MIGRATIONS = new URL('./migrations/', import.meta.url);

/** The lock that Prisma's own tools take, so that both exclude each other. */
const MIGRATION_LOCK = 72707369;

/** Applies the migrations that are missing, all in one transaction, and writes them down as `prisma migrate deploy` would.
 *  Needs no network. Safe to call from several processes at once.
 *  @throws DATABASE_FOREIGN, DATABASE_FORBIDDEN, MIGRATION_UNKNOWN, MIGRATION_UNRECORDED, MIGRATION_CHANGED, MIGRATION_FAILED; nothing is
 *  changed then. */
export async function migrate(databaseUrl: string, folder = MIGRATIONS): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder);
  const db = openDb(databaseUrl, { max: 1 });
  try {
    return await db.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
      const recorded = await appliedMigrations(tx);
      if (recorded === null) await tx.query(MIGRATIONS_TABLE);
      const applied = recorded ?? [];
      assertOurs(migrations, applied);
      const missing = migrations.slice(applied.length);
      for (const migration of missing) await apply(tx, migration);
      return { applied: missing.map(({ name }) => name) };
    });
  } finally {
    await db.close();
  }
}

export async function readMigrations(folder = MIGRATIONS): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(new URL(`${name}/migration.sql`, folder), 'utf8');
      return { name, sql, checksum: sha256(sql) };
    }),
  );
}

/** What a database says was applied to it; null for an empty one. Asks the catalogue: the information schema hides the tables that the user
 *  may not use. @throws DATABASE_FOREIGN for one with the tables of something else */
export async function appliedMigrations(tx: Tx): Promise<AppliedRow[] | null> {
  const tables = await tx.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_catalog.pg_tables WHERE schemaname = current_schema() ORDER BY tablename`,
  );
  if (tables.some(({ name }) => name === '_prisma_migrations')) {
    return tx.query(
      `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
         FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name`,
    );
  }
  if (tables.length === 0) return null;
  const names = tables.map(({ name }) => name);
  throw new HoplineError(
    'DATABASE_FOREIGN',
    `DATABASE_URL must name a database of Hopline's own, got one with ${names.slice(0, 3).join(', ')}`,
    {
      hint: 'createdb hopline, and set DATABASE_URL to it',
    },
  );
}

/** @throws MIGRATION_UNKNOWN, MIGRATION_UNRECORDED, MIGRATION_FAILED, MIGRATION_CHANGED */
export function assertOurs(migrations: Migration[], applied: AppliedRow[]): void {
  applied.forEach((row, index) => {
    const ours = migrations[index];
    if (ours && ours.name !== row.name && migrations.some(({ name }) => name === row.name))
      throw unrecorded(ours.name, `a record of ${row.name}, which comes after it`);
    if (ours?.name !== row.name) {
      throw new HoplineError(
        'MIGRATION_UNKNOWN',
        `the database must not be newer than this Hopline, got migration "${row.name}"`,
        {
          hint: 'upgrade Hopline, or set DATABASE_URL to another database',
        },
      );
    }
    if (!row.finished) {
      throw new HoplineError('MIGRATION_FAILED', `migration "${row.name}" must have been applied whole, got a broken one`, {
        hint: `undo what it did, then: npx prisma migrate resolve --rolled-back ${row.name}`,
      });
    }
    if (ours.checksum !== row.checksum) {
      throw new HoplineError('MIGRATION_CHANGED', `migration "${row.name}" must be as it was applied, got other text`, {
        hint: 'restore engine/lineage/migrations and put the change into a new migration',
      });
    }
  });
}

async function apply(tx: Tx, migration: Migration): Promise<void> {
  await tx.query(migration.sql).catch((error: unknown) => {
    throw applyFailed(migration.name, error);
  });
  await tx.query(
    `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
     VALUES ($1, $2, clock_timestamp(), $3, now(), 1)`,
    [randomUUID(), migration.checksum, migration.name],
  );
}

/** What Postgres says of a table, column, function or other object that is there already. */
const EXISTS = new Set(['42P07', '42701', '42710', '42723', '42P06']);

function applyFailed(name: string, error: unknown): unknown {
  const { code, message } = error as { code?: unknown; message?: string };
  // Our own are named already; what Postgres says has five signs.
  if (error instanceof HoplineError || typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) return error;
  if (EXISTS.has(code)) return unrecorded(name, String(message));
  return new HoplineError('MIGRATION_FAILED', `migration "${name}" must apply, got: ${message}`, {
    hint: 'nothing was changed; mend what is named, then: hopline migrate',
    cause: error,
  });
}

const unrecorded = (name: string, got: string): HoplineError =>
  new HoplineError(
    'MIGRATION_UNRECORDED',
    `migration "${name}" must stand in _prisma_migrations where the database has it, got: ${got}`,
    {
      hint: `put the row back from a backup; or, when all of the migration is there: npx prisma migrate resolve --applied ${name}`,
    },
  );

const MIGRATIONS_TABLE = `
  CREATE TABLE _prisma_migrations (
    id varchar(36) PRIMARY KEY NOT NULL,
    checksum varchar(64) NOT NULL,
    finished_at timestamptz,
    migration_name varchar(255) NOT NULL,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz NOT NULL DEFAULT now(),
    applied_steps_count integer NOT NULL DEFAULT 0
  )`;
