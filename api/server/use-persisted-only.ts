import { createHash } from 'node:crypto';
import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Operations } from './known-operations.ts';

/** Lets only operations of a list through, for servers that strangers reach: by their hash (`extensions.persistedQuery.sha256Hash`), or as the
 *  same text word for word, so that clients need not know of it. */
export function usePersistedOnly(operations: Operations): Plugin[] {
  const refuse = (rule: string) => () =>
    new GraphQLError(`query ${rule}`, {
      extensions: {
        code: 'OPERATION_NOT_LISTED',
        hint: 'this server runs the operations of its list only (HOPLINE_API_PERSISTED_ONLY)',
        http: { status: 400 },
      },
    });
  const unlisted = refuse('must be one of the operations that this server lists, got another one');
  return [
    {
      onParams({ params, setParams }) {
        if (typeof params.query !== 'string') return;
        const sha256Hash = createHash('sha256').update(params.query).digest('hex');
        if (!operations.has(sha256Hash)) throw unlisted();
        const { query: _sent, ...rest } = params;
        setParams({ ...rest, extensions: { ...params.extensions, persistedQuery: { version: 1, sha256Hash } } });
      },
    },
    usePersistedOperations({
      getPersistedOperation: (hash) => operations.get(hash) ?? null,
      customErrors: {
        notFound: unlisted,
        keyNotFound: refuse('must be given, as its text or its SHA-256'),
        persistedQueryOnly: unlisted,
      },
    }),
  ];
}
