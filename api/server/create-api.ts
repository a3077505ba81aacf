import { createYoga, type Plugin } from 'graphql-yoga';
import type { RunServices } from '../../engine/runs/index.ts';
import type { ApiContext } from '../schema/context.ts';
import { createLoaders } from '../schema/loaders.ts';
import { schema } from '../schema/schema.ts';
import { OWNER } from '../schema/viewer.ts';
import { maskError } from './mask-error.ts';
import { useBearerToken } from './use-bearer-token.ts';
import { useBodyLimit } from './use-body-limit.ts';
import { useCsrfPrevention } from './use-csrf-prevention.ts';
import { useHealth } from './use-health.ts';
import { useHostCheck } from './use-host-check.ts';
import { useQueryLimits } from './use-query-limits.ts';
import { useStoreFiles } from './use-store-files.ts';

export interface ApiOptions {
  services: RunServices;
  /** Asked of every request but the health check. Default: none, for a loopback address only. */
  token?: string;
  /** Names under which the server is reached besides the loopback ones. */
  allowedHosts?: readonly string[];
  /** Gets errors that clients don't see. */
  log?: (details: { id: string; error: unknown }) => void;
}

/** The API as one fetch handler: `node:http` can listen with it, tests can call `.fetch`. The guards come first, in this order. */
export function createApi(options: ApiOptions) {
  const { services, token, allowedHosts, log = () => {} } = options;
  const guards: Plugin[] = [
    useHostCheck(allowedHosts),
    ...(token ? [useBearerToken(token)] : []),
    useCsrfPrevention(),
    useBodyLimit(1_000_000),
  ];
  return createYoga<object, ApiContext>({
    schema,
    plugins: [...guards, useHealth(services), useStoreFiles(services), useQueryLimits()],
    context: ({ request }) => ({
      viewer: OWNER,
      visibility: OWNER.project?.id ?? null,
      services,
      loaders: createLoaders(services.db),
      origin: new URL(request.url).origin,
    }),
    maskedErrors: { maskError: (error) => maskError(error, log) },
    // Ours looks at the database too, and stands behind the guards.
    healthCheckEndpoint: '/live',
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    batching: false,
    logging: false,
  });
}
