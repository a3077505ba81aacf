import { HoplineError } from '../../../../engine/plan/errors.ts';
import { batchesOf } from '../../batches-of.ts';
import { type Seed, seedRandom } from '../../seed-random.ts';
import type { GenerationOptions, GenerationSettings } from '../generation-options.ts';
import { resolveSettings } from '../resolve-settings.ts';
import { BeamSearch } from '../search/beam-search.ts';
import { runSearches } from '../search/run-searches.ts';
import type { Search } from '../search/search.ts';
import { SingleSearch } from '../search/single-search.ts';
import type { CaptionModel } from './caption-model.ts';
import { type PreparedItem, preparePixels, prepareStart } from './prepare-item.ts';

export interface CaptionItem {
  /** The bytes of a PNG, JPEG or WebP file. */
  readonly image: Uint8Array;
  /** Drawn from when sampling; no other method uses it. */
  readonly seed: Seed;
  /** What the text begins with. */
  readonly prompt?: string;
}

export interface GeneratedText {
  /** The prompt included; special tokens left out. Exactly as the tokenizer joins it: a byte-level one may begin with a space. */
  readonly text: string;
  /** Start, prompt and, where the model came to an end, the end included. */
  readonly ids: readonly number[];
}

/** A model that describes pictures. */
export interface ImageCaptioner {
  /** Texts in the order of the items. An item that can't be used (a broken picture, a prompt of half characters) gets its error in its
   *  place; a result depends on its own item and the options only. @throws HoplineError OPTION_INVALID, MODEL_* */
  caption(items: readonly CaptionItem[], options?: GenerationOptions): Promise<(GeneratedText | HoplineError)[]>;
  close(): Promise<void>;
}

/** Pictures that go through the model together. With beams it runs that many times as many rows. */
const BATCH = 8;

/** Generates with any caption model. */
export function imageCaptioner(model: CaptionModel, batchSize = BATCH): ImageCaptioner {
  return {
    async caption(items, options = {}) {
      const settings = resolveSettings(options, model.defaults, model.endIds, model.longest);
      const results: (GeneratedText | HoplineError)[] = [];
      const started: PreparedItem[] = [];
      for (const [place, item] of items.entries()) {
        const start = prepareStart(model, settings, item);
        if (start instanceof HoplineError) results[place] = start;
        else started.push({ place, item, start });
      }
      const batches = sameLengths(started).flatMap((group) => [...batchesOf(group, batchSize)].map((batch) => batch.items));
      let ahead = preparePixels(model, batches[0] ?? []);
      for (const [at, batch] of batches.entries()) {
        const pixels = await ahead;
        // The next batch is decoded by other threads while the model runs.
        ahead = preparePixels(model, batches[at + 1] ?? []);
        // Awaited in the next round, unless this one fails before.
        ahead.catch(() => {});
        const usable = batch.flatMap((prepared, i) => {
          const pixelValues = pixels[i]!;
          if (!(pixelValues instanceof HoplineError)) return [{ ...prepared, pixelValues }];
          results[prepared.place] = pixelValues;
          return [];
        });
        if (usable.length === 0) continue;
        const searches = usable.map((prepared) => searchFor(prepared, settings));
        const states = await model.encoder.encode(usable.map(({ pixelValues }) => pixelValues));
        await runSearches(searches, model.decoder.start(states));
        for (const [i, { ids }] of searches.entries()) {
          results[usable[i]!.place] = { text: model.tokenizer.decode(ids, { skipSpecialTokens: true }), ids };
        }
      }
      return results;
    },
    close: () => model.close(),
  };
}

/** The cache of a batch has one length, and the model counts positions from its start: texts of different lengths don't mix. */
function sameLengths(items: readonly PreparedItem[]): PreparedItem[][] {
  const groups = new Map<number, PreparedItem[]>();
  for (const item of items) groups.set(item.start.length, [...(groups.get(item.start.length) ?? []), item]);
  return [...groups.values()];
}

function searchFor({ item, start }: PreparedItem, settings: GenerationSettings): Search {
  if (settings.method === 'beam') return new BeamSearch(start, settings);
  return new SingleSearch(start, settings, settings.method === 'sample' ? seedRandom(item.seed) : undefined);
}
