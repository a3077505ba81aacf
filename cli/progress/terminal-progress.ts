import type { RunStatus } from '../operations/run-status.ts';
import { visibleLength } from '../terminal/visible-length.ts';
import { NodeRates } from './node-rates.ts';
import { progressLines } from './progress-lines.ts';
import type { ProgressView } from './progress-view.ts';

/** In a terminal: one bar a node, redrawn in place. */
export class TerminalProgress implements ProgressView {
  readonly #terminal: NodeJS.WriteStream;
  readonly #rates = new NodeRates();
  readonly #start = Date.now();
  #drawn = 0;

  constructor(terminal: NodeJS.WriteStream) {
    this.#terminal = terminal;
  }

  update(status: RunStatus): void {
    const now = Date.now();
    this.#rates.see(status.nodes, now);
    const { columns = 100, rows = 40 } = this.#terminal;
    const lines = progressLines(status, {
      columns,
      rows,
      rate: (name) => this.#rates.rate(name),
      elapsed: (now - this.#start) / 1000,
    });
    const up = this.#drawn > 0 ? `\u001b[${this.#drawn}A` : '';
    this.#terminal.write(`${up}${lines.map((line) => `\r${line}\u001b[K\n`).join('')}\u001b[J`);
    this.#drawn = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(visibleLength(line) / columns)), 0);
  }

  end(): void {
    this.#drawn = 0;
  }
}
