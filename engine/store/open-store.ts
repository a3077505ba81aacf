import { fileURLToPath } from 'node:url';
import { HoplineError } from '../plan/errors.ts';
import { FileStore } from './file-store.ts';
import { s3Location } from './s3-location.ts';
import { S3Store } from './s3-store.ts';
import type { Store } from './store.ts';

/** The store at a URL, with the credentials of the environment. Opening touches nothing: what is wrong with it shows at the first put or
 *  get, or by `check`.
 *  @throws STORE_URL_UNSUPPORTED */
export function openStore(url: string, env: NodeJS.ProcessEnv = process.env): Store {
  if (url.startsWith('file:///')) return new FileStore(url, fileURLToPath(url));
  if (url.startsWith('s3://')) return new S3Store(url, s3Location(url), env);
  throw new HoplineError(
    'STORE_URL_UNSUPPORTED',
    `store.url must be file:///ABSOLUTE/PATH or s3://BUCKET/PREFIX, got ${url || 'nothing'}`,
    {
      hint: `STORE_URL=file:///var/lib/hopline/store`,
    },
  );
}
