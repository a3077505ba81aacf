import { HoplineError } from '../../../engine/plan/errors.ts';
import { decodeImage } from '../../images/decode-image.ts';
import { invalid } from './answer-members.ts';
import { EndpointError } from './endpoint-error.ts';
import type { Told } from './protocol.ts';
import { urlFault } from './url-fault.ts';

/** Strict where `Buffer` is not: it skips what is no base64. Both alphabets, line breaks, with or without padding.
 *  @throws MODEL_ANSWER_INVALID, MODEL_ANSWER_TOO_LARGE */
export function fromBase64(encoded: string, maxBytes: number): Uint8Array {
  const bare = encoded.replace(/^data:[\w/+.-]*;base64,/, '').replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(bare) || bare.replace(/=+$/, '').length % 4 === 1)
    throw invalid('must hold a picture in base64', `${bare.length} characters that are not`);
  if (bare.length * 0.75 > maxBytes + 3) throw tooLarge(`bytes must be at most ${maxBytes}`, `${Math.floor(bare.length * 0.75)}`);
  return new Uint8Array(Buffer.from(bare, 'base64'));
}

/** Where a picture lies, or the picture itself where that is a data URL. @throws MODEL_ANSWER_INVALID */
export function pictureUrl(address: string, maxBytes: number): Told {
  if (address.startsWith('data:')) return { picture: fromBase64(address, maxBytes) };
  // The place may be signed: `urlFault` looks for keys in our own files only.
  const fault = urlFault(address.replace(/[?#].*$/s, ''));
  if (fault) throw invalid('must hold the address of a picture', `one that ${fault}`);
  return { pictureUrl: new URL(address) };
}

/** Looks whether bytes are a picture, all of it. @throws MODEL_ANSWER_INVALID, MODEL_ANSWER_TOO_LARGE */
export async function checkPicture(
  bytes: Uint8Array,
  { maxBytes, maxPixels }: { maxBytes: number; maxPixels: number },
): Promise<Uint8Array> {
  try {
    await decodeImage(bytes, { maxBytes, maxPixels });
    return bytes;
  } catch (error) {
    if (!(error instanceof HoplineError)) throw error;
    if (error.code === 'IMAGE_TOO_LARGE') throw tooLarge('picture must keep to the limits', error.message);
    throw invalid('must be a PNG, JPEG or WebP picture', error.message);
  }
}

const tooLarge = (rule: string, got: string): EndpointError =>
  new EndpointError('MODEL_ANSWER_TOO_LARGE', `answer.${rule}, got ${got}`, {
    hint: 'maxBytes and maxPixels in endpoint.json are the limits',
  });
