import { register as registerHooks } from 'node:module';
import { build } from './build.ts';
import { HOUSE } from './house.ts';

/** Imports a module that is known by its URL only: a project's configuration, a step's module. In a build the house's own modules come from
 *  it; the first TypeScript of somebody else brings tsx in (0.2 s), and its `import ... from 'hopline'` finds what is loaded already. */
export async function importModule(url: string): Promise<Record<string, unknown>> {
  if (build === null) return import(url);
  const source = url.startsWith(HOUSE) ? url.slice(HOUSE.length) : '';
  if (build.entries.includes(source)) return import(builtUrl(source));
  if (/\.[mc]?tsx?$/.test(url)) await compileTypeScript();
  return import(url);
}

const builtUrl = (source: string): string => `${HOUSE}${build!.folder}/${source.replace(/\.ts$/, '.js')}`;

let compiling: Promise<void> | undefined;

function compileTypeScript(): Promise<void> {
  compiling ??= (async () => {
    (await import('tsx/esm/api')).register();
    const moved = Object.fromEntries(build!.entries.map((source) => [`${HOUSE}${source}`, builtUrl(source)]));
    registerHooks(`data:text/javascript,${encodeURIComponent(hooks)}`, { parentURL: HOUSE, data: moved });
  })();
  return compiling;
}

/** Whoever imports a source that is in the build gets the build: two copies of `defineStep` or HoplineError must not meet. */
const hooks = `let moved;
export const initialize = (data) => { moved = data; };
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  const built = moved[found.url.split('?')[0]];
  return built === undefined ? found : { url: built, format: 'module', shortCircuit: true };
}`;
