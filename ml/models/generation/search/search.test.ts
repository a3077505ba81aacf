import { describe, expect, it } from 'vitest';
import { Philox } from '../../../../engine/plan/philox.ts';
import type { Decoding } from '../decoder/text-decoder.ts';
import type { GenerationOptions } from '../generation-options.ts';
import { resolveSettings } from '../resolve-settings.ts';
import { BeamSearch } from './beam-search.ts';
import { largestEntries } from './largest-entries.ts';
import { runSearches } from './run-searches.ts';
import type { Search } from './search.ts';
import { SingleSearch } from './single-search.ts';
import beams from './transformers-beams.json' with { type: 'json' };

const VOCABULARY = 13;

/** A language without a model: logits by a formula of the last two ids and the place. */
function logitsAfter(ids: readonly number[]): Float32Array {
  const place = ids.length - 1;
  const last = ids[place]!;
  const before = place > 0 ? ids[place - 1]! : 0;
  return Float32Array.from(
    { length: VOCABULARY },
    (_, id) => 2.5 * Math.sin(1.7 * last + 0.9 * before + 2.3 * (place + 1) * (id + 1) + 0.37 * id * id) + (id === 2 ? 0.8 : 0),
  );
}

const formula: Decoding = { next: async (sequences) => sequences.map(logitsAfter) };
const settings = (options: GenerationOptions, ends: number[] = [2]) => resolveSettings(options, {}, ends, 64);

async function idsOf(search: Search): Promise<readonly number[]> {
  await runSearches([search], formula);
  return search.ids;
}

describe('beam search', () => {
  // Made with transformers 5.23.0: model.generate(start, num_beams=..., ...) over the same formula, in torch 2.15.0.
  it.each(beams)(
    'gives what transformers gives: $num_beams beams, $length_penalty, $early_stopping, $max_length',
    async (item) => {
      const options: GenerationOptions = {
        method: 'beam',
        beams: item.num_beams,
        maxLength: item.max_length,
        lengthPenalty: item.length_penalty,
        earlyStopping: item.early_stopping as boolean | 'never',
        minLength: item.min_length,
        repetitionPenalty: item.repetition_penalty,
        noRepeatNgramSize: item.no_repeat_ngram_size,
      };
      expect(await idsOf(new BeamSearch(item.start, settings(options, item.end)))).toEqual(item.ids);
    },
  );

  it('ends where nothing may follow', async () => {
    const all = Array.from({ length: VOCABULARY }, (_, id) => id);
    const search = new BeamSearch(all, settings({ method: 'beam', beams: 2, noRepeatNgramSize: 1 }));
    search.advance([logitsAfter(all)]);
    expect([search.done, search.ids]).toEqual([true, all]);
  });
});

it('greedy search takes the likeliest id until the end or the limit', async () => {
  const ids = await idsOf(new SingleSearch([5], settings({ method: 'greedy', maxLength: 9 })));
  expect(ids.length).toBeGreaterThan(2);
  for (let at = 1; at < ids.length; at++) {
    const logits = logitsAfter(ids.slice(0, at));
    expect(logits[ids[at]!]).toBe(Math.max(...logits));
  }
  expect(ids.at(-1) === 2 || ids.length === 9).toBe(true);
});

it('sampling follows the softmax', async () => {
  const counts = new Float64Array(VOCABULARY);
  const sampling = settings({ method: 'sample', topK: 0, maxLength: 2 });
  for (let n = 0; n < 4000; n++) counts[(await idsOf(new SingleSearch([5], sampling, new Philox(BigInt(n)))))[1]!]!++;
  const logits = logitsAfter([5]);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  for (const [id, logit] of logits.entries()) expect(counts[id]! / 4000).toBeCloseTo(Math.exp(logit) / total, 1.5);
});

it('searches of different lengths and beams share a decoder without knowing of each other', async () => {
  const make = (): Search[] => [
    new SingleSearch([5, 6], settings({ method: 'sample', maxLength: 20 }), new Philox(7n)),
    new BeamSearch([3, 4], settings({ method: 'beam', beams: 3, maxLength: 12 })),
    new SingleSearch([8, 9], settings({ method: 'greedy', maxLength: 5 })),
    new BeamSearch([11, 12], settings({ method: 'beam', beams: 4, maxLength: 16 })),
  ];
  const alone = await Promise.all(make().map(idsOf));
  const together = make();
  // A decoder that remembers, as a cache does: what a row goes on from must be the row that it was.
  let rows: readonly (readonly number[])[] = [
    [5, 6],
    [3, 4],
    [8, 9],
    [11, 12],
  ];
  await runSearches(together, {
    async next(sequences, from) {
      const grown = sequences[0]!.length > rows[0]!.length ? 1 : 0;
      for (const [row, ids] of sequences.entries()) expect(ids.slice(0, ids.length - grown)).toEqual(rows[from[row]!]);
      rows = sequences.map((ids) => [...ids]);
      return sequences.map(logitsAfter);
    },
  });
  expect(together.map(({ ids }) => ids)).toEqual(alone);
});

it('finds the largest entries in order', () => {
  expect(largestEntries(Float32Array.from([1, 5, 3, 5, -Infinity, 4]), 4)).toEqual([1, 3, 5, 2]);
  expect(largestEntries(Float32Array.from([-Infinity, 2]), 4)).toEqual([1]);
});
