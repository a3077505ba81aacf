import { HoplineError } from '../../../engine/plan/errors.ts';
import { type SamplePlace, searchSamples } from '../../read/search-samples.ts';
import { builder } from '../builder.ts';
import { pageArguments } from '../connection-type.ts';
import { cursorCode } from '../cursor.ts';
import { connection, pageSize } from '../page.ts';
import { SampleRef } from '../refs.ts';
import { SampleConnection } from '../types/sample.ts';
import { SampleFilterRef, toSampleFilter } from '../types/sample-filter.ts';

builder.queryField('sample', (t) =>
  t.field({
    type: SampleRef,
    nullable: true,
    args: { key: t.arg({ type: 'Digest', required: true }) },
    resolve: (_root, { key }, { loaders }) => loaders.sampleByKey(key),
  }),
);

builder.queryField('sampleByPrefix', (t) =>
  t.field({
    type: SampleRef,
    nullable: true,
    description: 'The one sample whose key begins so; fails with SAMPLE_AMBIGUOUS when there are several.',
    args: { prefix: t.arg.string({ required: true, description: '8 to 64 lower-case hex characters.' }) },
    resolve: async (_root, { prefix }, { loaders }) => {
      if (!/^[0-9a-f]{8,64}$/.test(prefix)) {
        throw new HoplineError(
          'SAMPLE_KEY_INVALID',
          `sample.key must be 8 to 64 lower-case hex characters, got ${JSON.stringify(prefix)}`,
          {
            hint: 'hopline samples RUN lists keys',
          },
        );
      }
      return loaders.sampleByPrefix(prefix).catch((error: unknown) => {
        if (error instanceof HoplineError && error.code === 'SAMPLE_NOT_FOUND') return null;
        throw error;
      });
    },
  }),
);

builder.queryField('samples', (t) =>
  t.field({
    type: SampleConnection,
    description:
      'In the order of nodes and their items; without a run, oldest first. A page looks at 20,000 candidates at most: where few of them pass the filter it may be shorter than asked for, and `hasNextPage` says whether to go on.',
    args: { ...pageArguments, filter: t.arg({ type: SampleFilterRef, required: true }) },
    resolve: async (_root, { filter: given, ...args }, { services, visibility }) => {
      const filter = toSampleFilter(given);
      const code = cursorCode<SamplePlace>('samples', filter, [0, 0, 0]);
      const after = code.decode(args.after);
      const { samples, next } = await searchSamples(services.db, filter, { limit: pageSize(args), after }, visibility);
      const page = connection(samples, { hasNextPage: next !== null, hasPreviousPage: after !== undefined }, ({ place }) =>
        code.encode(place),
      );
      return {
        edges: page.edges.map(({ cursor, node }) => ({ cursor, node: node.sample })),
        // Where the search stopped, which may be behind the last sample.
        pageInfo: next ? { ...page.pageInfo, endCursor: code.encode(next) } : page.pageInfo,
      };
    },
  }),
);
