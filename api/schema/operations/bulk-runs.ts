import { type BulkOutcome, cancelRuns, type RunOutcome, resumeRuns } from '../../../engine/runs/index.ts';
import { builder } from '../builder.ts';
import { EmptyFilter, Forbidden } from '../errors/named-errors.ts';
import { withNamedErrors } from '../errors/to-named-error.ts';
import { RunRef } from '../refs.ts';
import { RunFilterRef, toRunFilter } from '../types/run-filter.ts';

const BulkRunOutcomeRef = builder.objectRef<RunOutcome>('BulkRunOutcome').implement({
  description: 'What became of one run.',
  fields: (t) => ({
    run: t.field({ type: RunRef, resolve: ({ run }) => run }),
    done: t.boolean({ resolve: ({ refused }) => refused === null }),
    code: t.string({
      nullable: true,
      description: 'Why it was left as it is: `RUN_NOT_RESUMABLE`. null where it was done.',
      resolve: ({ refused }) => refused?.code ?? null,
    }),
    message: t.string({ nullable: true, resolve: ({ refused }) => refused?.message ?? null }),
    hint: t.string({ nullable: true, resolve: ({ refused }) => refused?.hint ?? null }),
  }),
});

const BulkRunSuccessRef = builder.objectRef<BulkOutcome>('BulkRunSuccess').implement({
  fields: (t) => ({
    done: t.int({ resolve: ({ outcomes }) => outcomes.filter(({ refused }) => refused === null).length }),
    refused: t.int({ resolve: ({ outcomes }) => outcomes.filter(({ refused }) => refused !== null).length }),
    remaining: t.exposeInt('remaining', {
      description:
        'Runs that the filter lets through as well: ask again for them. One request comes to 1,000, to fewer in an outage or when it takes 20 seconds.',
    }),
    outcomes: t.field({
      type: [BulkRunOutcomeRef],
      description: 'One a run, the newest first; 1,000 at most.',
      resolve: ({ outcomes }) => outcomes,
    }),
  }),
});

const BulkRunResultRef = builder.errorUnion('BulkRunResult', {
  types: [BulkRunSuccessRef, EmptyFilter, Forbidden],
  resolveType: () => 'BulkRunSuccess',
});

builder.mutationField('cancelRuns', (t) =>
  t.field({
    type: BulkRunResultRef,
    description: 'Stops the runs that a filter lets through, unfinished ones unless it names states. An empty filter is refused.',
    args: {
      filter: t.arg({ type: RunFilterRef, required: true }),
      reason: t.arg.string({ description: 'The error of each of them.' }),
    },
    resolve: (_root, { filter, reason }, { services, visibility }) =>
      withNamedErrors(() => cancelRuns(services, toRunFilter(filter), visibility, reason ?? undefined)),
  }),
);

builder.mutationField('resumeRuns', (t) =>
  t.field({
    type: BulkRunResultRef,
    description:
      'Goes on with the runs that a filter lets through: failed, cancelled and paused ones, unless it names states. An empty filter is refused.',
    args: { filter: t.arg({ type: RunFilterRef, required: true }) },
    resolve: (_root, { filter }, { services, visibility }) =>
      withNamedErrors(() => resumeRuns(services, toRunFilter(filter), visibility)),
  }),
);
