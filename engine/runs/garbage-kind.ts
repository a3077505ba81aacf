import type { Digest } from '../plan/digest.ts';
import type { Store } from '../store/store.ts';

/** What an object was, as far as its first bytes tell. */
export type GarbageKind = 'orphan shard' | 'orphan checkpoint' | 'old plan' | 'orphan document' | 'orphan file' | 'unused row';

/** Something that nothing refers to. */
export interface Garbage {
  digest: Digest;
  kind: GarbageKind;
  /** In the store; 0 for a row whose object is gone. */
  bytes: number;
}

/** Looks at an object. One that went away meanwhile is a file. */
export async function kindOf(store: Store, digest: Digest): Promise<GarbageKind> {
  const head = Buffer.from(await store.getRange(digest, 0, 16).catch(noBytes)).toString('latin1');
  if (head.startsWith('PAR1')) return 'orphan shard';
  if (head.startsWith('HOPPLAN') || head.startsWith('{"nodes":')) return 'old plan';
  // safetensors: eight bytes of length, then the header.
  if (head[8] === '{' && head[0] !== '{' && head[0] !== '[') return 'orphan checkpoint';
  return /^[{["]/.test(head) ? 'orphan document' : 'orphan file';
}

function noBytes(error: unknown): Uint8Array {
  if ((error as { code?: string }).code === 'OBJECT_MISSING') return new Uint8Array();
  throw error;
}
