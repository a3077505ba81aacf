import type { Digest } from '../../engine/plan/digest.ts';
import { HoplineError } from '../../engine/plan/errors.ts';

/** Which samples: all that is given must hold. */
export interface SampleFilter {
  runId?: string;
  /** A source or map: its samples. A scorer: those it scored. A selection: those it decided about. */
  node?: string;
  hop?: number;
  depth?: number;
  chain?: number;
  medium?: string;
  /** What the dataset says of the real sample that it grew from. */
  label?: string;
  /** Of a selection: what it decided. Otherwise by any selection of the run. */
  kept?: boolean;
  /** Loss of one of its scores. */
  score?: { node?: string; teacher?: Digest; min?: number; max?: number };
  /** Words, "phrases", or, -not: as people type them into a search box. */
  text?: string;
  failed?: boolean;
}

/** Refuses what no index can answer, and what can't be. @throws SAMPLE_FILTER_TOO_WIDE, SAMPLE_FILTER_INVALID */
export function checkFilter(filter: SampleFilter): void {
  const given = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (filter.node !== undefined && filter.runId === undefined)
    throw new HoplineError('SAMPLE_FILTER_TOO_WIDE', 'samples.filter.node must come with runId, got no run', {
      hint: 'add filter.runId: a node is one of a run',
    });
  if (filter.runId === undefined && filter.text === undefined && filter.failed !== true)
    throw new HoplineError(
      'SAMPLE_FILTER_TOO_WIDE',
      `samples.filter must have runId, text or failed: true, got ${given.join(', ') || 'nothing'}`,
      { hint: 'add filter.runId, and filter.node for one of its nodes; the rest narrows it down' },
    );
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = filter.score ?? {};
  if (min > max)
    throw new HoplineError('SAMPLE_FILTER_INVALID', `samples.filter.score.min must be at most max ${max}, got ${min}`);
  if (filter.text !== undefined && filter.text.trim() === '')
    throw new HoplineError('SAMPLE_FILTER_INVALID', 'samples.filter.text must have a word, got none');
}
