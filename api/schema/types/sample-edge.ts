import type { ancestors, LineagePage, SampleRow } from '../../../engine/lineage/index.ts';
import { builder } from '../builder.ts';
import { pageSize } from '../page.ts';
import { SampleEdgeRef, SampleRef } from '../refs.ts';

builder.objectType(SampleEdgeRef, {
  description: 'One derivation step between two samples.',
  fields: (t) => ({
    depth: t.exposeInt('depth', { description: '1 is a direct parent or child.' }),
    role: t.exposeString('role', { description: 'The part that the parent played.' }),
    ordinal: t.exposeInt('ordinal'),
    child: t.field({ type: 'Digest', resolve: (edge) => edge.child }),
    parent: t.field({ type: 'Digest', resolve: (edge) => edge.parent }),
    sample: t.field({
      type: SampleRef,
      description: 'The far end: the parent going up, the child going down.',
      resolve: (edge) => edge.sample,
    }),
  }),
});

const SampleEdgeConnectionRef = builder.objectRef<LineagePage>('SampleEdgeConnection').implement({
  description: 'A page of flat lineage edges. Go on with `after: pageInfo.endCursor`.',
  fields: (t) => ({
    edges: t.field({ type: [SampleEdgeRef], resolve: (page) => page.edges }),
    truncated: t.exposeBoolean('truncated', { description: 'The walk was cut at 10,000 edges.' }),
    pageInfo: t.field({
      type: builder.pageInfoRef(),
      resolve: (page) => ({ hasNextPage: page.hasMore, hasPreviousPage: false, startCursor: null, endCursor: page.cursor }),
    }),
  }),
});

type SampleFields = PothosSchemaTypes.ObjectFieldBuilder<(typeof builder)['$inferSchemaTypes'], SampleRow>;

/** A paged walk over the edges in one direction. */
export function walkConnection(t: SampleFields, walk: typeof ancestors, description: string) {
  return t.field({
    type: SampleEdgeConnectionRef,
    description,
    args: {
      maxHops: t.arg.int({ description: 'Default 32.' }),
      first: t.arg.int({ description: 'Default 20, at most 100.' }),
      after: t.arg.string(),
    },
    resolve: (sample, args, { services }) =>
      walk(services.db, sample.key, {
        first: pageSize(args),
        ...(args.maxHops == null ? {} : { maxHops: args.maxHops }),
        ...(args.after == null ? {} : { after: args.after }),
      }),
  });
}
