import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readCached, writeCached } from './cache-folder.ts';
import { type CompiledSource, compileSource, placeholder } from './compile-source.ts';
import { isUnchanged, isUnsettled, type SourceRecord, sha256Of } from './source-record.ts';

/** A source with all that it reaches, compiled. */
interface CompiledModule {
  /** Sources that are compiled, by URL, with the names of their files in the cache. The module itself is among them. */
  files: Record<string, string>;
  /** What all of them were made of. */
  record: SourceRecord;
}

export interface CompileOptions {
  /** See `cacheFolder`. */
  cache: string;
  /** See `compileSource`. */
  ours: (path: string) => string | undefined;
}

/** The files that a source and all that it reaches are compiled to, as URLs by the URLs of their sources; compiled anew where one of them has
 *  changed. A file is named by its source and the content of everything that it reaches: the same module has the same file, whichever was
 *  asked for first, and a process that runs an older one never meets a newer.
 *  @throws NotCompilable, what esbuild throws, and what the disk throws */
export async function compiledModule(url: string, options: CompileOptions): Promise<ReadonlyMap<string, string>> {
  const { cache } = options;
  const known = readCached<CompiledModule>(cache, manifestOf(url));
  const isThere = ({ files }: CompiledModule) => Object.values(files).every((name) => existsSync(join(cache, 'modules', name)));
  const { files } = known && isThere(known) && isUnchanged(known.record) ? known : await compile(url, options);
  return new Map(Object.entries(files).map(([source, name]) => [source, pathToFileURL(join(cache, 'modules', name)).href]));
}

const manifestOf = (url: string): string => `sources/${sha256Of(url)}.json`;

async function compile(url: string, { cache, ours }: CompileOptions): Promise<CompiledModule> {
  const began = Date.now();
  const sources = new Map<string, CompiledSource>();
  const wanted = [fileURLToPath(url)];
  for (let path = wanted.pop(); path !== undefined; path = wanted.pop()) {
    if (sources.has(path)) continue;
    const source = await compileSource(path, ours);
    sources.set(path, source);
    wanted.push(...source.imports);
  }
  const names = new Map<string, string>();
  for (const path of sources.keys()) {
    const made = [...reach(path, sources)].map((reached) => [reached, sources.get(reached)!.code]);
    names.set(path, `${basename(path).replace(/\.\w+$/, '')}-${sha256Of(JSON.stringify([path, made])).slice(0, 24)}.mjs`);
  }
  for (const [path, { code, imports }] of sources) {
    const linked = imports.reduce((text, to) => text.replaceAll(placeholder(to), `./${names.get(to)}`), code);
    writeCached(cache, `modules/${names.get(path)}`, linked);
  }
  const modules = [...sources.keys()].map((path) => moduleAt(path, sources, names));
  for (const [path, module] of modules)
    if (!isUnsettled(module.record, began)) writeCached(cache, manifestOf(path), JSON.stringify(module));
  return modules[0]![1];
}

/** The source and all that it imports, near and far, in the order of their paths. */
function reach(path: string, sources: ReadonlyMap<string, CompiledSource>, reached = new Set<string>()): string[] {
  if (!reached.has(path)) {
    reached.add(path);
    for (const next of sources.get(path)!.imports) reach(next, sources, reached);
  }
  return [...reached].sort();
}

function moduleAt(
  path: string,
  sources: ReadonlyMap<string, CompiledSource>,
  names: ReadonlyMap<string, string>,
): [url: string, module: CompiledModule] {
  const reached = reach(path, sources);
  const files = Object.fromEntries(reached.map((source) => [pathToFileURL(source).href, names.get(source)!]));
  const record = Object.assign({}, ...reached.map((source) => sources.get(source)!.record)) as SourceRecord;
  return [pathToFileURL(path).href, { files, record }];
}
