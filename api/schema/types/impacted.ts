import type { Impact } from '../../../engine/lineage/index.ts';
import { builder } from '../builder.ts';
import { cursorCode } from '../cursor.ts';
import { type Connection, connection, type PageArguments, pageSize } from '../page.ts';
import { CheckpointRef, ImpactRef, MetricRef, RunRef, SampleRef } from '../refs.ts';

const KINDS = ['SAMPLE', 'CHECKPOINT', 'METRIC', 'RUN'] as const;

/** One thing that rests on another, by its id; a run by its own. */
interface Impacted {
  kind: (typeof KINDS)[number];
  id: number;
  runId: string;
  impact: Impact;
}

const ImpactKindRef = builder.enumType('ImpactedKind', { values: KINDS });

const ImpactedRef = builder.objectRef<Impacted>('Impacted').implement({
  description: 'Something that rests on what was asked about. The field of its kind holds it.',
  fields: (t) => ({
    kind: t.field({ type: ImpactKindRef, resolve: ({ kind }) => kind }),
    sample: t.field({
      type: SampleRef,
      nullable: true,
      resolve: ({ kind, id }, _args, { loaders }) => (kind === 'SAMPLE' ? loaders.sample(id) : null),
    }),
    checkpoint: t.field({
      type: CheckpointRef,
      nullable: true,
      resolve: ({ kind, id, impact }) => {
        const found = kind === 'CHECKPOINT' && impact.checkpoints.find((checkpoint) => checkpoint.id === id);
        return found ? { ...found, checkpoint: found.key } : null;
      },
    }),
    metric: t.field({
      type: MetricRef,
      nullable: true,
      resolve: ({ kind, id, impact }) => (kind === 'METRIC' ? (impact.metrics.find((metric) => metric.id === id) ?? null) : null),
    }),
    run: t.field({
      type: RunRef,
      nullable: true,
      resolve: ({ kind, runId }, _args, { loaders }) => (kind === 'RUN' ? loaders.run(runId) : null),
    }),
  }),
});

const ImpactEdgeRef = builder.objectRef<Connection<Impacted>['edges'][number]>('ImpactConnectionEdge').implement({
  fields: (t) => ({
    cursor: t.exposeString('cursor'),
    node: t.field({ type: ImpactedRef, resolve: (edge) => edge.node }),
  }),
});

export const ImpactConnection = builder.objectRef<Connection<Impacted> & { impact: Impact }>('ImpactConnection').implement({
  description: 'Samples, then checkpoints, metrics and runs. Go on with `after: pageInfo.endCursor`.',
  fields: (t) => ({
    counts: t.field({ type: ImpactRef, resolve: (page) => page.impact }),
    edges: t.field({ type: [ImpactEdgeRef], resolve: (page) => page.edges }),
    pageInfo: t.field({ type: builder.pageInfoRef(), resolve: (page) => page.pageInfo }),
  }),
});

/** A page of what rests on `of`. @throws PAGE_INVALID, CURSOR_INVALID */
export function impactPage(impact: Impact, of: unknown, args: PageArguments): Connection<Impacted> & { impact: Impact } {
  const code = cursorCode<[number, number, string]>('impact', of, [0, 0, '']);
  const after = code.decode(args.after);
  const place = ({ kind, id, runId }: Impacted): [number, number, string] => [KINDS.indexOf(kind), id, runId];
  const all = [
    ...impact.sampleIds.map((id): Impacted => ({ kind: 'SAMPLE', id, runId: '', impact })),
    ...impact.checkpoints.map(({ id }): Impacted => ({ kind: 'CHECKPOINT', id, runId: '', impact })),
    ...impact.metrics.map(({ id }): Impacted => ({ kind: 'METRIC', id, runId: '', impact })),
    ...impact.runs.map((runId): Impacted => ({ kind: 'RUN', id: 0, runId, impact })),
  ].sort((a, b) => compare(place(a), place(b)));
  const size = pageSize(args);
  const rest = after ? all.filter((found) => compare(place(found), after) > 0) : all;
  const page = { hasNextPage: rest.length > size, hasPreviousPage: after !== undefined };
  return { ...connection(rest.slice(0, size), page, (found) => code.encode(place(found))), impact };
}

const compare = (a: [number, number, string], b: [number, number, string]): number =>
  a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0);
