import { pathToFileURL } from 'node:url';
import { inHouse } from './house.mjs';
import { setUp } from './setup.mjs';

/** `npm run parity -- --fixtures DIR` (default `$HOPLINE_SHARED/fixtures`): set-up, then every folder of reference numbers under DIR is
 *  found by its files and compared with what our models give. Ends with `N passed, N failed`; exit code 1 when something failed. */
setUp();
const { register } = await import('tsx/esm/api');
register();
await import(pathToFileURL(inHouse('test/parity/index.ts')).href);
