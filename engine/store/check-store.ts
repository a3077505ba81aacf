import { openStore } from './open-store.ts';
import type { Store } from './store.ts';

/** Opens the store at a URL and looks whether it can be read and written: what services do when they start, so that a wrong STORE_URL or
 *  missing credentials show before a run depends on them.
 *  @throws STORE_URL_UNSUPPORTED, STORE_CREDENTIALS_MISSING, STORE_BUCKET_MISSING, STORE_REGION_WRONG, STORE_UNREADABLE, STORE_READ_ONLY,
 *  STORE_NOT_A_FOLDER; STORE_FULL and STORE_UNREACHABLE, which alone may pass by themselves */
export async function checkStore(url: string, env: NodeJS.ProcessEnv = process.env): Promise<Store> {
  const store = openStore(url, env);
  await store.check();
  return store;
}
