import type { Value } from '../graph/value.ts';
import { embed } from '../ops/embed.ts';
import { type Init, init } from './init.ts';
import type { Scope } from './scope.ts';

/** int ids [...] -> [..., size] from the parameter table[vocabulary, size]. */
export function embedding(scope: Scope, ids: Value, vocabulary: number, size: number, initial: Init = init.normal(0.02)): Value {
  return embed(scope.param('table', [vocabulary, size], initial), ids);
}

/** Learned positions: the parameter table[length, size], to be added to [B, length, size]. */
export function positions(scope: Scope, length: number, size: number, initial: Init = init.normal(0.02)): Value {
  return scope.param('table', [length, size], initial);
}
