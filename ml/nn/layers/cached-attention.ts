import type { Value } from '../graph/value.ts';
import { reshape } from '../ops/reshape.ts';
import { attentionByHead, joinHeads, splitHeads } from '../ops/scaled-dot-product-attention.ts';
import { pad } from '../ops/slice.ts';
import { where } from '../ops/where.ts';
import { attentionInputs } from './attention.ts';
import { linear } from './linear.ts';
import type { Scope } from './scope.ts';

/** Keys and values of the positions decoded so far, each [B, H, length, D / H]; zeros where nothing was written yet. */
export interface KeyValueCache {
  readonly key: Value;
  readonly value: Value;
}

export interface CachedAttention {
  readonly output: Value;
  readonly cache: KeyValueCache;
}

export interface PrefillOptions {
  readonly heads: number;
  /** Additive, over the prompt: [P, P] or broadcast to [B, H, P, P]. */
  readonly mask?: Value;
  /** Positions the cache has room for. */
  readonly length: number;
}

/** Self-attention over a prompt x[B, P, D] -> [B, P, D], which also fills a cache. Parameters as in `attention`. */
export function prefillAttention(scope: Scope, x: Value, { heads, mask, length }: PrefillOptions): CachedAttention {
  const { query, key, value } = byHead(scope, x, heads);
  const room = length - x.dim(1);
  return {
    output: projected(scope, attentionByHead(query, key, value, mask ? { mask } : {})),
    cache: { key: pad(key, 2, 0, room), value: pad(value, 2, 0, room) },
  };
}

export interface StepOptions {
  readonly heads: number;
  readonly cache: KeyValueCache;
  /** Where this token stands: bool, true at one position; [length], or [B, length] if rows are at different ones. */
  readonly position: Value;
  /** Additive; blocks what is not written yet: [length], or broadcast to [B, H, 1, length]. */
  readonly mask: Value;
}

/** Self-attention of one token x[B, 1, D] to all before it, and the cache with the token written in.
 *  Gives what `attention` gives for that row of the whole sequence. */
export function stepAttention(scope: Scope, x: Value, { heads, cache, position, mask }: StepOptions): CachedAttention {
  const { query, key, value } = byHead(scope, x, heads);
  const rows = position.rank === 1 ? 1 : position.shape[0]!;
  const here = reshape(position, [rows, 1, position.shape.at(-1)!, 1]);
  const next = { key: where(here, key, cache.key), value: where(here, value, cache.value) };
  return { output: projected(scope, attentionByHead(query, next.key, next.value, { mask })), cache: next };
}

function byHead(scope: Scope, x: Value, heads: number): { query: Value; key: Value; value: Value } {
  const { query, key, value } = attentionInputs(scope, x);
  return { query: splitHeads(query, heads), key: splitHeads(key, heads), value: splitHeads(value, heads) };
}

function projected(scope: Scope, attended: Value): Value {
  const joined = joinHeads(attended);
  return linear(scope.child('out'), joined, joined.dim(-1));
}
