import type { OnnxFeed, OnnxModel } from '../../onnx/index.ts';
import { ones, type PictureStates } from './picture-states.ts';

/** Of everything that exports of text decoders have been seen to declare, what this model does.
 *  @param past positions that the cache holds already @param fresh ids of each sequence that it doesn't hold */
export function decoderFeeds(
  { inputs }: OnnxModel,
  fresh: readonly (readonly number[])[],
  past: number,
  { states, mask }: ReturnType<PictureStates['follow']>,
): Record<string, OnnxFeed> {
  const rows = fresh.length;
  const length = fresh[0]!.length;
  const ids = (): OnnxFeed => ({ data: BigInt64Array.from(fresh.flat(), BigInt), shape: [rows, length] });
  const attention = (): OnnxFeed => ones([rows, past + length]);
  const positions = (count: number): BigInt64Array =>
    BigInt64Array.from({ length: count }, (_, i) => BigInt(past + (i % length)));
  const known: Record<string, () => OnnxFeed> = {
    input_ids: ids,
    decoder_input_ids: ids,
    attention_mask: attention,
    decoder_attention_mask: attention,
    position_ids: () => ({ data: positions(rows * length), shape: [rows, length] }),
    cache_position: () => ({ data: positions(length), shape: [length] }),
    encoder_hidden_states: () => states,
    encoder_attention_mask: mask,
  };
  return Object.fromEntries(inputs.flatMap(({ name }) => (known[name] ? [[name, known[name]()]] : [])));
}
