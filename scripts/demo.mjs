import { inHouse } from './house.mjs';
import { setUp } from './setup.mjs';

/** `npm run demo [-- --exit]`: set-up, then `hopline demo` in this very process, so that Ctrl-C reaches it. */
setUp();
process.argv = [process.execPath, inHouse('bin/hopline.js'), 'demo', ...process.argv.slice(2)];
await import('../bin/hopline.js');
