import type { OnnxFeed } from '../../onnx/index.ts';
import { ones, type PictureStates } from './picture-states.ts';

/** Everything that exports of text decoders have been seen to declare; the model takes what it knows.
 *  @param past positions that the cache holds already @param fresh ids of each sequence that it doesn't hold */
export function decoderFeeds(
  fresh: readonly (readonly number[])[],
  past: number,
  { states, mask }: ReturnType<PictureStates['follow']>,
): Record<string, OnnxFeed> {
  const rows = fresh.length;
  const length = fresh[0]!.length;
  const ids: OnnxFeed = { data: BigInt64Array.from(fresh.flat(), BigInt), shape: [rows, length] };
  const attention = ones([rows, past + length]);
  const positions = BigInt64Array.from({ length: rows * length }, (_, i) => BigInt(past + (i % length)));
  return {
    input_ids: ids,
    decoder_input_ids: ids,
    attention_mask: attention,
    decoder_attention_mask: attention,
    position_ids: { data: positions, shape: [rows, length] },
    cache_position: { data: positions.slice(0, length), shape: [length] },
    encoder_hidden_states: states,
    encoder_attention_mask: mask,
  };
}
