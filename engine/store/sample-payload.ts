import type { SampleMedium } from '../plan/define-step.ts';
import { canonicalJson, type Digest } from '../plan/digest.ts';
import type { JsonObject } from '../plan/json.ts';
import { contentDigest } from '../plan/keys.ts';

/** Exactly one of the three. */
export interface SamplePayload {
  text?: string;
  /** PNG, JPEG or WebP bytes. */
  image?: Uint8Array;
  features?: Float32Array;
}

/** Which payload there is; null where there is none or more than one. */
export function payloadMedium(payload: SamplePayload): SampleMedium | null {
  const present = (['text', 'image', 'features'] as const).filter((medium) => payload[medium] !== undefined);
  return present.length === 1 ? present[0]! : null;
}

/** The bytes that are the sample: UTF-8, the picture file as it is, or little-endian float32. */
export function payloadBytes(payload: SamplePayload): Uint8Array {
  if (payload.text !== undefined) return Buffer.from(payload.text, 'utf8');
  if (payload.image) return payload.image;
  const { features } = payload;
  if (!features) throw new TypeError('payloadBytes: there is no payload');
  return new Uint8Array(features.buffer, features.byteOffset, features.byteLength);
}

/** The content digest of a sample: the same for a row that is read from a dataset and for one that a step has made. */
export function sampleContentDigest(payload: SamplePayload, meta: JsonObject): Digest {
  return contentDigest(payloadBytes(payload), canonicalJson(meta));
}
