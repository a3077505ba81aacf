import { countExisting, type Db, type MadeKind } from '../lineage/index.ts';
import { KEY_BYTES, type PlanPage } from '../plan/plan-page.ts';

/** Items of a node that one statement looks up. */
const ITEMS = 20_000;

/** Counts how many items of map nodes exist, page by page of a plan. Pages of a small run hold few items each, so those of several are looked
 *  up together. */
export class ExistingCount {
  readonly #db: Db;
  readonly #nodes: ReadonlyMap<string, MadeKind>;
  readonly #found = new Map<string, number>();
  /** Keys that are not looked up yet, by node. */
  readonly #waiting = new Map<string, Buffer[]>();

  constructor(db: Db, nodes: ReadonlyMap<string, MadeKind>) {
    this.#db = db;
    this.#nodes = nodes;
  }

  async add(page: PlanPage): Promise<void> {
    for (const node of page.nodes) {
      if (!this.#nodes.has(node)) continue;
      const waiting = this.#waiting.get(node) ?? [];
      this.#waiting.set(node, waiting);
      for (let first = 0; first < page.count(node); ) {
        const room = ITEMS - waiting.reduce((sum, keys) => sum + keys.length / KEY_BYTES, 0);
        const count = Math.min(room, page.count(node) - first);
        waiting.push(page.keys(node, first, count));
        first += count;
        if (count === room) await this.#look(node);
      }
    }
  }

  /** How many exist of each node. */
  async finish(): Promise<ReadonlyMap<string, number>> {
    for (const node of this.#waiting.keys()) await this.#look(node);
    return this.#found;
  }

  async #look(node: string): Promise<void> {
    const keys = Buffer.concat(this.#waiting.get(node)!.splice(0));
    const found = keys.length > 0 ? await countExisting(this.#db, this.#nodes.get(node)!, keys) : 0;
    this.#found.set(node, (this.#found.get(node) ?? 0) + found);
  }
}
