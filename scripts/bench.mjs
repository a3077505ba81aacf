import { existsSync, readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { inHouse } from './house.mjs';
import { setUp } from './setup.mjs';

/** `npm run bench -- NAME [its arguments]`: set-up, then `bench/NAME/index.ts` or `bench/NAME.ts`, which print one JSON object a line. */
const [name = '', ...args] = process.argv.slice(2);
const entry = [`bench/${name}/index.ts`, `bench/${name}.ts`].find((path) => /^[\w-]+$/.test(name) && existsSync(inHouse(path)));
if (!entry) {
  process.stderr.write(
    `error[BENCH_UNKNOWN] bench must be one of ${names().join(', ') || '(none)'}, got: ${name || 'nothing'}\nhint: npm run bench -- ${names()[0] ?? 'NAME'}\n`,
  );
  process.exit(2);
}
setUp();
process.argv = [process.execPath, inHouse(entry), ...args];
const { register } = await import('tsx/esm/api');
register();
await import(pathToFileURL(inHouse(entry)).href);

function names() {
  if (!existsSync(inHouse('bench'))) return [];
  const entries = readdirSync(inHouse('bench'), { withFileTypes: true });
  const isBench = (/** @type {import('node:fs').Dirent} */ found) =>
    found.isDirectory() ? existsSync(inHouse('bench', found.name, 'index.ts')) : /^[\w-]+\.ts$/.test(found.name);
  return entries.filter(isBench).map((found) => found.name.replace(/\.ts$/, ''));
}
