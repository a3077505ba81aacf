import type { Plugin } from 'graphql-yoga';
import type { Tracing } from '../../engine/telemetry/tracing.ts';
import { requestScope } from './request-scope.ts';

/** A span a request, below that of a caller who sends a `traceparent`. Named by the operation; holds its id, never its variables. */
export function useTracing(tracing: Tracing): Plugin {
  return {
    instrumentation: {
      request: ({ request }, wrapped) => {
        const traceparent = request.headers.get('traceparent');
        const { pathname } = new URL(request.url);
        if (pathname === '/health' || pathname === '/ready') return wrapped();
        return tracing.span(
          `${request.method} ${pathname.split('/')[1] ?? ''}`,
          async (span) => {
            await wrapped();
            const scope = requestScope();
            if (!scope) return;
            if (scope.kind) span.updateName(`${scope.kind} ${scope.operation ?? ''}`.trim());
            span.setAttributes({ 'hopline.request': scope.id, 'hopline.codes': [...scope.codes] });
          },
          traceparent ? { from: { traceparent } } : {},
        );
      },
    },
  };
}
