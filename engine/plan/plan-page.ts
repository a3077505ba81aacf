import { canonicalJson, type Digest } from './digest.ts';
import { HoplineError } from './errors.ts';
import type { Json } from './json.ts';
import type { PlanItem } from './plan-types.ts';
import { sampleSeed } from './seeds.ts';

/** One of a node's items of a root; every root of a page has the same ones. */
export interface PageItem {
  chain: number;
  depth: number;
  hop: number;
  /** Role, and where the parent's key stands in the record. */
  parents: [role: string, slot: number][];
}

export interface PageNode {
  /** Where the key of its first item stands in the record; the others follow. */
  slot: number;
  /** Position of its first item of this page among all of its items. */
  offset: number;
  /** Whether its items have seeds. */
  seeded: boolean;
  items: PageItem[];
}

export interface PageHeader {
  stage: number;
  shard: number;
  /** The run's. */
  seed: number;
  /** First root: a row of the source. */
  from: number;
  roots: number;
  /** Keys a record. The root's own key stands first. */
  slots: number;
  nodes: Record<string, PageNode>;
}

export const KEY_BYTES = 32;
/** Stands for an item that is not part of the run: it is retracted, or made of what is. All zero in a page. */
export const NO_KEY: Digest = '0'.repeat(2 * KEY_BYTES);
const MAGIC = Buffer.from('HOPPLAN\u0001', 'latin1');
export const PLAN_PAGE_TYPE = 'application/vnd.hopline.plan-page';

/** The items of all map nodes of one stage for one range of roots, read piece by piece: a slice never decodes a whole page.
 *
 *  The bytes: `HOPPLAN` and the format's number, 1; the header's length (uint32, little-endian); the header (canonical JSON); then one
 *  record a root: `slots` keys of 32 bytes. A record holds the root's key, the keys of its items node by node, and those of parents that
 *  other stages or the source make. Coordinates are the same for every root, so they stand in the header; seeds follow from root, chain
 *  and hop. An item is 32 bytes so, and a tenth of them for what it hangs on. */
export class PlanPage {
  readonly header: PageHeader;
  readonly buffer: Buffer;
  private readonly start: number;

  /** @throws PLAN_PAGE_INVALID */
  constructor(bytes: Uint8Array) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.buffer.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) !== 0)
      throw invalid('begin with HOPPLAN and 1', 'other bytes');
    this.start = MAGIC.length + 4 + this.buffer.readUInt32LE(MAGIC.length);
    this.header = JSON.parse(this.buffer.toString('utf8', MAGIC.length + 4, this.start)) as PageHeader;
    const length = this.start + this.header.roots * this.recordBytes;
    if (this.buffer.length !== length) throw invalid(`be ${length} bytes long`, `${this.buffer.length}`);
  }

  /** A page whose records are still to be written, through `record`. */
  static empty(header: PageHeader): PlanPage {
    const text = Buffer.from(canonicalJson(header as unknown as Json), 'utf8');
    const start = MAGIC.length + 4 + text.length;
    const bytes = Buffer.alloc(start + header.roots * header.slots * KEY_BYTES);
    MAGIC.copy(bytes);
    bytes.writeUInt32LE(text.length, MAGIC.length);
    text.copy(bytes, MAGIC.length + 4);
    return new PlanPage(bytes);
  }

  /** Bytes that it holds in memory. */
  get bytes(): number {
    return this.buffer.length;
  }

  get nodes(): string[] {
    return Object.keys(this.header.nodes);
  }

  /** How many items of a node it has. */
  count(node: string): number {
    return this.header.roots * this.node(node).items.length;
  }

  /** Position of a node's first item of this page among all of its items. */
  offset(node: string): number {
    return this.node(node).offset;
  }

  /** How many of the items `first .. first+count-1` of a node are not part of the run. */
  dropped(node: string, first: number, count: number): number {
    const { slot, items } = this.node(node);
    let dropped = 0;
    for (let index = first; index < first + count; index++) {
      const root = Math.floor(index / items.length);
      if (!this.has(root, slot + index - root * items.length)) dropped++;
    }
    return dropped;
  }

  /** Whether a place of a root's record holds a key. */
  has(root: number, slot: number): boolean {
    const at = this.position(root, slot);
    for (let byte = at; byte < at + KEY_BYTES; byte++) if (this.buffer[byte] !== 0) return true;
    return false;
  }

  /** Items `first .. first+count-1` of a node in this page. Fewer at the page's end. One that is not part of the run has NO_KEY. */
  items(node: string, first: number, count: number): PlanItem[] {
    const { slot, seeded, items } = this.node(node);
    const { seed: runSeed, from } = this.header;
    const found: PlanItem[] = [];
    const end = Math.min(first + count, this.count(node));
    for (let index = first; index < end; index++) {
      const root = Math.floor(index / items.length);
      const place = index - root * items.length;
      const { chain, depth, hop, parents } = items[place]!;
      const rootKey = this.key(root, 0);
      found.push({
        key: this.key(root, slot + place),
        seed: seeded ? sampleSeed(runSeed, rootKey, chain, hop) : null,
        root: from + root,
        rootKey,
        chain,
        depth,
        hop,
        parents: parents.map(([role, at]) => ({ role, key: this.key(root, at) })),
      });
    }
    return found;
  }

  /** The keys of items, 32 bytes each, one after the other. */
  keys(node: string, first: number, count: number): Buffer {
    const { slot, items } = this.node(node);
    return this.gather(first, count, items.length, (place) => slot + place);
  }

  /** The root keys of items, likewise. */
  rootKeys(node: string, first: number, count: number): Buffer {
    return this.gather(first, count, this.node(node).items.length, () => 0);
  }

  /** Where the key stands in `buffer`. */
  position(root: number, slot: number): number {
    return this.start + root * this.recordBytes + slot * KEY_BYTES;
  }

  private key(root: number, slot: number): Digest {
    const at = this.position(root, slot);
    return this.buffer.toString('hex', at, at + KEY_BYTES);
  }

  private gather(first: number, count: number, perRoot: number, slotOf: (place: number) => number): Buffer {
    const keys = Buffer.allocUnsafe(count * KEY_BYTES);
    for (let index = 0; index < count; index++) {
      const root = Math.floor((first + index) / perRoot);
      const at = this.position(root, slotOf(first + index - root * perRoot));
      this.buffer.copy(keys, index * KEY_BYTES, at, at + KEY_BYTES);
    }
    return keys;
  }

  private get recordBytes(): number {
    return this.header.slots * KEY_BYTES;
  }

  private node(name: string): PageNode {
    const node = this.header.nodes[name];
    if (node) return node;
    throw invalid(`have node "${name}"`, this.nodes.join(', '));
  }
}

export const openPlanPage = (bytes: Uint8Array): PlanPage => new PlanPage(bytes);

const invalid = (rule: string, got: string): HoplineError =>
  new HoplineError('PLAN_PAGE_INVALID', `plan page must ${rule}, got ${got}`, { hint: 'hopline resume RUN plans the run anew' });
