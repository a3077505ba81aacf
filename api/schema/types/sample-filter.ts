import type { SampleFilter } from '../../read/sample-filter.ts';
import { builder } from '../builder.ts';
import { runIdOf } from '../run-id.ts';
import { ModalityRef } from './modality.ts';

const ScoreRangeRef = builder.inputType('ScoreRange', {
  description: 'One of its scores lies in this range.',
  fields: (t) => ({
    min: t.float({ description: 'Loss, at least.' }),
    max: t.float({ description: 'Loss, at most.' }),
    node: t.string({ description: 'Of this scorer.' }),
    teacher: t.field({ type: 'Digest', description: 'By this checkpoint.' }),
  }),
});

export const SampleFilterRef = builder.inputType('SampleFilter', {
  description:
    'Which samples: all that is given must hold. There must be a runId, a text, or failed: true, which are answered along an index; the rest narrows it down.',
  fields: (t) => ({
    runId: t.id({ description: 'Those that a run made or found.' }),
    node: t.string({
      description: 'With runId. A source or map: its samples. A scorer: those it scored. A selection: those it decided about.',
    }),
    hop: t.int(),
    depth: t.int(),
    chain: t.int(),
    modality: t.field({ type: ModalityRef }),
    label: t.string({ description: "What the dataset's row says of the real sample that it grew from: `meta.label`." }),
    kept: t.boolean({ description: 'By the selection that `node` names, else by any of the run.' }),
    score: t.field({ type: ScoreRangeRef }),
    text: t.string({
      description: 'Words that its text has, as typed into a search box: `red circle`, `"left of"`, `cat or dog`, `-blue`.',
    }),
    failed: t.boolean({ description: 'Could not be made.' }),
  }),
});

/** The reader's filter of GraphQL's: absent where null. */
export function toSampleFilter({ runId, modality, score, ...rest }: typeof SampleFilterRef.$inferInput): SampleFilter {
  const given = <T extends object>(input: T) =>
    Object.fromEntries(Object.entries(input).filter(([, value]) => value != null)) as {
      [K in keyof T]?: NonNullable<T[K]>;
    };
  return {
    ...given(rest),
    ...(runId == null ? {} : { runId: runIdOf(runId) }),
    ...(modality == null ? {} : { medium: modality.toLowerCase() }),
    ...(score == null ? {} : { score: given(score) }),
  };
}
