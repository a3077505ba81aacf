import { encodePng } from '../data/index.ts';
import { PICTURE_SIDE } from '../data/scenes/render-scene.ts';
import { decodeImage, resizeLikePil, toRgb } from '../images/index.ts';

/** A picture of any size as a PNG of the 24x24 pixels that the tiny models take; one that has them stays as it is.
 *  @throws ImageError IMAGE_* */
export async function fitPicture(image: Uint8Array): Promise<Uint8Array> {
  const decoded = toRgb(await decodeImage(image), 'white');
  if (decoded.width === PICTURE_SIDE && decoded.height === PICTURE_SIDE) return image;
  return encodePng(resizeLikePil(decoded, PICTURE_SIDE, PICTURE_SIDE, 'box'));
}
