import { type GenerationSettings, lengthLimit } from '../generation-options.ts';
import type { LogitsProcessor } from '../logits/logits-processor.ts';
import { processorChain } from '../logits/processor-chain.ts';
import { logSoftmax } from '../logits/softmax.ts';
import { largestEntries } from './largest-entries.ts';
import type { Search } from './search.ts';

interface Hypothesis {
  readonly ids: readonly number[];
  /** Log-probability; of a finished one divided by the length penalty. */
  readonly score: number;
}

interface Candidate extends Hypothesis {
  readonly parent: number;
  readonly ends: boolean;
}

/** Beam search as transformers 5 (`_beam_search`): each step the best continuations of all beams are taken, twice as many as there
 *  are beams (more with several end ids), so that enough of them go on; those of the first `beams` places that end are finished. */
export class BeamSearch implements Search {
  readonly #settings: GenerationSettings;
  readonly #start: number;
  readonly #limit: number;
  readonly #ends: ReadonlySet<number>;
  readonly #process: LogitsProcessor;
  #running: readonly Hypothesis[];
  #parents: readonly number[] = [0];
  #finished: Hypothesis[] = [];
  #done: boolean;

  constructor(start: readonly number[], settings: GenerationSettings) {
    this.#settings = settings;
    this.#start = start.length;
    this.#limit = lengthLimit(settings, start.length);
    this.#ends = new Set(settings.endIds);
    this.#process = processorChain(settings);
    this.#running = [{ ids: start, score: 0 }];
    this.#done = start.length >= this.#limit;
  }

  get sequences(): readonly (readonly number[])[] {
    return this.#running.map(({ ids }) => ids);
  }

  get parents(): readonly number[] {
    return this.#parents;
  }

  get done(): boolean {
    return this.#done;
  }

  get ids(): readonly number[] {
    return (this.#finished[0] ?? this.#running[0]!).ids;
  }

  advance(logits: readonly Float32Array[]): void {
    const candidates = this.#continuations(logits);
    if (candidates.length === 0) {
      // Every id is forbidden: the text ends where it is.
      this.#done = true;
      return;
    }
    const next = candidates.filter(({ ends }) => !ends).slice(0, this.#settings.beams);
    this.#finish(candidates.slice(0, this.#settings.beams).filter(({ ends }) => ends));
    this.#running = next;
    this.#parents = next.map(({ parent }) => parent);
    this.#done = next.length === 0 || (this.#full && this.#settings.earlyStopping === true) || !this.#canImprove();
  }

  /** The best continuations of all beams, best first. */
  #continuations(logits: readonly Float32Array[]): Candidate[] {
    const wanted = Math.max(2, 1 + this.#ends.size) * this.#settings.beams;
    const candidates: Candidate[] = [];
    for (const [parent, row] of logits.entries()) {
      const { ids, score } = this.#running[parent]!;
      logSoftmax(row);
      this.#process(row, ids);
      for (const id of largestEntries(row, wanted)) {
        const ends = this.#ends.has(id) || ids.length + 1 >= this.#limit;
        candidates.push({ ids: [...ids, id], parent, score: row[id]! + score, ends });
      }
    }
    return candidates.sort((a, b) => b.score - a.score).slice(0, wanted);
  }

  get #full(): boolean {
    return this.#finished.length === this.#settings.beams;
  }

  /** Keeps the best of those finished before and now. */
  #finish(ended: readonly Candidate[]): void {
    const scored = ended.map(({ ids, score }) => ({ ids, score: this.#penalised(score, ids.length) }));
    this.#finished = [...this.#finished, ...scored].sort((a, b) => b.score - a.score).slice(0, this.#settings.beams);
  }

  /** Whether the best running beam could still come before the worst finished one, by the reference's guess at its final length. */
  #canImprove(): boolean {
    if (!this.#full) return true;
    const { ids, score } = this.#running[0]!;
    const { earlyStopping, lengthPenalty } = this.#settings;
    const length = earlyStopping === 'never' && lengthPenalty > 0 ? this.#limit : ids.length;
    return this.#penalised(score, length) > this.#finished.at(-1)!.score;
  }

  #penalised(score: number, length: number): number {
    return score / (length - this.#start) ** this.#settings.lengthPenalty;
  }
}
