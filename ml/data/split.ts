import type { JsonObject } from '../../engine/plan/json.ts';
import { hashUniform } from './hash-random.ts';

/** What is needed of a row to choose it; `DatasetRow` and the engine's `DatasetRowInfo` both fit. */
export interface SplitRow {
  id: string;
  part?: string | null;
  group: string;
  meta: JsonObject;
}

export interface SplitOptions {
  part: 'train' | 'validation' | 'test';
  /** Another seed is another split, other texts of the training instances and another choice under `limit`. */
  splitSeed: number;
  /** Share of the training instances whose explicit text is used; the others are ambiguous. Default 0.4. */
  explicitShare?: number;
  /** At most so many instances. Default: all. */
  limit?: number;
  /** Shares of the groups of a dataset that has no parts of its own. Default 0.4 and 0.1. */
  testShare?: number;
  validationShare?: number;
}

/** The rows of one part, in their order: every text of a validation or test instance, one text of a training instance.
 *  Each choice is a hash of the seed and the row's own name, so a row more or less changes no other row's part or text, and under
 *  `limit` at most one instance. */
export function chooseRows<R extends SplitRow>(rows: readonly R[], options: SplitOptions): R[] {
  const own = rows.filter((row) => partOf(row, options) === options.part);
  const told = options.part === 'train' ? oneTextEach(own, options) : own;
  return options.limit === undefined ? told : firstInstances(told, options.limit, options.splitSeed);
}

function partOf(row: SplitRow, { splitSeed, testShare = 0.4, validationShare = 0.1 }: SplitOptions): string {
  if (row.part) return row.part;
  const place = hashUniform('part', splitSeed, row.group);
  if (place < testShare) return 'test';
  return place < testShare + validationShare ? 'validation' : 'train';
}

function oneTextEach<R extends SplitRow>(rows: R[], { splitSeed, explicitShare = 0.4 }: SplitOptions): R[] {
  const slices = new Map<string, Set<unknown>>();
  for (const row of rows) {
    const known = slices.get(instanceOf(row)) ?? new Set();
    slices.set(instanceOf(row), known.add(row.meta.slice));
  }
  return rows.filter((row) => {
    const both = slices.get(instanceOf(row))!;
    if (!both.has('explicit') || !both.has('ambiguous')) return true;
    const wanted = hashUniform('slice', splitSeed, instanceOf(row)) < explicitShare ? 'explicit' : 'ambiguous';
    return row.meta.slice === wanted;
  });
}

function firstInstances<R extends SplitRow>(rows: R[], limit: number, splitSeed: number): R[] {
  const ranked = [...new Set(rows.map(instanceOf))]
    .map((instance) => ({ instance, place: hashUniform('limit', splitSeed, instance) }))
    .sort((a, b) => a.place - b.place || (a.instance < b.instance ? -1 : 1));
  const chosen = new Set(ranked.slice(0, limit).map(({ instance }) => instance));
  return rows.filter((row) => chosen.has(instanceOf(row)));
}

const instanceOf = (row: SplitRow): string => (typeof row.meta.instance === 'string' ? row.meta.instance : row.id);
