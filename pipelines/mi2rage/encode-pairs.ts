import type { MapItem, MapOutput, StepContext } from '../../engine/plan/step-io.ts';
import { readRowMeta } from './learning/row-meta.ts';
import { openTinyModel } from './open-tiny-model.ts';

/** The frozen encoder's vector of each item's picture and of the pair of its real text.
 *  @param see what of a picture's file the encoder is shown. Default: the file */
export async function encodePairs(
  items: readonly MapItem[],
  context: StepContext,
  see: (image: Uint8Array) => Uint8Array | Promise<Uint8Array> = (image) => image,
): Promise<MapOutput[]> {
  const { openMiniClip } = await import('../../ml/models/mini-clip/open-mini-clip.ts');
  const encoder = await openTinyModel(context, 'encoder', 'tiny-mini-clip', openMiniClip);
  const pairs = await Promise.all(
    items.map(async ({ inputs }) => {
      const { head, tail } = readRowMeta(inputs.text!);
      return { image: await see(inputs.image!.image!), head: head.text, tail: tail.text };
    }),
  );
  return (await encoder.pairFeatures(pairs)).map((features) => ({ features }));
}
