import { HoplineError } from '../../../../engine/plan/errors.ts';
import type { PixelValues } from '../../../images/index.ts';
import type { OnnxTensor } from '../../onnx/index.ts';
import type { PictureEncoder } from './caption-model.ts';

/** Pictures in one run of the vision model: the others are decoded meanwhile, and its activations stay small (attention scores of 577
 *  positions and 16 heads: 170 MB a tensor). */
const A_RUN = 8;

export interface EncodedPictures {
  /** [pictures without an error, positions, width]; undefined where there are none. */
  readonly states: OnnxTensor | undefined;
  /** By place among the pictures. */
  readonly failures: ReadonlyMap<number, HoplineError>;
}

/** What the vision model sees in pictures, run after run as they are ready. */
export async function encodePictures(
  encoder: PictureEncoder,
  pictures: readonly Promise<PixelValues | HoplineError>[],
): Promise<EncodedPictures> {
  const failures = new Map<number, HoplineError>();
  const parts: OnnxTensor[] = [];
  let ready: PixelValues[] = [];
  for (const [place, picture] of pictures.entries()) {
    const pixels = await picture;
    if (pixels instanceof HoplineError) failures.set(place, pixels);
    else ready.push(pixels);
    if (ready.length === A_RUN || (ready.length > 0 && place === pictures.length - 1)) {
      parts.push(await encoder.encode(ready));
      ready = [];
    }
  }
  return { states: joined(parts), failures };
}

function joined(parts: readonly OnnxTensor[]): OnnxTensor | undefined {
  const [first] = parts;
  if (!first || parts.length === 1) return first;
  const rows = parts.reduce((sum, { shape }) => sum + shape[0]!, 0);
  const size = first.data.length / first.shape[0]!;
  const data = new Float32Array(rows * size);
  let at = 0;
  for (const part of parts) {
    data.set(part.data as Float32Array, at);
    at += part.data.length;
  }
  return { data, shape: [rows, ...first.shape.slice(1)] };
}
