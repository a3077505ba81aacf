import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildResult, Metafile } from 'esbuild';
import { type Digest, sha256 } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import { cacheFolder } from '../program/cache-folder.ts';
import { importModule } from '../program/import-module.ts';
import { bundlePlugin } from './code-bundle-plugin.ts';
import { findDigest, keepDigest } from './kept-digest.ts';

interface Remembered {
  digest: Digest;
  /** What the files looked like that the bundle was made of. */
  stamps: Map<string, string>;
}

const remembered = new Map<string, Promise<Remembered>>();

/** The digest of a step's compiled code: the step and every local function that it reaches, without comments, blanks, types and paths.
 *  Packages count by name only. Bundled anew only when one of the files has changed, also since an earlier process has bundled it.
 *  @throws STEP_MISSING, STEP_IMPORT_FAILED */
export async function codeDigest(step: { module: string; name: string }, cache = cacheFolder()): Promise<Digest> {
  // A module without a file is its own code.
  if (!step.module.startsWith('file:')) return sha256(step.module);
  const id = `${step.module} ${step.name}`;
  const before = await remembered.get(id)?.catch(() => undefined);
  if (before && (await isCurrent(before))) return before.digest;
  const fresh = knownOrBundled(step, cache);
  remembered.set(id, fresh);
  return (await fresh).digest;
}

async function knownOrBundled(step: { module: string; name: string }, cache: string | null): Promise<Remembered> {
  const found = cache === null ? undefined : findDigest(cache, step);
  return found ? withStamps(found.digest, found.files) : digestBundle(step, cache);
}

async function digestBundle(step: { module: string; name: string }, cache: string | null): Promise<Remembered> {
  const path = fileURLToPath(step.module);
  const name = await exportName(step);
  const { outputFiles, metafile } = await bundle(path, name, true).catch(() => bundle(path, name, false));
  const digest = sha256(outputFiles[0]!.contents);
  if (cache !== null) keepDigest(cache, step, { digest, metafile, folder: dirname(path) });
  return withStamps(digest, localFiles(metafile, dirname(path)));
}

async function withStamps(digest: Digest, files: readonly string[]): Promise<Remembered> {
  const stamps = new Map<string, string>();
  for (const file of files) stamps.set(file, await stampOf(file));
  return { digest, stamps };
}

/** Only the step's export is kept; the plugin lets the others fall away. */
async function bundle(
  path: string,
  name: string,
  mark: boolean,
): Promise<BuildResult<{ metafile: true; write: false; outdir: string }>> {
  const { build } = await import('esbuild');
  return build({
    stdin: { contents: `export { ${name} as step } from './${path.split('/').at(-1)}'`, resolveDir: dirname(path), loader: 'ts' },
    absWorkingDir: dirname(path),
    bundle: true,
    packages: 'external',
    treeShaking: true,
    minifyWhitespace: true,
    legalComments: 'none',
    // A constant: reading a property might have a side effect, and a neighbour that reads it could not be dropped.
    define: { 'import.meta.url': '"file:step"' },
    platform: 'node',
    format: 'esm',
    target: 'es2023',
    charset: 'utf8',
    outdir: '/',
    write: false,
    metafile: true,
    logLevel: 'silent',
    plugins: [bundlePlugin({ mark })],
  }).catch((error: unknown) => {
    const reason = error instanceof Error ? (error.message.split('\n')[1] ?? error.message) : String(error);
    throw new HoplineError('STEP_IMPORT_FAILED', `step.module must compile, got ${reason} from ${path}`, { cause: error });
  });
}

async function exportName({ module, name }: { module: string; name: string }): Promise<string> {
  const exported = await importModule(module);
  const found = Object.entries(exported).find(
    ([, value]) => typeof value === 'object' && value !== null && 'kind' in value && 'name' in value && value.name === name,
  );
  if (found) return found[0];
  throw new HoplineError('STEP_MISSING', `step.module must export the step "${name}", got ${module} without it`);
}

function localFiles({ inputs }: Metafile, folder: string): string[] {
  return Object.keys(inputs)
    .filter((input) => input !== '<stdin>')
    .map((input) => resolve(folder, input));
}

async function isCurrent({ stamps }: Remembered): Promise<boolean> {
  const checks = [...stamps].map(async ([file, stamp]) => (await stampOf(file)) === stamp);
  return (await Promise.all(checks)).every(Boolean);
}

async function stampOf(file: string): Promise<string> {
  const info = await stat(file, { bigint: true }).catch(() => null);
  return info ? `${info.mtimeNs} ${info.size}` : 'gone';
}
