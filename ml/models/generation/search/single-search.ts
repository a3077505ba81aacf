import type { Philox } from '../../../../engine/plan/philox.ts';
import { type GenerationSettings, lengthLimit } from '../generation-options.ts';
import type { LogitsProcessor } from '../logits/logits-processor.ts';
import { possibleIds } from '../logits/possible-ids.ts';
import { processorChain } from '../logits/processor-chain.ts';
import type { Search } from './search.ts';

/** One sequence, an id at a time: the likeliest (greedy) or, with a source of random numbers, one that is drawn. */
export class SingleSearch implements Search {
  readonly parents = [0];
  readonly #ids: number[];
  readonly #limit: number;
  readonly #ends: ReadonlySet<number>;
  readonly #process: LogitsProcessor;
  readonly #random: Philox | undefined;
  #done: boolean;

  constructor(start: readonly number[], settings: GenerationSettings, random?: Philox) {
    this.#ids = [...start];
    this.#limit = lengthLimit(settings, start.length);
    this.#ends = new Set(settings.endIds);
    this.#process = processorChain(settings);
    this.#random = random;
    this.#done = start.length >= this.#limit;
  }

  get sequences(): readonly (readonly number[])[] {
    return [this.#ids];
  }

  get done(): boolean {
    return this.#done;
  }

  get ids(): readonly number[] {
    return this.#ids;
  }

  advance([logits]: readonly Float32Array[]): void {
    this.#process(logits!, this.#ids);
    const next = this.#random ? draw(logits!, this.#random.uniform()) : largest(logits!);
    this.#ids.push(next);
    this.#done = this.#ends.has(next) || this.#ids.length >= this.#limit;
  }
}

/** The place of the largest value, of equal ones the first. Four maxima side by side, which a processor keeps at once, then a search. */
function largest(values: Float32Array): number {
  let [a, b, c, d] = [values[0]!, values[0]!, values[0]!, values[0]!];
  const whole = values.length - (values.length % 4);
  for (let i = 0; i < whole; i += 4) {
    if (values[i]! > a) a = values[i]!;
    if (values[i + 1]! > b) b = values[i + 1]!;
    if (values[i + 2]! > c) c = values[i + 2]!;
    if (values[i + 3]! > d) d = values[i + 3]!;
  }
  for (let i = whole; i < values.length; i++) if (values[i]! > a) a = values[i]!;
  return values.indexOf(Math.max(a, b, c, d));
}

/** Inversion of the cumulative sum, in the order of ids. `uniform` in [0, 1). */
function draw(logits: Float32Array, uniform: number): number {
  const { ids, weights, total } = possibleIds(logits);
  let left = uniform * total;
  let place = 0;
  while (place < ids.length - 1) {
    left -= weights[place]!;
    if (left < 0) break;
    place++;
  }
  return ids[place] ?? 0;
}
