import type { Db } from '../../engine/lineage/index.ts';

/** What the parts of the bench work on. */
export interface Scene {
  db: Db;
  databaseUrl: string;
  api: { url: string; pid: number };
}
