import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, extname, isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Loader, PluginBuild } from 'esbuild';
import { foundInstead } from './found-instead.ts';
import { type SourceRecord, sha256Of } from './source-record.ts';
import { surroundings } from './surroundings.ts';

/** A source as JavaScript, with what it imports by whole addresses. */
export interface CompiledSource {
  /** Its local imports stand in it as `placeholder(path)`. */
  code: string;
  /** Local sources that it imports, which are to be compiled too. */
  imports: string[];
  /** What it was made of, without its imports. */
  record: SourceRecord;
}

/** Something that tsx can run and we can't compile beforehand with the same meaning. */
export class NotCompilable extends Error {}

/** What stands for a local import until its file has a name. */
export const placeholder = (path: string): string => `hopline-source:${sha256Of(path)}`;

/** Compiles one source that isn't ours to an ES module whose `import.meta` is the source's own, with its source map in it.
 *  @param ours the address of what a path of ours stands for in the running program: two copies of `defineStep` must not meet
 *  @throws NotCompilable, and what esbuild throws */
export async function compileSource(path: string, ours: (path: string) => string | undefined): Promise<CompiledSource> {
  const { build } = await import('esbuild');
  const source = readFileSync(path, 'utf8');
  const around = surroundings(path);
  if (around === null) throw new NotCompilable(`${path}: its tsconfig extends what isn't there`);
  assertPlain(path, source, isModule(path, around));
  const record: Record<string, string | null> = { ...around, [path]: sha256Of(source) };
  const imports = new Set<string>();
  const resolveImports = ({ onResolve, resolve: find, onLoad }: PluginBuild): void => {
    onLoad({ filter: /.*/ }, () => ({ contents: source, loader: loaders[extname(path)]! }));
    onResolve({ filter: /.*/ }, async ({ path: specifier, kind, importer, resolveDir, pluginData }) => {
      if (kind === 'entry-point' || pluginData === 'asked') return undefined;
      if (isBuiltin(specifier)) return { path: specifier, external: true };
      if (/^(data|https?):/.test(specifier)) return { path: specifier, external: true };
      const asked = specifier.startsWith('file:') ? fileURLToPath(specifier) : specifier;
      const { path: found, errors } = await find(asked, { kind, importer, resolveDir, pluginData: 'asked' });
      if (errors.length > 0 || !isAbsolute(found)) throw new NotCompilable(`${path}: ${specifier} isn't found`);
      Object.assign(record, foundInstead(asked, found, dirname(path)));
      const address = ours(found);
      if (address) return { path: address, external: true };
      if (isLocal(found)) {
        imports.add(found);
        return { path: placeholder(found), external: true };
      }
      Object.assign(record, assertIndependent(found, isModule(path, around)));
      return { path: pathToFileURL(found).href, external: true };
    });
  };
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    treeShaking: false,
    write: false,
    outdir: '/',
    format: 'esm',
    platform: 'node',
    target: `node${process.versions.node}`,
    mainFields: ['main'],
    keepNames: true,
    charset: 'utf8',
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    define: { 'import.meta': META },
    banner: { js: `const ${META} = ${JSON.stringify(metaOf(path))};` },
    logLevel: 'silent',
    plugins: [{ name: 'resolve-imports', setup: resolveImports }],
  });
  const [code, map] = ['.js', '.map'].map((end) => outputFiles.find((file) => file.path.endsWith(end))!.text);
  return { code: `${code}${mapComment(map!, path)}`, imports: [...imports], record };
}

const META = '__sourceMeta';

const metaOf = (path: string) => ({ url: pathToFileURL(path).href, dirname: dirname(path), filename: path });

/** What our compilation would not mean the same by. A text that only looks like it costs nothing but time. */
function assertPlain(path: string, source: string, declaredModule: boolean): void {
  const reasons: [boolean, string][] = [
    [!(extname(path) in loaders), 'a kind of file of its own'],
    [/\bimport\s*\((?!\s*(?:'[^'\n]*'|"[^"\n]*")\s*[,)])/.test(source), 'an import whose name is computed'],
    [/import\.meta\.(resolve|main|glob|hot|env)\b/.test(source), 'import.meta beyond the address'],
    [/(?<![.\w])require\s*[.(]|\bimport\s+\w+\s*=\s*require\b/.test(source), 'require'],
    [!declaredModule && /\b(__dirname|__filename|module\.exports|exports\.\w)/.test(source), 'CommonJS'],
  ];
  const reason = reasons.find(([applies]) => applies);
  if (reason) throw new NotCompilable(`${path}: ${reason[1]}`);
}

const loaders: Record<string, Loader> = { '.ts': 'ts', '.mts': 'ts', '.tsx': 'tsx' };

const isLocal = (path: string): boolean => !path.includes('/node_modules/') && extname(path) in loaders;

function isModule(path: string, around: SourceRecord): boolean {
  if (extname(path) === '.mts') return true;
  return Object.entries(around).some(
    ([name, digest]) =>
      digest !== null &&
      name.endsWith('package.json') &&
      (JSON.parse(readFileSync(name, 'utf8')) as { type?: string }).type === 'module',
  );
}

/** A file that isn't compiled is imported where it lies. It must not import what only the compiled ones find (us, TypeScript), and a file of
 *  CommonJS must not be imported by a source that would be CommonJS for tsx, which gives its default another meaning. */
function assertIndependent(found: string, importerIsModule: boolean): SourceRecord {
  const inPackage = found.includes('/node_modules/');
  const around = surroundings(found);
  if (!inPackage && !/\.(json|node|wasm)$/.test(found)) throw new NotCompilable(`${found}: JavaScript beside the sources`);
  if (/\.[mc]?tsx?$/.test(found)) throw new NotCompilable(`${found}: TypeScript in a package`);
  if (around === null) throw new NotCompilable(`${found}: its tsconfig extends what isn't there`);
  const description = Object.keys(around).find((name) => name.endsWith('package.json') && around[name] !== null);
  const text = description ? readFileSync(description, 'utf8') : '{}';
  const { type, dependencies, peerDependencies } = JSON.parse(text) as Record<string, Record<string, string> & string>;
  if (dependencies?.hopline || peerDependencies?.hopline) throw new NotCompilable(`${found}: a package that imports us`);
  if (!importerIsModule && type !== 'module' && extname(found) !== '.mjs')
    throw new NotCompilable(`${found}: CommonJS in CommonJS`);
  return around;
}

/** The map inside the code: stack traces name lines of the source. */
function mapComment(map: string, path: string): string {
  const named = JSON.stringify({ ...(JSON.parse(map) as object), sources: [pathToFileURL(path).href] });
  return `//# sourceMappingURL=data:application/json;base64,${Buffer.from(named).toString('base64')}\n`;
}
