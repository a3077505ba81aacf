import { type DocumentNode, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { requestScope } from './request-scope.ts';

/** Notes for log and metrics what is asked: the operation's name and kind, as soon as the document is parsed. */
export function useOperationName(): Plugin {
  return {
    onParse({ context }) {
      return ({ result }) => {
        const scope = requestScope();
        if (!scope || !result || result instanceof Error) return;
        const { params } = context as { params?: { operationName?: string | null } };
        const operation = getOperationAST(result as DocumentNode, params?.operationName);
        scope.operation = operation?.name?.value.slice(0, 100);
        scope.kind = operation?.operation;
      };
    },
  };
}
