import { type Db, type EventPage, type EventPosition, readEvents } from '../../engine/lineage/index.ts';

/** Readings of pages at the same time, in this process: the database has more to do than to tell what was. */
const AT_ONCE = 2;
/** Full pages that are kept for others on the same way. */
const KEPT = 8;

let reading = 0;
const queue: (() => void)[] = [];

/** Pages of a run's past for subscribers that are behind. Those that go the same way at the same time share them. */
export class PageReads {
  readonly #pages = new Map<string, Promise<EventPage>>();

  readonly #source: { db: Db; runId: string; limit: number };

  constructor(source: { db: Db; runId: string; limit: number }) {
    this.#source = source;
  }

  read(after: EventPosition, types: readonly string[] | undefined): Promise<EventPage> {
    const key = JSON.stringify([String(after.xid), after.id, types]);
    const known = this.#pages.get(key);
    if (known) return known;
    const { db, runId, limit } = this.#source;
    const page = inTurn(() => readEvents(db, { runId, after, types, limit, passSilent: true }));
    this.#pages.set(key, page);
    // A page that is not full grows; one that failed is asked again.
    const forget = (): void => void this.#pages.delete(key);
    page.then(({ events }) => {
      if (events.length < limit) forget();
      else if (this.#pages.size > KEPT) this.#pages.delete(this.#pages.keys().next().value!);
    }, forget);
    return page;
  }
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (reading >= AT_ONCE) await new Promise<void>((resolve) => queue.push(resolve));
  else reading++;
  try {
    return await work();
  } finally {
    const next = queue.shift();
    if (next) next();
    else reading--;
  }
}
