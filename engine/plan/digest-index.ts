import type { Digest } from './digest.ts';

/** What is kept of a digest. Of 10^12 digests two share that much with a probability below 10^-14. */
const KEPT_BYTES = 16;
/** Digests a block: what is there is never copied. */
const BLOCK = 65_536;
/** Share of the slots that may be taken. */
const LOAD = 0.6;

/** Numbers digests from 0 on in the order in which they first come, in 25 bytes each: a hash table over a list. A `Map` takes ten times that. */
export class DigestIndex {
  private readonly blocks: Buffer[] = [];
  /** Number + 1 of the digest in the slot; 0: free. A power of two long. */
  private slots = new Uint32Array(1024);
  private count = 0;

  /** How many digests it has. */
  get size(): number {
    return this.count;
  }

  /** The digest's number, and whether it is new. */
  add(digest: Digest): { number: number; isNew: boolean } {
    const key = Buffer.from(digest.slice(0, 2 * KEPT_BYTES), 'hex');
    const slot = this.slotOf(key);
    const taken = this.slots[slot]!;
    if (taken > 0) return { number: taken - 1, isNew: false };
    const number = this.count++;
    if (number % BLOCK === 0) this.blocks.push(Buffer.allocUnsafe(BLOCK * KEPT_BYTES));
    key.copy(this.blocks.at(-1)!, (number % BLOCK) * KEPT_BYTES);
    this.slots[slot] = number + 1;
    if (this.count > this.slots.length * LOAD) this.grow();
    return { number, isNew: true };
  }

  /** The slot that holds the key, or the free one where it belongs. Digests are as good as random: four bytes of one are its hash. */
  private slotOf(key: Buffer): number {
    const mask = this.slots.length - 1;
    for (let slot = key.readUInt32LE(0) & mask; ; slot = (slot + 1) & mask) {
      const taken = this.slots[slot]!;
      if (taken === 0) return slot;
      const at = ((taken - 1) % BLOCK) * KEPT_BYTES;
      if (key.compare(this.blocks[Math.floor((taken - 1) / BLOCK)]!, at, at + KEPT_BYTES) === 0) return slot;
    }
  }

  private grow(): void {
    this.slots = new Uint32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let number = 0; number < this.count; number++) {
      const hash = this.blocks[Math.floor(number / BLOCK)]!.readUInt32LE((number % BLOCK) * KEPT_BYTES);
      let slot = hash & mask;
      while (this.slots[slot]! > 0) slot = (slot + 1) & mask;
      this.slots[slot] = number + 1;
    }
  }
}
