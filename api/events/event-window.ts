import { BEFORE_EVENTS, comparePositions, type EventPosition, type PlacedEvent } from '../../engine/lineage/index.ts';

/** The last events of a run, numbered in the order in which this process saw them. Readers hold a number and look; nobody is sent anything,
 *  so a slow reader costs no memory: it finds its number gone. */
export class EventWindow {
  #events: PlacedEvent[] = [];
  /** Number of `#events[0]`. */
  #first = 0;
  /** Events up to here are no longer in the window. */
  #lost: EventPosition = BEFORE_EVENTS;

  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  append(events: readonly PlacedEvent[]): void {
    this.#events.push(...events);
    const over = this.#events.length - this.#size;
    // Moving the rest costs, so not each time.
    if (over > this.#size / 2) this.#lose(over);
  }

  /** Events before the oldest one here may exist: readers from further back must not begin here. */
  cutBefore(event: PlacedEvent): void {
    this.#lost = event.position;
  }

  /** Number of the first event behind a position; undefined where events behind it are gone. */
  numberAfter(position: EventPosition): number | undefined {
    if (comparePositions(position, this.#lost) < 0) return undefined;
    let [low, high] = [0, this.#events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comparePositions(this.#events[middle]!.position, position) > 0) high = middle;
      else low = middle + 1;
    }
    return this.#first + low;
  }

  /** Whether the event with this number was here and is gone. */
  isLost(number: number): boolean {
    return number < this.#first;
  }

  /** Undefined for one that is yet to come. */
  at(number: number): PlacedEvent | undefined {
    return this.#events[number - this.#first];
  }

  #lose(count: number): void {
    const lost = this.#events.splice(0, count);
    this.#first += lost.length;
    this.#lost = lost.at(-1)!.position;
  }
}
