import { createHash, type Hash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Digest } from './digest.ts';

const BYTES = 32;
/** Keys that one set holds in memory: 4 MB. What is more lies sorted in a temporary file. */
const KEPT = 131_072;
/** Keys that are read ahead of each sorted run while they are merged. */
const AHEAD = 512;

/** The digest of a set of digests of any size: what `digestSet` gives, in bounded memory, by an external merge sort. */
export class DigestSet {
  private readonly kept: number;
  private keys: Buffer;
  private count = 0;
  private file: { descriptor: number; folder: string } | null = null;
  private readonly runs: { from: number; count: number }[] = [];

  /** `kept`: keys in memory, default 131,072. */
  constructor(kept = KEPT) {
    this.kept = kept;
    this.keys = Buffer.allocUnsafe(Math.min(kept, 1024) * BYTES);
  }

  /** Adds the 32 bytes at `at`. */
  add(from: Uint8Array, at: number): void {
    if (this.count === this.kept) this.spill();
    if ((this.count + 1) * BYTES > this.keys.length) this.grow();
    this.keys.set(from.subarray(at, at + BYTES), this.count++ * BYTES);
  }

  addHex(digest: Digest): void {
    this.add(Buffer.from(digest, 'hex'), 0);
  }

  /** The set can't be added to any more. */
  digest(): Digest {
    try {
      const hash = new DistinctHash();
      if (this.file === null) hash.update(sorted(this.keys, this.count), this.count);
      else this.merge(hash);
      return hash.digest();
    } finally {
      this.close();
    }
  }

  /** Forgets everything; needed only where no digest is asked for. */
  close(): void {
    this.keys = Buffer.alloc(0);
    if (this.file === null) return;
    closeSync(this.file.descriptor);
    rmSync(this.file.folder, { recursive: true, force: true });
    this.file = null;
  }

  private grow(): void {
    const larger = Buffer.allocUnsafe(Math.min(this.kept * BYTES, this.keys.length * 2));
    this.keys.copy(larger, 0, 0, this.count * BYTES);
    this.keys = larger;
  }

  private spill(): void {
    if (this.file === null) {
      const folder = mkdtempSync(join(tmpdir(), 'hopline-keys-'));
      this.file = { folder, descriptor: openSync(join(folder, 'runs'), 'w+') };
    }
    const last = this.runs.at(-1);
    const from = last ? last.from + last.count * BYTES : 0;
    const bytes = sorted(this.keys, this.count);
    for (let done = 0; done < bytes.length; )
      done += writeSync(this.file.descriptor, bytes, done, bytes.length - done, from + done);
    this.runs.push({ from, count: this.count });
    this.count = 0;
  }

  private merge(hash: DistinctHash): void {
    this.spill();
    const readers = this.runs.map((run) => new RunReader(this.file!.descriptor, run.from, run.count));
    const heap = readers.filter((reader) => reader.next());
    for (let at = (heap.length >> 1) - 1; at >= 0; at--) sift(heap, at);
    while (heap.length > 0) {
      const first = heap[0]!;
      hash.update(first.bytes.subarray(first.at, first.at + BYTES), 1);
      if (!first.next()) {
        const last = heap.pop()!;
        if (heap.length === 0) break;
        heap[0] = last === first ? heap[0]! : last;
      }
      sift(heap, 0);
    }
  }
}

/** One sorted run, read from the file piece by piece. */
class RunReader {
  readonly bytes = Buffer.allocUnsafe(AHEAD * BYTES);
  at = 0;
  private filled = 0;
  private position: number;
  private left: number;
  private readonly descriptor: number;

  constructor(descriptor: number, from: number, count: number) {
    this.descriptor = descriptor;
    this.position = from;
    this.left = count * BYTES;
    this.at = -BYTES;
  }

  /** Goes to the next key. False at the end. */
  next(): boolean {
    this.at += BYTES;
    if (this.at < this.filled) return true;
    if (this.left === 0) return false;
    const wanted = Math.min(this.left, this.bytes.length);
    for (this.filled = 0; this.filled < wanted; )
      this.filled += readSync(this.descriptor, this.bytes, this.filled, wanted - this.filled, this.position + this.filled);
    this.position += wanted;
    this.left -= wanted;
    this.at = 0;
    return true;
  }
}

function sift(heap: RunReader[], from: number): void {
  for (let at = from; ; ) {
    const left = 2 * at + 1;
    if (left >= heap.length) return;
    const right = left + 1;
    const least = right < heap.length && before(heap[right]!, heap[left]!) ? right : left;
    if (!before(heap[least]!, heap[at]!)) return;
    [heap[at], heap[least]] = [heap[least]!, heap[at]!];
    at = least;
  }
}

/** Digests are as good as random: six bytes nearly always tell. */
function before(a: RunReader, b: RunReader): boolean {
  const [left, right] = [a.bytes.readUIntBE(a.at, 6), b.bytes.readUIntBE(b.at, 6)];
  return left === right ? a.bytes.compare(b.bytes, b.at, b.at + BYTES, a.at, a.at + BYTES) < 0 : left < right;
}

/** Hashes keys that come in order, each once. */
class DistinctHash {
  private readonly hash: Hash = createHash('sha256');
  private readonly out = Buffer.allocUnsafe(1024 * BYTES);
  private filled = 0;
  private readonly last = Buffer.alloc(BYTES);
  private any = false;

  update(keys: Buffer, count: number): void {
    for (let index = 0; index < count; index++) {
      const at = index * BYTES;
      if (this.any && this.last.compare(keys, at, at + BYTES) === 0) continue;
      keys.copy(this.last, 0, at, at + BYTES);
      this.any = true;
      keys.copy(this.out, this.filled, at, at + BYTES);
      this.filled += BYTES;
      if (this.filled === this.out.length) this.flush();
    }
  }

  digest(): Digest {
    this.flush();
    return this.hash.digest('hex');
  }

  private flush(): void {
    this.hash.update(this.out.subarray(0, this.filled));
    this.filled = 0;
  }
}

/** The keys in order: a counting sort by their first two bytes, then each of these small groups by insertion. */
function sorted(keys: Buffer, count: number): Buffer {
  const starts = new Uint32Array(65_537);
  for (let index = 0; index < count; index++) starts[keys.readUInt16BE(index * BYTES) + 1]!++;
  for (let group = 0; group < 65_536; group++) starts[group + 1]! += starts[group]!;
  const order = new Uint32Array(count);
  const filled = starts.slice();
  for (let index = 0; index < count; index++) {
    const group = keys.readUInt16BE(index * BYTES);
    let place = filled[group]!++;
    for (; place > starts[group]!; place--) {
      const other = order[place - 1]!;
      if (keys.compare(keys, index * BYTES, (index + 1) * BYTES, other * BYTES, (other + 1) * BYTES) <= 0) break;
      order[place] = other;
    }
    order[place] = index;
  }
  const out = Buffer.allocUnsafe(count * BYTES);
  for (let place = 0; place < count; place++) {
    const at = order[place]! * BYTES;
    keys.copy(out, place * BYTES, at, at + BYTES);
  }
  return out;
}
