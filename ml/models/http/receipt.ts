import type { JsonObject } from '../../../engine/plan/json.ts';
import type { Endpoint } from './endpoint.ts';

/** What a server said that an answer took. */
export interface Usage {
  inputTokens?: number;
  outputTokens?: number;
  /** Words about the answer: which model gave it, why it ended, the prompt that it drew instead. */
  notes?: Record<string, string>;
}

/** What making one sample took, over all its attempts. It is kept beside the sample and is no part of its content. */
export class Receipt {
  requests = 0;
  answers = 0;
  #inputTokens: number | undefined;
  #outputTokens: number | undefined;
  #notes: Record<string, string> = {};

  add({ inputTokens, outputTokens, notes = {} }: Usage): void {
    if (inputTokens !== undefined) this.#inputTokens = (this.#inputTokens ?? 0) + inputTokens;
    if (outputTokens !== undefined) this.#outputTokens = (this.#outputTokens ?? 0) + outputTokens;
    this.#notes = { ...this.#notes, ...notes };
  }

  /** undefined where the server told none. */
  get tokens(): number | undefined {
    if (this.#inputTokens === undefined && this.#outputTokens === undefined) return undefined;
    return (this.#inputTokens ?? 0) + (this.#outputTokens ?? 0);
  }

  /** `{ requests, inputTokens?, outputTokens?, cost?, currency?, ...notes }`. The cost is what the endpoint's price makes of it: an estimate. */
  toJson({ price }: Pick<Endpoint, 'price'>): JsonObject {
    const input = this.#inputTokens;
    const output = this.#outputTokens;
    const { requests, answers } = this;
    const told = {
      ...(input === undefined ? {} : { inputTokens: input }),
      ...(output === undefined ? {} : { outputTokens: output }),
    };
    if (!price) return { ...this.#notes, requests, ...told };
    const perMillion = (input ?? 0) * price.inputMillion + (output ?? 0) * price.outputMillion;
    const cost = perMillion / 1e6 + requests * price.request + answers * price.answer;
    return { ...this.#notes, requests, ...told, cost: Number(cost.toPrecision(12)), currency: price.currency };
  }
}

/** A number of tokens as servers tell it. */
export const tokenCount = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined;
