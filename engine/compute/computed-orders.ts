import { closeSync, ftruncateSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, sha256 } from '../plan/digest.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from '../recovery/process-identity.ts';
import type { Store } from '../store/store.ts';
import type { StepResult } from './execution.ts';
import type { WorkOrder } from './order.ts';

export type ComputedOrder = StepResult & { seconds: number };

/** What a host has computed lately is committed by now: its file starts over at this size, and larger results aren't noted. Bytes. */
const MOST = 4 << 20;
const LARGEST = 256 << 10;
/** How many dead hosts' files are read; older ones are removed. */
const KEPT = 8;

/** Map orders that were computed and stored, and whose worker may have died before it could commit them: a host notes each in a file of its
 *  own, and one that comes after it hands them back instead of computing them again. A key says all that was asked, so equal keys are the same
 *  order. Not flushed: after a power cut such an order is computed again, as is one whose shard is not in the store as it was.
 *  A result is handed back once. */
export class ComputedOrders {
  readonly #folder: string;
  readonly #found: Map<Digest, ComputedOrder>;
  readonly #path: string;
  #file: number | undefined;
  #size = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.#found = leftBehind(folder);
    this.#path = join(folder, `${process.pid}.jsonl`);
  }

  /** The result of an order that an earlier host has computed. */
  async recall(order: WorkOrder, store: Store): Promise<ComputedOrder | null> {
    const id = this.#found.size > 0 ? identityOf(order) : null;
    if (id === null) return null;
    const found = this.#found.get(id);
    if (!found?.artifact) return null;
    this.#found.delete(id);
    const isWhole = await store.get(found.artifact.digest).then(
      () => true,
      () => false,
    );
    return isWhole ? found : null;
  }

  /** Notes a result whose bytes are in the store. Never in the way of the result: a full disk only costs the note. */
  note(order: WorkOrder, result: ComputedOrder): void {
    const id = result.artifact ? identityOf(order) : null;
    if (id === null) return;
    const line = `${JSON.stringify({ id, result })}\n`;
    if (line.length > LARGEST) return;
    try {
      if (this.#file === undefined || this.#size > MOST) this.#begin();
      this.#size += writeSync(this.#file!, line);
    } catch {
      // It would be computed again.
    }
  }

  /** A host that ends in peace has nothing to leave. */
  close(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
    rmSync(this.#path, { force: true });
  }

  #begin(): void {
    if (this.#file === undefined) {
      mkdirSync(this.#folder, { recursive: true });
      this.#file = openSync(this.#path, 'a', 0o600);
    }
    ftruncateSync(this.#file);
    this.#size = writeSync(this.#file, `${JSON.stringify(ownIdentity())}\n`);
  }
}

const identityOf = ({ kind, items, anew }: WorkOrder): Digest | null =>
  kind === 'map' && items && !anew ? sha256(items.map(({ key }) => key).join()) : null;

/** What dead hosts noted; a line that was cut off, and everything behind it, counts for nothing. */
function leftBehind(folder: string): Map<Digest, ComputedOrder> {
  const found = new Map<Digest, ComputedOrder>();
  const dead = filesIn(folder).filter(({ first }) => first !== null && !isAlive(first));
  for (const { path } of dead.slice(KEPT)) rmSync(path, { force: true });
  for (const { path } of dead.slice(0, KEPT)) {
    try {
      const [, ...lines] = readFileSync(path, 'utf8').split('\n');
      for (const line of lines.slice(0, -1)) {
        const { id, result } = JSON.parse(line) as { id: Digest; result: ComputedOrder };
        found.set(id, result);
      }
    } catch {
      // Somebody else has removed it, or it ends in the middle of a line.
    }
  }
  return found;
}

/** The newest first, each with who writes it; null for what is no file of ours. */
function filesIn(folder: string): { path: string; first: ProcessIdentity | null; at: number }[] {
  const files = namesIn(folder).map((name) => {
    const path = join(folder, name);
    try {
      const [first] = readFileSync(path, 'utf8').split('\n', 1);
      return { path, first: JSON.parse(first!) as ProcessIdentity, at: statSync(path).mtimeMs };
    } catch {
      return { path, first: null, at: 0 };
    }
  });
  return files.sort((a, b) => b.at - a.at);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  } catch {
    return [];
  }
}
