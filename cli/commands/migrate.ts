import { requireConnected } from '../../infra/supervisor/check-connected.ts';
import { checkDatabase } from '../../infra/supervisor/check-database.ts';
import { migrateDatabase } from '../../infra/supervisor/migrate-database.ts';
import type { CommandContext } from '../command-context.ts';

/** Applies the migrations that the database of DATABASE_URL lacks, all or none. */
export async function migrate(context: CommandContext): Promise<number> {
  const { databaseUrl } = requireConnected(context.env, context.cwd, ['DATABASE_URL']);
  await checkDatabase(databaseUrl);
  const { applied } = await migrateDatabase(databaseUrl);
  context.print(
    context.json ? JSON.stringify({ applied }) : `migrations applied: ${applied.join(', ') || 'none, it is up to date'}`,
  );
  return 0;
}
