import { fileURLToPath } from 'node:url';
import { HoplineError } from '../plan/errors.ts';
import { FileStore } from './file-store.ts';
import type { Store } from './store.ts';

/** The store at a URL. Opening touches nothing: what is wrong with it shows at the first put or get.
 *  @throws STORE_URL_UNSUPPORTED */
export function openStore(url: string): Store {
  if (url.startsWith('file:///')) return new FileStore(url, fileURLToPath(url));
  throw new HoplineError('STORE_URL_UNSUPPORTED', `store.url must be file:///ABSOLUTE/PATH, got ${url || 'nothing'}`, {
    hint: `STORE_URL=file:///var/lib/hopline/store`,
  });
}
