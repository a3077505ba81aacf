/** Changes the logits [vocabulary] of the id that follows `ids` (start and prompt included), in place, in float32 as the reference. */
export type LogitsProcessor = (logits: Float32Array, ids: readonly number[]) => void;
