/** The engine's migrations, loaded only when a database is there to migrate. */
export async function migrateDatabase(databaseUrl: string): Promise<{ applied: string[] }> {
  const { migrate } = await import('../../engine/lineage/migrate.ts');
  return migrate(databaseUrl);
}
