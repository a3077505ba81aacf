import { type Digest, digestJson, sha256 } from './digest.ts';
import type { JsonObject } from './json.ts';

/** One parent of a derivation and the part it played. */
export interface ParentRef {
  role: string;
  key: Digest;
}

/** Everything that a derived thing was asked to be. Nothing else may change its bytes. */
export interface DerivationInputs {
  /** `name@version` of the step. */
  step: string;
  params: JsonObject;
  /** Model digests by role. */
  models: Record<string, Digest>;
  /** 64 hex characters, or null for a step that draws no random numbers. */
  seed: string | null;
  parents: readonly ParentRef[];
  /** The position in a chain of states (fold epochs), or among several outputs of one call. */
  ordinal?: number;
}

/** The derivation key (design.md section 1): SHA-256 of the canonical JSON of what was asked for. Known before the thing exists. */
export function derivationKey(inputs: DerivationInputs): Digest {
  const { step, params, models, seed, ordinal } = inputs;
  const parents = inputs.parents.map(({ role, key }) => ({ role, key })).sort(byRoleThenKey);
  return digestJson({ step, params, models, seed, parents, ...(ordinal === undefined ? {} : { ordinal }) });
}

const byRoleThenKey = (a: ParentRef, b: ParentRef): number => compare(a.role, b.role) || compare(a.key, b.key);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What a sample is: the digest of its payload bytes and, when it has any, its metadata. A root sample's key is this digest. */
export function contentDigest(payload: Uint8Array | string, meta?: string): Digest {
  if (!meta || meta === '{}') return sha256(payload);
  const bytes = typeof payload === 'string' ? Buffer.from(payload, 'utf8') : payload;
  return sha256(Buffer.concat([bytes, Buffer.from([0]), Buffer.from(meta, 'utf8')]));
}
