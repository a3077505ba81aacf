import { createYoga, type Plugin } from 'graphql-yoga';
import type { RunServices } from '../../engine/runs/index.ts';
import { createAuthenticator } from '../auth/authenticator.ts';
import { viewerOf } from '../auth/request-identity.ts';
import { useAuthentication } from '../auth/use-authentication.ts';
import { useSession } from '../auth/use-session.ts';
import type { ApiContext } from '../schema/context.ts';
import { createLoaders } from '../schema/loaders.ts';
import { schema } from '../schema/schema.ts';
import { maskError } from './mask-error.ts';
import { useBodyLimit } from './use-body-limit.ts';
import { useCsrfPrevention } from './use-csrf-prevention.ts';
import { useHealth } from './use-health.ts';
import { useHostCheck } from './use-host-check.ts';
import { useQueryLimits } from './use-query-limits.ts';
import { useStoreFiles } from './use-store-files.ts';

export interface ApiOptions {
  services: RunServices;
  /** Who has it is the owner; every other request needs a token that was created. Default: none, for a loopback address only. */
  token?: string;
  /** Names under which the server is reached besides the loopback ones. */
  allowedHosts?: readonly string[];
  /** Origins (`https://lab.example`) whose pages may ask with a bearer token. Default: none but our own. */
  allowedOrigins?: readonly string[];
  /** Gets errors that clients don't see. */
  log?: (details: { id: string; error: unknown }) => void;
}

/** The API as one fetch handler: `node:http` can listen with it, tests can call `.fetch`. The guards come first, in this order. */
export function createApi(options: ApiOptions) {
  const { services, token, allowedHosts, allowedOrigins = [], log = () => {} } = options;
  const authenticator = createAuthenticator(services.db, token);
  const guards: Plugin[] = [
    useHostCheck(allowedHosts, allowedOrigins),
    useAuthentication(authenticator),
    useCsrfPrevention(),
    useBodyLimit(1_000_000),
  ];
  return createYoga<object, ApiContext>({
    schema,
    plugins: [...guards, useSession(authenticator), useHealth(services), useStoreFiles(services), useQueryLimits()],
    context: ({ request }) => {
      const viewer = viewerOf(request);
      const visibility = viewer.project?.id ?? null;
      return { viewer, visibility, services, loaders: createLoaders(services.db), origin: new URL(request.url).origin };
    },
    maskedErrors: { maskError: (error) => maskError(error, log) },
    // Ours looks at the database too, and stands behind the guards.
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
