import type { Digest } from '../plan/digest.ts';

/** An object in the store, as everything else names it. */
export interface ArtifactRef {
  digest: Digest;
  /** Size in bytes. */
  size: number;
  mediaType: string;
}

/** An object as a listing shows it. */
export interface StoredObject {
  digest: Digest;
  /** Bytes. */
  size: number;
  /** When it was last put, by the store's clock. */
  modifiedAt: Date;
}

/** What a process that died left half-written. */
export interface Leftover {
  /** Where it lies, for a person. */
  name: string;
  /** Bytes. */
  size: number;
}

/** Immutable bytes under their own digest, written once. Nothing that uses a store may assume that it is a local folder. */
export interface Store {
  /** What `openStore` was given. */
  readonly url: string;
  /** Writes the bytes unless they are there. Whole or not at all: no reader ever sees a part.
   *  An object that is there counts as put just now.
   *  @throws STORE_READ_ONLY; STORE_FULL, STORE_UNREACHABLE (not permanent) */
  put(bytes: Uint8Array, mediaType: string): Promise<ArtifactRef>;
  /** Like `put`, of a file of any size, which is never held in memory whole.
   *  @throws FILE_CHANGED when it changes meanwhile; as `put` */
  putFile(path: string, mediaType: string): Promise<ArtifactRef>;
  /** The bytes, checked against their digest.
   *  @throws OBJECT_MISSING, OBJECT_CORRUPT */
  get(digest: Digest): Promise<Uint8Array>;
  /** Makes a file of an object of any size, checked against its digest. It may share its bytes with the store: read it only.
   *  @param path in a folder that is there; nothing must be at it
   *  @throws as `get` */
  getFile(digest: Digest, path: string): Promise<void>;
  /** Bytes from `start` up to but without `end`. A part can't be checked against the digest: check what you read from it. */
  getRange(digest: Digest, start: number, end: number): Promise<Uint8Array>;
  has(digest: Digest): Promise<boolean>;
  /** null where there is no such object. */
  stat(digest: Digest): Promise<{ size: number } | null>;
  /** No error where there is no such object. */
  delete(digest: Digest): Promise<void>;
  /** Deletes an object unless it was put at that moment or later.
   *  @throws STORE_READ_ONLY */
  deleteOlder(digest: Digest, before: Date): Promise<'deleted' | 'absent' | 'young'>;
  /** Every object, in no order. */
  list(): AsyncIterable<Digest>;
  /** Every object with its size and age, in no order. */
  objects(): AsyncIterable<StoredObject>;
  leftovers(): Promise<Leftover[]>;
  /** Deletes what processes that died left half-written, and says how many that were. Called when the services start. */
  removeLeftovers(): Promise<number>;
  /** Looks whether this store can be read and written, before anything depends on it.
   *  @throws what `put` and `get` would */
  check(): Promise<void>;
}
