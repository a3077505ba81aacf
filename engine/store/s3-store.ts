import { open, rm } from 'node:fs/promises';
import { addAbortSignal, Readable } from 'node:stream';
import { type Digest, sha256 } from '../plan/digest.ts';
import { type ByteSource, bytesSource, withFileSource } from './byte-source.ts';
import { fileDigest, streamDigest } from './file-digest.ts';
import { type S3Call, S3Connection } from './s3-connection.ts';
import { bucketMissing, isAbsent, nameOf, statusOf } from './s3-errors.ts';
import { abortUploads, staleUploads } from './s3-leftovers.ts';
import { digestOfKey, type S3Location, s3Key } from './s3-location.ts';
import { MULTIPART_FROM, type Upload, upload } from './s3-upload.ts';
import type { ArtifactRef, Leftover, Store, StoredObject } from './store.ts';
import { fileChanged, objectCorrupt, objectMissing } from './store-errors.ts';

/** An object that is put again is written anew when it is older than this, so that the garbage collector sees it used. Milliseconds. */
const REFRESH_AFTER = 6 * 3_600_000;
/** How often a body that breaks off on its way is asked for again. */
const READS = 3;
/** Bytes that are asked for at a time where an object becomes a file. */
const READ_SIZE = 32 << 20;

/** A store in a bucket, `<prefix>objects/ab/cdef...` by digest. Opening connects to nothing. */
export class S3Store implements Store {
  readonly url: string;
  readonly #location: S3Location;
  readonly #connection: S3Connection;

  constructor(url: string, location: S3Location, env: NodeJS.ProcessEnv) {
    this.url = url;
    this.#location = location;
    this.#connection = new S3Connection(url, env);
  }

  /** Written if absent. What is there already is read and compared, because a server's word on an object (its size, its checksum) is as old
   *  as the object and says nothing about what has happened to its bytes since: one that rotted is replaced. */
  async put(bytes: Uint8Array, mediaType: string): Promise<ArtifactRef> {
    return this.#put(bytesSource(bytes), sha256(bytes), mediaType);
  }

