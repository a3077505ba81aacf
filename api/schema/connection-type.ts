import { builder } from './builder.ts';
import type { Connection } from './page.ts';

/** The arguments of every connection. */
export const pageArguments = builder.args((t) => ({
  first: t.int({ description: 'Default 20, at most 100.' }),
  after: t.string({ description: 'Cursor of the last edge of the page before.' }),
}));

/** `XConnection` and `XConnectionEdge` of a type: one pair for all fields that page through it. */
export function connectionType<T>(name: string, node: PothosSchemaTypes.ObjectRef<(typeof builder)['$inferSchemaTypes'], T>) {
  const edge = builder.objectRef<Connection<T>['edges'][number]>(`${name}ConnectionEdge`).implement({
    fields: (t) => ({
      cursor: t.exposeString('cursor'),
      node: t.field({ type: node, resolve: (found) => found.node as never }),
    }),
  });
  return builder.objectRef<Connection<T>>(`${name}Connection`).implement({
    description: 'A page. Go on with `after: pageInfo.endCursor`.',
    fields: (t) => ({
      edges: t.field({ type: [edge], resolve: (page) => page.edges }),
      pageInfo: t.field({ type: builder.pageInfoRef(), resolve: (page) => page.pageInfo }),
      totalCount: t.int({
        nullable: true,
        description: 'Over all pages, counted when it is asked for; null where counting would mean to look at everything.',
        resolve: (page) => page.totalCount?.() ?? null,
      }),
    }),
  });
}
