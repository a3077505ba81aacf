import { decodePicture, type Picture } from '../data/index.ts';
import { PICTURE_SIDE } from '../data/scenes/render-scene.ts';
import { ModelError } from './model-error.ts';

/** Decodes a 24x24 picture. @throws PICTURE_WRONG_SIZE */
export async function pictureOf(image: Uint8Array): Promise<Picture> {
  const picture = await decodePicture(image);
  if (picture.width === PICTURE_SIDE && picture.height === PICTURE_SIDE) return picture;
  throw new ModelError(
    'PICTURE_WRONG_SIZE',
    `image must have ${PICTURE_SIDE}x${PICTURE_SIDE} pixels, got ${picture.width}x${picture.height}`,
    'use a reader that makes 24x24 pictures, such as scenes or nlvr',
  );
}