  async putFile(path: string, mediaType: string): Promise<ArtifactRef> {
    const digest = await fileDigest(path);
    const stored = await withFileSource(path, (source) => this.#put(source, digest, mediaType));
    // Parts are sent as they are read: what was sent under the digest is what the file holds if it still holds it.
    if ((await fileDigest(path)) === digest) return stored;
    if ((await streamDigest(Readable.from(this.#pieces(digest, stored.size)))) !== digest) await this.delete(digest);
    throw fileChanged(path);
  }

  async get(digest: Digest): Promise<Uint8Array> {
    const bytes = await this.#read(digest);
    const found = sha256(bytes);
    if (found !== digest) throw objectCorrupt(this.url, digest, found);
    return bytes;
  }

  async getFile(digest: Digest, path: string): Promise<void> {
    const there = await this.stat(digest);
    if (!there) throw objectMissing(this.url, digest);
    const file = await open(path, 'wx', 0o444);
    try {
      for await (const piece of this.#pieces(digest, there.size)) await file.writeFile(piece);
    } finally {
      await file.close();
    }
    const found = await fileDigest(path);
    if (found === digest) return;
    await rm(path);
    throw objectCorrupt(this.url, digest, found);
  }

  async getRange(digest: Digest, start: number, end: number): Promise<Uint8Array> {
    if (end <= start) return new Uint8Array();
    return this.#read(digest, `bytes=${start}-${end - 1}`);
  }

  async has(digest: Digest): Promise<boolean> {
    return (await this.stat(digest)) !== null;
  }

  async stat(digest: Digest): Promise<{ size: number } | null> {
    return this.#connection.call('read', 0, async (call) => {
      const size = await this.#size(call, digest);
      return size === null ? null : { size };
    });
  }

  async delete(digest: Digest): Promise<void> {
    await this.#connection.call('write', 0, ({ s3, signal }) =>
      s3.deleteObject(this.#at(digest), { abortSignal: signal }).catch(nullIfAbsent),
    );
  }

  async deleteOlder(digest: Digest, before: Date): Promise<'deleted' | 'absent' | 'young'> {
    return this.#connection.call('write', 0, async ({ s3, signal }) => {
      const head = await s3.headObject(this.#at(digest), { abortSignal: signal }).catch(nullIfAbsent);
      if (!head) return 'absent';
      if (!head.LastModified || head.LastModified >= before) return 'young';
      // In a bucket with versions, only the version that was looked at.
      await s3.deleteObject({ ...this.#at(digest), VersionId: head.VersionId }, { abortSignal: signal });
      return 'deleted';
    });
  }

  async *list(): AsyncIterable<Digest> {
    for await (const { digest } of this.objects()) yield digest;
  }

  async *objects(): AsyncIterable<StoredObject> {
    const { bucket, prefix } = this.#location;
    const from = { Bucket: bucket, Prefix: `${prefix}objects/` };
    for (let token: string | undefined, more = true; more; more = token !== undefined) {
      const page = await this.#connection.call('read', 0, ({ s3, signal }) =>
        s3.listObjectsV2({ ...from, ContinuationToken: token }, { abortSignal: signal }),
      );
      for (const { Key = '', Size = 0, LastModified = new Date() } of page.Contents ?? []) {
        const digest = digestOfKey(this.#location, Key);
        if (digest) yield { digest, size: Size, modifiedAt: LastModified };
      }
      token = page.NextContinuationToken;
    }
  }

  async leftovers(): Promise<Leftover[]> {
    const stale = await this.#connection.call('read', 0, ({ s3 }) => staleUploads(s3, this.#location));
    return stale.map(({ name, size }) => ({ name, size }));
  }

  async removeLeftovers(): Promise<number> {
    return this.#connection.call('write', 0, ({ s3 }) => abortUploads(s3, this.#location));
  }

  async check(): Promise<void> {
    const { bucket, prefix } = this.#location;
    const list = { Bucket: bucket, Prefix: `${prefix}objects/`, MaxKeys: 1 };
    await this.#connection.call('read', 0, ({ s3, signal }) => s3.listObjectsV2(list, { abortSignal: signal }));
    // Always the same name: one who may write but not delete leaves one.
    const probe = { Bucket: bucket, Key: `${prefix}parts/probe` };
    await this.#connection.call('write', 0, async ({ s3, signal }) => {
      await s3.putObject({ ...probe, Body: 'hopline' }, { abortSignal: signal });
      await s3.deleteObject(probe, { abortSignal: signal }).catch(() => undefined);
    });
  }

  async #put(source: ByteSource, digest: Digest, mediaType: string): Promise<ArtifactRef> {
    const object = { ...this.#at(digest), source, digest, mediaType };
    await this.#connection.call('write', source.size, async (call) => {
      const { s3, signal } = call;
      // A large object that is there costs less to read than to send.
      const there = source.size > MULTIPART_FROM && (await this.#size(call, digest)) !== null;
      if (!there && (await upload(s3, object, { ifAbsent: true, signal }))) return;
      if (!(await this.#holds(call, object))) await upload(s3, object, { ifAbsent: false, signal });
    });
    return { digest, size: source.size, mediaType };
  }

  async *#pieces(digest: Digest, size: number): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < size; start += READ_SIZE) yield this.getRange(digest, start, Math.min(size, start + READ_SIZE));
  }

  #at(digest: Digest): { Bucket: string; Key: string } {
    return { Bucket: this.#location.bucket, Key: s3Key(this.#location, digest) };
  }

  async #size({ s3, signal }: S3Call, digest: Digest): Promise<number | null> {
    const head = await s3.headObject(this.#at(digest), { abortSignal: signal }).catch(nullIfAbsent);
    if (head) return head.ContentLength ?? 0;
    // A HEAD can't say whether the key or the bucket is missing.
    await s3.headBucket({ Bucket: this.#location.bucket }, { abortSignal: signal }).catch((error: unknown) => {
      throw statusOf(error) === 404 ? bucketMissing(this.url) : error;
    });
    return null;
  }

  /** Whether the object is there, with these bytes, and not so old that a garbage collector might take it for unused. */
  async #holds({ s3, signal }: S3Call, { Bucket, Key, source, digest }: Upload): Promise<boolean> {
    const found = await s3.getObject({ Bucket, Key }, { abortSignal: signal }).catch(nullIfAbsent);
    if (!found) return false;
    const body = found.Body as Readable;
    const old = Date.now() - (found.LastModified?.getTime() ?? 0) > REFRESH_AFTER;
    if (!old && found.ContentLength === source.size) return (await streamDigest(addAbortSignal(signal, body))) === digest;
    body.destroy();
    return false;
  }

  async #read(digest: Digest, Range?: string): Promise<Buffer> {
    const from = { ...this.#at(digest), ...(Range && { Range }) };
    return this.#connection.call('read', 0, async ({ s3, signal, extend }) => {
      for (let read = 1; ; read++) {
        const found = await s3.getObject(from, { abortSignal: signal }).catch((error: unknown) => {
          if (isAbsent(error)) throw objectMissing(this.url, digest);
          if (nameOf(error) !== 'InvalidRange') throw error;
        });
        if (!found) return Buffer.alloc(0);
        if (read === 1) extend(found.ContentLength ?? 0);
        try {
          return await readAll(found.Body as Readable, signal);
        } catch (error) {
          // The SDK repeats requests, but not what breaks off in the middle of an answer.
          if (read === READS || signal.aborted) throw error;
        }
      }
    });
  }
}

async function readAll(body: Readable, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of addAbortSignal(signal, body)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function nullIfAbsent(error: unknown): null {
  if (isAbsent(error)) return null;
  throw error;
}
