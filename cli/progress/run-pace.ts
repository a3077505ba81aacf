import type { RunProgress } from '../operations/run-status.ts';

/** Over how long a pace is taken, as the server does. Milliseconds. */
const WINDOW = 60_000;

/** How long a run must have been seen before what was seen says more than what the server said. Milliseconds. */
const ENOUGH = 3_000;

interface Point {
  at: number;
  made: number;
  deviceSeconds: number;
}

/** How fast a run moves: as the server said in its last look, until enough was seen of it. */
export class RunPace {
  readonly #points: Point[] = [];
  #told = { samplesPerSecond: 0, busyDevices: 0 };

  /** What a look says. @param left device-seconds that were left at that moment */
  tell({ samplesPerSecond, etaSeconds }: RunProgress, left: number): void {
    this.#told = { samplesPerSecond, busyDevices: etaSeconds ? left / etaSeconds : 0 };
  }

  /** The run's counters at a moment, in milliseconds. Those of another plan begin anew. */
  see(point: Point): void {
    const last = this.#points.at(-1);
    if (last && (point.made < last.made || point.deviceSeconds < last.deviceSeconds)) this.#points.length = 0;
    this.#points.push(point);
    while (this.#points.length > 2 && this.#points[1]!.at < point.at - WINDOW) this.#points.shift();
  }

  samplesPerSecond(now: number): number {
    return this.#since(now, ({ made }) => made) ?? this.#told.samplesPerSecond;
  }

  /** Seconds until so many device-seconds have passed on as many devices as were busy lately; null while nothing was measured. */
  etaSeconds(now: number, left: number): number | null {
    const busy = this.#since(now, ({ deviceSeconds }) => deviceSeconds) ?? this.#told.busyDevices;
    return busy > 0 ? left / busy : null;
  }

  /** What was added a second; undefined while too little was seen. */
  #since(now: number, count: (point: Point) => number): number | undefined {
    const [first, last] = [this.#points[0], this.#points.at(-1)];
    if (!first || !last || last.at - first.at < ENOUGH) return undefined;
    return ((count(last) - count(first)) * 1000) / (now - first.at);
  }
}
