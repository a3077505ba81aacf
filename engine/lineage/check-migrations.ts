import { HoplineError } from '../plan/errors.ts';
import { openDb, type Tx } from './db.ts';
import { appliedMigrations, assertOurs, readMigrations } from './migrate.ts';

/** Proves that a database has this Hopline's migrations, all of them and no others, and that the user may work with it. Changes nothing.
 *  @throws MIGRATIONS_MISSING for an older or empty database; DATABASE_FOREIGN, MIGRATION_UNKNOWN, MIGRATION_CHANGED, MIGRATION_FAILED,
 *  DATABASE_FORBIDDEN */
export async function checkMigrations(databaseUrl: string, folder?: URL): Promise<void> {
  const migrations = await readMigrations(folder);
  const db = openDb(databaseUrl, { max: 1 });
  try {
    const applied = await appliedMigrations(db);
    assertOurs(migrations, applied ?? []);
    const missing = migrations.slice(applied?.length ?? 0).map(({ name }) => name);
    if (missing.length > 0)
      throw new HoplineError(
        'MIGRATIONS_MISSING',
        `the database of DATABASE_URL must have the migrations ${missing.join(', ')}, got ${applied?.at(-1)?.name ?? 'an empty one'}`,
        { hint: 'hopline migrate' },
      );
    await assertAllowed(db);
  } finally {
    await db.close();
  }
}

/** Whoever works writes to every table. */
async function assertAllowed(db: Tx): Promise<void> {
  const barred = await db.query<{ name: string; user: string }>(
    `SELECT relname AS name, current_user AS user FROM pg_catalog.pg_class c
      WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname <> '_prisma_migrations'
        AND NOT (has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
                 AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'))
      ORDER BY relname`,
  );
  const [first] = barred;
  if (!first) return;
  throw new HoplineError(
    'DATABASE_FORBIDDEN',
    `DATABASE_URL must name a user that may read and write every table, got ${first.user}, who may not use ${first.name}${barred.length > 1 ? ` and ${barred.length - 1} more` : ''}`,
    { hint: `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${first.user}` },
  );
}
