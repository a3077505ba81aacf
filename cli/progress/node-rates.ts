import type { NodeStatus } from '../operations/run-status.ts';

/** Over how long a rate is taken. Milliseconds: long enough to bridge a batch, short enough to see a stall. */
const WINDOW = 15_000;

/** How fast each node makes items, from what was seen of it lately. */
export class NodeRates {
  readonly #seen = new Map<string, { at: number; made: number }[]>();

  see(nodes: readonly NodeStatus[], now: number): void {
    for (const { name, made } of nodes) {
      const points = this.#seen.get(name) ?? [];
      points.push({ at: now, made });
      while (points.length > 2 && points[1]!.at < now - WINDOW) points.shift();
      this.#seen.set(name, points);
    }
  }

  /** Items a second; 0 while nothing moves. */
  rate(name: string): number {
    const points = this.#seen.get(name) ?? [];
    const [first, last] = [points[0], points.at(-1)];
    return first && last && last.at > first.at ? ((last.made - first.made) * 1000) / (last.at - first.at) : 0;
  }
}
