import type { RunStatus } from '../operations/run-status.ts';
import { duration } from '../terminal/duration.ts';
import type { ProgressView } from './progress-view.ts';

/** Least time between two lines. Milliseconds. */
const INTERVAL = 3_000;

/** Where there is no terminal: a line every few seconds while something moves, and one whenever the state changes. */
export class PlainProgress implements ProgressView {
  readonly #print: (line: string) => void;
  readonly #now: () => number;
  readonly #start: number;
  #printedAt = Number.NEGATIVE_INFINITY;
  #counts = '';
  #state = '';

  constructor(print: (line: string) => void, now: () => number = Date.now) {
    this.#print = print;
    this.#now = now;
    this.#start = now();
  }

  update(status: RunStatus): void {
    const { line, counts } = describe(status);
    if (counts === this.#counts || (status.state === this.#state && this.#now() - this.#printedAt < INTERVAL)) return;
    this.#print(`[${duration((this.#now() - this.#start) / 1000)}] ${line}`);
    this.#printedAt = this.#now();
    this.#state = status.state;
    this.#counts = counts;
  }

  end(): void {}
}

/** The line, and what of it must change to make another one worth while. */
function describe({ state, runId, progress, nodes }: RunStatus): { line: string; counts: string } {
  const { done, total, failed, etaSeconds } = progress;
  const share = total > 0 ? ` ${Math.floor((100 * done) / total)} %` : '';
  const eta = state === 'RUNNING' && etaSeconds !== null ? `, ETA ${duration(etaSeconds)}` : '';
  const working = nodes.filter((node) => node.state === 'RUNNING').map((node) => `${node.name} ${node.done}/${node.total}`);
  const more = working.length > 4 ? ` and ${working.length - 4} more` : '';
  const where = working.length > 0 ? `: ${working.slice(0, 4).join(', ')}${more}` : '';
  const counts = `${state}${share} (${done}/${total}${failed ? `, ${failed} failed` : ''})`;
  return { line: `run ${runId} ${counts}${eta}${where}`, counts };
}
