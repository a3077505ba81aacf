import { type GraphQLField, getOperationAST, Kind } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { HoplineError } from '../../engine/plan/errors.ts';
import { requestScope } from './request-scope.ts';

/** A field whose resolver may take longer than others says so in its `extensions`. Seconds. */
export const TIME_LIMIT = 'timeLimit';

/** Ends a query that takes longer than `seconds`, or whose caller has gone, and what it has Postgres do. A mutation is bounded by the time-out
 *  of its statements only: what it has begun is done, whoever still listens. A subscription lasts while its caller listens. */
export function useTimeLimit(seconds: number): Plugin {
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const scope = requestScope();
      const operation = getOperationAST(args.document, args.operationName);
      if (!scope || !operation) return;
      if (operation.operation === 'mutation') {
        scope.outlivesCaller = true;
        return;
      }
      const fields = args.schema.getQueryType()?.getFields() ?? {};
      const allowed = Math.max(
        seconds,
        ...operation.selectionSet.selections.map((selection) =>
          selection.kind === Kind.FIELD ? ownLimit(fields[selection.name.value]) : 0,
        ),
      );
      setExecuteFn(async (given) => {
        const { signal } = scope.work;
        const timer = setTimeout(() => scope.work.abort(tookTooLong(allowed)), allowed * 1000);
        let onAbort: (() => void) | undefined;
        const aborted = new Promise<never>((_resolve, reject) => {
          onAbort = () => reject(signal.reason);
          signal.addEventListener('abort', onAbort);
        });
        try {
          return await Promise.race([executeFn(given), aborted]);
        } finally {
          clearTimeout(timer);
          signal.removeEventListener('abort', onAbort!);
        }
      });
    },
  };
}

const ownLimit = (field: GraphQLField<unknown, unknown> | undefined): number => {
  const limit = field?.extensions[TIME_LIMIT];
  return typeof limit === 'number' ? limit : 0;
};

const tookTooLong = (seconds: number): HoplineError =>
  new HoplineError('REQUEST_TIMEOUT', `request.seconds must be at most ${seconds}, got more`, {
    hint: 'ask for a smaller page or fewer fields, or give the server more time: HOPLINE_API_TIMEOUT_SECONDS',
    permanent: false,
  });
