import { HoplineError } from '../../../../engine/plan/errors.ts';
import { encodePng } from '../../../data/png.ts';
import type { ImageCaptioner } from './image-captioner.ts';

/** Opens a captioner and has it say a few words about a plain picture: whatever is wrong with its files (missing ones, NaN weights, a
 *  tokenizer or a processor of another model) is found before a run depends on it. @throws HoplineError */
export async function checkCaptionModel(open: () => Promise<ImageCaptioner>): Promise<void> {
  const captioner = await open();
  try {
    const side = 16;
    const pixels = Uint8Array.from({ length: side * side * 3 }, (_, i) => (i * 37) % 256);
    const image = await encodePng({ width: side, height: side, pixels });
    const [first] = await captioner.caption([{ image, seed: 0n }], { method: 'greedy', minLength: 0, maxLength: 4 });
    if (first instanceof HoplineError) throw first;
  } finally {
    await captioner.close();
  }
}
