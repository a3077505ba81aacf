import { HoplineError } from '../../../../engine/plan/errors.ts';
import { batchesOf } from '../../batches-of.ts';
import { seedRandom } from '../../seed-random.ts';
import type { GenerationOptions, GenerationSettings } from '../generation-options.ts';
import { resolveSettings } from '../resolve-settings.ts';
import { BeamSearch } from '../search/beam-search.ts';
import { runSearches } from '../search/run-searches.ts';
import type { Search } from '../search/search.ts';
import { SingleSearch } from '../search/single-search.ts';
import type { CaptionItem } from './caption-item.ts';
import type { CaptionModel } from './caption-model.ts';
import { encodePictures } from './encode-pictures.ts';
import { type PreparedItem, preparePixels, prepareStart } from './prepare-item.ts';

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
  /** Milliseconds inside onnxruntime since the model was opened. */
  sessionMilliseconds(): number;
  close(): Promise<void>;
}

/** Texts that the decoder steps together: pictures times beams. What is kept for them in a BLIP large at 384 x 384: 57 MB of pixels, 76 MB
 *  of hidden states and, where its export caches the picture's keys and values, 1.4 GB of those (12 layers, 577 positions, width 768). An
 *  order that doesn't fit the memory is halved. */
const ROWS = 32;

/** Generates with any caption model. @param rows texts that are stepped together */
export function imageCaptioner(model: CaptionModel, rows = ROWS): ImageCaptioner {
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
      const pictures = Math.max(1, Math.floor(rows / (settings.method === 'beam' ? settings.beams : 1)));
      const batches = sameLengths(started).flatMap((group) => [...batchesOf(group, pictures)].map((batch) => batch.items));
      let ahead = preparePixels(model, batches[0] ?? []);
      for (const [at, batch] of batches.entries()) {
        const pixels = ahead;
        // The next batch is decoded by other threads while the model runs.
        ahead = preparePixels(model, batches[at + 1] ?? []);
        const { states, failures } = await encodePictures(model.encoder, pixels);
        for (const [i, failure] of failures) results[batch[i]!.place] = failure;
        if (!states) continue;
        const usable = batch.filter((_, i) => !failures.has(i));
        const searches = usable.map((prepared) => searchFor(prepared, settings));
        await runSearches(searches, model.decoder.start(states));
        for (const [i, { ids }] of searches.entries()) {
          results[usable[i]!.place] = { text: model.tokenizer.decode(ids, { skipSpecialTokens: true }), ids };
        }
      }
      return results;
    },
    sessionMilliseconds: () => model.encoder.sessionMilliseconds() + model.decoder.sessionMilliseconds(),
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
