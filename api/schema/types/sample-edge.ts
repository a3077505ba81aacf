import type { SampleRow } from '../../../engine/lineage/sample-row.ts';
import { MOST_HOPS } from '../../../engine/lineage/walk-lineage.ts';
import type { WalkedPage } from '../../../engine/lineage/walk-pages.ts';
import type { WalkPlace, Way } from '../../../engine/lineage/walked-edges.ts';
import { HoplineError } from '../../../engine/plan/errors.ts';
import { builder } from '../builder.ts';
import { pageArguments } from '../connection-type.ts';
import type { ApiContext } from '../context.ts';
import { cursorCode } from '../cursor.ts';
import { type Connection, type PageArguments, pageSize } from '../page.ts';
import { SampleEdgeRef, SampleRef } from '../refs.ts';

builder.objectType(SampleEdgeRef, {
  description: 'One derivation step between two samples.',
  fields: (t) => ({
    depth: t.exposeInt('depth', { description: '1 is a direct parent or child; of several ways the shortest.' }),
    role: t.exposeString('role', { description: 'The part that the parent played.' }),
    ordinal: t.exposeInt('ordinal', { description: "Place among the child's parents." }),
    child: t.field({ type: 'Digest', resolve: (edge) => edge.child }),
    parent: t.field({ type: 'Digest', resolve: (edge) => edge.parent }),
    sample: t.field({
      type: SampleRef,
      description: 'The far end: the parent going up, the child going down.',
      resolve: (edge, _args, { loaders }) => loaders.sample(edge.far),
    }),
  }),
});

type EdgePage = WalkedPage & { pageInfo: Connection<never>['pageInfo'] };

const SampleEdgeConnectionRef = builder.objectRef<EdgePage>('SampleEdgeConnection').implement({
  description: 'A page of flat lineage edges, nearest first. Go on with `after: pageInfo.endCursor`.',
  fields: (t) => ({
    edges: t.field({ type: [SampleEdgeRef], resolve: (page) => page.edges }),
    truncated: t.exposeBoolean('truncated', {
      description: 'What is more than one hop away was cut at 10,000 edges: go on from one of its samples.',
    }),
    pageInfo: t.field({ type: builder.pageInfoRef(), resolve: (page) => page.pageInfo }),
  }),
});

type SampleFields = PothosSchemaTypes.ObjectFieldBuilder<(typeof builder)['$inferSchemaTypes'], SampleRow>;

/** A paged walk over the edges in one direction. */
export function walkConnection(t: SampleFields, way: Way, description: string) {
  return t.field({
    type: SampleEdgeConnectionRef,
    description,
    args: { maxHops: t.arg.int({ description: '1 to 32. Default 32.' }), ...pageArguments },
    resolve: (sample, args, { loaders }) => walkFrom(loaders, sample, way, args),
  });
}

/** @throws PAGE_INVALID, CURSOR_INVALID */
async function walkFrom(
  loaders: ApiContext['loaders'],
  sample: SampleRow,
  way: Way,
  args: PageArguments & { maxHops?: number | null | undefined },
): Promise<EdgePage> {
  const maxHops = args.maxHops ?? MOST_HOPS;
  if (maxHops < 1 || maxHops > MOST_HOPS)
    throw new HoplineError('PAGE_INVALID', `page.maxHops must be 1 to ${MOST_HOPS}, got ${maxHops}`);
  const code = cursorCode('walk', { way, key: sample.key, maxHops }, [0, 0, 0, '']);
  const [depth, far, near, role] = (code.decode(args.after) ?? []) as [number?, number?, number?, string?];
  const after: WalkPlace | undefined = depth === undefined ? undefined : { depth, far: far!, near: near!, role: role! };
  const page = await loaders.walk(sample.id, way, { maxHops, first: pageSize(args), ...(after ? { after } : {}) });
  const cursorOf = (edge: WalkPlace | undefined): string | null =>
    edge ? code.encode([edge.depth, edge.far, edge.near, edge.role]) : null;
  return {
    ...page,
    pageInfo: {
      hasNextPage: page.hasMore,
      hasPreviousPage: after !== undefined,
      startCursor: cursorOf(page.edges[0]),
      endCursor: cursorOf(page.edges.at(-1)),
    },
  };
}
