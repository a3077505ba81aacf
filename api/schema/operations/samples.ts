import { HoplineError } from '../../../engine/plan/errors.ts';
import { nodeSamples } from '../../read/node-samples.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';
import { connectionOf, pageSize } from '../page.ts';
import { SampleRef } from '../refs.ts';
import { runIdOf } from '../run-id.ts';

builder.queryField('sample', (t) =>
  t.field({
    type: SampleRef,
    nullable: true,
    args: { key: t.arg({ type: 'Digest', required: true }) },
    resolve: (_root, { key }, context) => findSample(context, key),
  }),
);

builder.queryField('sampleByPrefix', (t) =>
  t.field({
    type: SampleRef,
    nullable: true,
    description: 'The one sample whose key begins so; fails with SAMPLE_AMBIGUOUS when there are several.',
    args: { prefix: t.arg.string({ required: true, description: '8 to 64 lower-case hex characters.' }) },
    resolve: (_root, { prefix }, context) => {
      if (!/^[0-9a-f]{8,64}$/.test(prefix)) {
        throw new HoplineError(
          'SAMPLE_KEY_INVALID',
          `sample.key must be 8 to 64 lower-case hex characters, got ${JSON.stringify(prefix)}`,
          {
            hint: 'hopline show RUN prints sample keys',
          },
        );
      }
      return findSample(context, prefix);
    },
  }),
);

const SampleFilterRef = builder.inputType('SampleFilter', {
  description: 'Which samples. A run and one of its nodes must be named.',
  fields: (t) => ({
    runId: t.id({ required: true }),
    node: t.string({ required: true, description: 'A source or map: its samples. A select: those it decided about.' }),
    kept: t.boolean({ description: 'select only: those it kept, or those it did not.' }),
  }),
});

builder.queryField('samples', (t) =>
  t.connection({
    type: SampleRef,
    args: { filter: t.arg({ type: SampleFilterRef, required: true }) },
    resolve: async (_root, { filter, ...page }, { services }) => {
      const rows = await nodeSamples(services.db, {
        runId: runIdOf(filter.runId),
        node: filter.node,
        limit: pageSize(page) + 1,
        ...(page.after == null ? {} : { after: page.after }),
        ...(filter.kept == null ? {} : { kept: filter.kept }),
      });
      return connectionOf(rows, page, (sample) => sample.cursor);
    },
  }),
);

async function findSample({ loaders }: ApiContext, key: string) {
  try {
    return (await loaders.story(key)).sample;
  } catch (error) {
    if (error instanceof HoplineError && error.code === 'SAMPLE_NOT_FOUND') return null;
    throw error;
  }
}
