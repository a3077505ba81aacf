import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { sha256 } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import { openDb, type Tx } from './db.ts';

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

interface AppliedRow {
  name: string;
  checksum: string;
  finished: boolean;
}

/** The lock that Prisma's own tools take, so that both exclude each other. */
const MIGRATION_LOCK = 72707369;

/** Applies the migrations that are missing, all in one transaction, and writes them down as `prisma migrate deploy` would.
 *  Needs no network. Safe to call from several processes at once.
 *  @throws DATABASE_FOREIGN, MIGRATION_UNKNOWN, MIGRATION_CHANGED, MIGRATION_FAILED; nothing is changed then. */
export async function migrate(
  databaseUrl: string,
  folder = new URL('./migrations/', import.meta.url),
): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder);
  const db = openDb(databaseUrl, { max: 1 });
  try {
    return await db.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
      const applied = await readApplied(tx);
      assertOurs(migrations, applied);
      const missing = migrations.slice(applied.length);
      for (const migration of missing) await apply(tx, migration);
      return { applied: missing.map(({ name }) => name) };
    });
  } finally {
    await db.close();
  }
}

async function readMigrations(folder: URL): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(new URL(`${name}/migration.sql`, folder), 'utf8');
      return { name, sql, checksum: sha256(sql) };
    }),
  );
}

async function readApplied(tx: Tx): Promise<AppliedRow[]> {
  const tables = await tx.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY table_name`,
  );
  if (tables.some(({ name }) => name === '_prisma_migrations')) {
    return tx.query(
      `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
         FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name`,
    );
  }
  if (tables.length) {
    const names = tables.map(({ name }) => name);
    throw new HoplineError(
      'DATABASE_FOREIGN',
      `DATABASE_URL must name a database of Hopline's own, got one with ${names.slice(0, 3).join(', ')}`,
      {
        hint: 'createdb hopline, and set DATABASE_URL to it',
      },
    );
  }
  await tx.query(MIGRATIONS_TABLE);
  return [];
}

function assertOurs(migrations: Migration[], applied: AppliedRow[]): void {
  applied.forEach((row, index) => {
    const ours = migrations[index];
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
  await tx.query(migration.sql);
  await tx.query(
    `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
     VALUES ($1, $2, clock_timestamp(), $3, now(), 1)`,
    [randomUUID(), migration.checksum, migration.name],
  );
}

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
