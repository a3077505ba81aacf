import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The package's own folder, wherever it is installed. */
export const packageRoot = resolve(fileURLToPath(import.meta.url), '../../..');

/** Arguments after `node` that run a TypeScript file of ours, from any working folder, with the tsx that we brought. `flags` are node's own. */
export function nodeArguments(entry: string, flags: readonly string[] = []): string[] {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return [...flags, '--import', tsx, resolve(packageRoot, entry)];
}
