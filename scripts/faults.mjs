import { pathToFileURL } from 'node:url';
import { inHouse } from './house.mjs';
import { setUp } from './setup.mjs';

/** `npm run faults -- --kills 200 --seed 7`: set-up, then the fault programme. */
setUp();
const { register } = await import('tsx/esm/api');
register();
process.argv = [process.execPath, inHouse('bench/faults/index.ts'), ...process.argv.slice(2)];
await import(pathToFileURL(inHouse('bench/faults/index.ts')).href);
