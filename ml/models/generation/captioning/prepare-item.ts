import { HoplineError } from '../../../../engine/plan/errors.ts';
import type { PixelValues } from '../../../images/index.ts';
import { type GenerationSettings, lengthLimit } from '../generation-options.ts';
import type { CaptionItem } from './caption-item.ts';
import type { CaptionModel } from './caption-model.ts';

/** An item whose text can begin. */
export interface PreparedItem {
  /** Among the items of the call. */
  readonly place: number;
  readonly item: CaptionItem;
  readonly start: readonly number[];
}

/** Start and prompt as ids, or why the prompt can't be used. */
export function prepareStart(
  model: CaptionModel,
  settings: GenerationSettings,
  { prompt = '' }: CaptionItem,
): readonly number[] | HoplineError {
  try {
    const start = [...model.startIds, ...model.tokenizer.encode(prompt, { addSpecialTokens: false })];
    const limit = lengthLimit(settings, start.length);
    if (start.length < limit) return start;
    return new HoplineError('MODEL_PROMPT_TOO_LONG', `item.prompt must have fewer than ${limit} ids, got ${start.length}`, {
      hint: 'shorten the prompt, or raise maxLength',
    });
  } catch (error) {
    return ofItem(error);
  }
}

/** The pictures of a batch, each as soon as it is decoded, or with its error. */
export function preparePixels(model: CaptionModel, batch: readonly PreparedItem[]): Promise<PixelValues | HoplineError>[] {
  const pixels = batch.map(({ item }) => model.pixelValues(item.image).catch(ofItem));
  // Awaited when it is their turn, unless something else fails before.
  for (const one of pixels) one.catch(() => {});
  return pixels;
}

function ofItem(error: unknown): HoplineError {
  if (error instanceof HoplineError) return error;
  throw error;
}
