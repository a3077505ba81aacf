import { createYoga, type Plugin } from 'graphql-yoga';
import { abortable } from '../../engine/lineage/abortable.ts';
import type { RunServices } from '../../engine/runs/index.ts';
import type { Tracing } from '../../engine/telemetry/tracing.ts';
import { createAuthenticator } from '../auth/authenticator.ts';
import { viewerOf } from '../auth/request-identity.ts';
import { useAuthentication } from '../auth/use-authentication.ts';
import { useSession } from '../auth/use-session.ts';
import { RunFeeds } from '../events/run-feeds.ts';
import { useEventStream } from '../events/use-event-stream.ts';
import type { ApiContext } from '../schema/context.ts';
import { createLoaders } from '../schema/loaders.ts';
import { schema } from '../schema/schema.ts';
import { type ApiLimits, DEFAULT_LIMITS } from './api-limits.ts';
import { type ApiLog, silentLog } from './api-log.ts';
import { type Operations, operationNames } from './known-operations.ts';
import { maskError } from './mask-error.ts';
import { type ApiMetrics, createApiMetrics } from './metrics/api-metrics.ts';
import { useMetrics } from './metrics/use-metrics.ts';
import { neverThrows } from './never-throws.ts';
import { requestScope } from './request-scope.ts';
import { useBodyLimit } from './use-body-limit.ts';
import { useCsrfPrevention } from './use-csrf-prevention.ts';
import { useErrorIds } from './use-error-ids.ts';
import { useGraphiql } from './use-graphiql.ts';
import { useHealth } from './use-health.ts';
import { useHostCheck } from './use-host-check.ts';
import { useOperationName } from './use-operation-name.ts';
import { usePersistedOnly } from './use-persisted-only.ts';
import { useQueryLimits } from './use-query-limits.ts';
import { useRateLimit } from './use-rate-limit.ts';
import { useReadiness } from './use-readiness.ts';
import { useRequestScope } from './use-request-scope.ts';
import { useStoreFiles } from './use-store-files.ts';
import { useTextCheck } from './use-text-check.ts';
import { useTimeLimit } from './use-time-limit.ts';
import { useTracing } from './use-tracing.ts';
import { useWholeSubscriptions } from './use-whole-subscriptions.ts';

export interface ApiOptions {
  services: RunServices;
  /** Who has it is the owner; every other request needs a token that was created. Default: none, for a loopback address only. */
  token?: string;
  /** Names under which the server is reached besides the loopback ones. */
  allowedHosts?: readonly string[];
  /** Origins (`https://lab.example`) whose pages may ask with a bearer token. Default: none but our own. */
  allowedOrigins?: readonly string[];
  /** One line a request, and what clients are not told of errors. Default: nothing. */
  log?: ApiLog;
  metrics?: ApiMetrics;
  limits?: Partial<ApiLimits>;
  /** Nothing but these operations. Default: every one. */
  persistedOnly?: Operations;
  /** Whether a browser gets GraphiQL. Default false. */
  graphiql?: boolean;
  /** A span a request. Default: none. */
  tracing?: Tracing;
}

/** The API as one fetch handler: `node:http` can listen with it, tests can call `.fetch`. The guards come first, in this order. */
export function createApi(options: ApiOptions) {
  const { services, token, allowedHosts, allowedOrigins = [], log = silentLog, persistedOnly } = options;
  const metrics = options.metrics ?? createApiMetrics(operationNames(), false);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const authenticator = createAuthenticator(services.db, token);
  const feeds = new RunFeeds({ db: services.db, databaseUrl: services.databaseUrl });
  const guards: Plugin[] = [
    useRequestScope(log, metrics),
    ...(options.tracing ? [useTracing(options.tracing)] : []),
    useHostCheck(allowedHosts, allowedOrigins),
    useHealth(),
    useReadiness(services),
    ...(options.graphiql ? [useGraphiql()] : []),
    useAuthentication(authenticator),
    useCsrfPrevention(),
    useBodyLimit(limits.bodyBytes),
    ...(limits.perMinute > 0 ? [useRateLimit(limits.perMinute, metrics)] : []),
  ];
  return createYoga<object, ApiContext>({
    schema,
    plugins: [
      ...guards,
      useEventStream({
        feeds,
        stillAllowed: authenticator.identify,
      }),
      useSession(authenticator),
      useMetrics(services.db, metrics, feeds),
      useStoreFiles(services),
      ...(persistedOnly ? usePersistedOnly(persistedOnly) : []),
      useTextCheck(),
      useErrorIds(),
      useOperationName(),
      useQueryLimits(),
      useWholeSubscriptions(),
      useTimeLimit(limits.seconds),
    ].map((plugin) => neverThrows(plugin, log)),
    context: ({ request }) => {
      const viewer = viewerOf(request);
      const visibility = viewer.project?.id ?? null;
      const scope = requestScope();
      const db = scope ? abortable(services.db, scope.work.signal) : services.db;
      const own = { ...services, db };
      return { viewer, visibility, services: own, loaders: createLoaders(db, visibility), origin: new URL(request.url).origin };
    },
    maskedErrors: { maskError: (error) => maskError(error, log) },
    // Ours stands behind the check of the host.
    healthCheckEndpoint: '/live',
    cors: allowedOrigins.length > 0 && crossOrigin(allowedOrigins),
    graphiql: false,
    landingPage: false,
    multipart: false,
    batching: false,
    logging: false,
  });
}

/** Never with cookies: a page of another origin brings its own token. */
const crossOrigin = (origins: readonly string[]) => ({
  origin: [...origins],
  credentials: false,
  methods: ['GET', 'POST'],
  allowedHeaders: ['authorization', 'content-type'],
});
