import type { RunFilter } from '../../../engine/lineage/list-runs.ts';
import { builder } from '../builder.ts';
import { RunStateRef } from './run.ts';

const LabelFilterRef = builder.inputType('LabelFilter', {
  fields: (t) => ({ name: t.string({ required: true }), value: t.string({ required: true }) }),
});

export const RunFilterRef = builder.inputType('RunFilter', {
  description: 'Which runs: all that is given must hold.',
  fields: (t) => ({
    pipeline: t.string(),
    project: t.string(),
    states: t.field({ type: [RunStateRef] }),
    labels: t.field({ type: [LabelFilterRef], description: 'Labels that they have, all of them.' }),
    createdAfter: t.field({ type: 'DateTime', description: 'At this time or later.' }),
    createdBefore: t.field({ type: 'DateTime' }),
    prefix: t.string({ description: "What the run's id or its pipeline's name begins with." }),
    verifying: t.boolean({ description: 'true: runs that execute another one again. false: runs that make things.' }),
  }),
});

/** The engine's filter of GraphQL's: absent where null. */
export function toRunFilter(input: typeof RunFilterRef.$inferInput | null | undefined): RunFilter {
  const { labels, ...rest } = input ?? {};
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value != null)) as Omit<RunFilter, 'labels'>;
  return labels == null ? given : { ...given, labels: Object.fromEntries(labels.map(({ name, value }) => [name, value])) };
}
