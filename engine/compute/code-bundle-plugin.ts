import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Loader, Plugin } from 'esbuild';

const contract = fileURLToPath(new URL('../plan/define-step.ts', import.meta.url));

/** Makes a bundle hold one step and nothing of its neighbours. Calls of `defineStep` and of zod are marked as free of side effects, so
 *  that the declarations of other steps in the file are dropped; `mark: false` is for a source where the marks land in the wrong place.
 *  `defineStep` itself only checks the declaration: it is left out, or every step would count as changed with it. */
export const bundlePlugin = ({ mark }: { mark: boolean }): Plugin => ({
  name: 'hopline-step',
  setup(build) {
    build.onResolve({ filter: /define-step(\.ts|\.js)?$/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (pluginData === contract) return undefined;
      const found = await build.resolve(path, { importer, resolveDir, kind, pluginData: contract });
      return found.path === contract ? { path: 'hopline/define-step', external: true } : found;
    });
    build.onLoad({ filter: /\.[mc]?[jt]sx?$/, namespace: 'file' }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return { contents: mark ? source.replace(calls, '$1/* @__PURE__ */ $2') : source, loader: loaders[extname(path)] ?? 'ts' };
    });
  },
});

const calls = /([=(,:[]\s*)(defineStep\s*\(|z\s*\.\s*\w)/g;

const loaders: Record<string, Loader> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
  '.jsx': 'jsx',
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
};
