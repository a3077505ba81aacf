import { register as registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { build } from './build.ts';
import { cacheFolder } from './cache-folder.ts';
import { compiledModule } from './compiled-modules.ts';
import { HOUSE } from './house.ts';

/** Imports a module that is known by its URL only: a project's configuration, a step's module. In a build the house's own modules come from
 *  it, and somebody else's TypeScript from what an earlier process has compiled; `import ... from 'hopline'` in it finds what is loaded
 *  already. What can't be compiled beforehand is left to tsx (0.2 s), in this process then all that follows too. */
export async function importModule(url: string): Promise<Record<string, unknown>> {
  if (build === null) return import(url);
  const address = ours(url);
  if (address) return import(address);
  if (!/\.[mc]?tsx?$/.test(url)) return import(url);
  return (await importCompiled(url)) ?? importByTsx(url);
}

/** The build's copy of a module of ours. */
function ours(url: string): string | undefined {
  const source = url.startsWith(HOUSE) ? url.slice(HOUSE.length) : '';
  return build!.entries.includes(source) ? builtUrl(source) : undefined;
}

const builtUrl = (source: string): string => `${HOUSE}${build!.folder}/${source.replace(/\.ts$/, '.js')}`;

/** What this process has from the cache. A source that changes meanwhile stays what it was, as an import always does. */
const fromCache = new Map<string, string>();

/** Null where it can't be: tsx finds out whether that is the project's mistake, and says so in the project's words. */
async function importCompiled(url: string): Promise<Record<string, unknown> | null> {
  const cache = cacheFolder();
  if (cache === null || compiling !== undefined) return null;
  try {
    if (!fromCache.has(url)) {
      const files = await compiledModule(url, { cache, ours: (path) => ours(pathToFileURL(path).href) });
      for (const [source, file] of files) if (!fromCache.has(source)) fromCache.set(source, file);
      process.setSourceMapsEnabled(true);
    }
    return await import(fromCache.get(url)!);
  } catch {
    return null;
  }
}

let compiling: Promise<void> | undefined;

function compileTypeScript(): Promise<void> {
  compiling ??= (async () => {
    (await import('tsx/esm/api')).register();
    const moved = Object.fromEntries(build!.entries.map((source) => [`${HOUSE}${source}`, builtUrl(source)]));
    registerHooks(`data:text/javascript,${encodeURIComponent(hooks)}`, { parentURL: HOUSE, data: moved });
  })();
  return compiling;
}

async function importByTsx(url: string): Promise<Record<string, unknown>> {
  await compileTypeScript();
  return import(url);
}

/** Whoever imports a source that is in the build gets the build: two copies of `defineStep` or HoplineError must not meet. */
const hooks = `let moved;
export const initialize = (data) => { moved = data; };
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  const built = moved[found.url.split('?')[0]];
  return built === undefined ? found : { url: built, format: 'module', shortCircuit: true };
}`;
