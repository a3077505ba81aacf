import { checkMigrations } from '../../engine/lineage/check-migrations.ts';
import { HoplineError } from '../../engine/plan/errors.ts';
import { checkStore } from '../../engine/store/check-store.ts';
import { type HoplineConfig, resolveConfig } from '../config.ts';
import { checkDatabase } from './check-database.ts';
import { checkTemporal } from './check-temporal.ts';

/** What a worker or API server of the connected mode can't be without. */
export type ConnectedConfig = HoplineConfig & { databaseUrl: string; temporalAddress: string };

const REQUIRED = ['DATABASE_URL', 'TEMPORAL_ADDRESS', 'STORE_URL'] as const;

/** The configuration, with nothing embedded. @throws CONFIG_MISSING, CONFIG_INVALID */
export function requireConnected(
  env: NodeJS.ProcessEnv,
  cwd: string,
  names: readonly (typeof REQUIRED)[number][] = REQUIRED,
): ConnectedConfig {
  const config = resolveConfig(env, cwd);
  const missing = names.find((name) => !env[name]?.trim());
  if (missing === undefined) return config as ConnectedConfig;
  throw new HoplineError('CONFIG_MISSING', `${missing} must be set in connected mode, got nothing`, {
    hint: 'hopline up starts everything itself',
  });
}

/** Proves, before anything starts, that database, Temporal and store are there and can be used. Changes nothing.
 *  @throws DATABASE_*, MIGRATION*, TEMPORAL_*, STORE_* */
export async function checkConnected(config: ConnectedConfig, env: NodeJS.ProcessEnv): Promise<void> {
  await checkDatabase(config.databaseUrl);
  await checkMigrations(config.databaseUrl);
  await checkTemporal(config.temporalAddress, config.temporalNamespace);
  await checkStore(config.storeUrl, env);
}
