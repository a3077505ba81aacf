import { type OnnxModel, type OnnxModelOptions, openOnnxModel } from '../../onnx/index.ts';
import { CachedDecoding } from './cached-decoding.ts';
import { findOnnxFile, requireOnnxFile } from './find-onnx-file.ts';
import { pastNames, presentName } from './past-names.ts';
import type { TextDecoder } from './text-decoder.ts';
import { UncachedDecoding } from './uncached-decoding.ts';

/** Names of the files that an export may have, without `.onnx`. */
export interface DecoderFiles {
  /** Both calls in one, switched by `use_cache_branch` or by an empty cache. */
  readonly merged: readonly string[];
  /** The first call, or every call. */
  readonly plain: readonly string[];
  /** The calls that follow, from a cache. */
  readonly withPast: readonly string[];
}

/** Opens the decoder in the variant that saves most: merged, else plain and with past, else plain alone, which reads the texts anew
 *  at every step. @param heads of the attention, where the cache's shape doesn't say
 *  @throws HoplineError MODEL_* */
export async function openTextDecoder(
  folder: string,
  files: DecoderFiles,
  heads: number,
  options: OnnxModelOptions,
): Promise<TextDecoder> {
  const merged = findOnnxFile(folder, files.merged);
  if (merged) return decoderOf(await openOnnxModel(merged, options), undefined, heads);
  const plain = await openOnnxModel(requireOnnxFile(folder, files.plain), options);
  const withPast = findOnnxFile(folder, files.withPast);
  if (!withPast || pastNames(plain).length > 0) return decoderOf(plain, undefined, heads);
  const following = await openOnnxModel(withPast, options);
  const feedsIt = pastNames(following).every((name) => plain.output(presentName(name)) !== undefined);
  if (feedsIt) return decoderOf(plain, following, heads);
  await following.close();
  return decoderOf(plain, undefined, heads);
}

function decoderOf(first: OnnxModel, second: OnnxModel | undefined, heads: number): TextDecoder {
  const following = second ?? first;
  const cached = pastNames(following).length > 0;
  return {
    start: (pictures) =>
      cached ? new CachedDecoding({ first, following }, pictures, heads) : new UncachedDecoding(first, pictures),
    sessionMilliseconds: () => first.spent.milliseconds + (second?.spent.milliseconds ?? 0),
    async close() {
      await first.close();
      await second?.close();
    },
  };
}
