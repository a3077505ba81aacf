import { HoplineError } from '../engine/plan/errors.ts';
import { closeServices, openServices } from '../engine/runs/index.ts';
import { registerShippedModels } from '../engine/runs/register-shipped-models.ts';
import { startTracing } from '../engine/telemetry/start-tracing.ts';
import { allowedOrigins } from './auth/allowed-origins.ts';
import { apiLimits } from './server/api-limits.ts';
import { openApiLog } from './server/api-log.ts';
import { createApi } from './server/create-api.ts';
import { operationNames, readOperations } from './server/known-operations.ts';
import { listen } from './server/listen.ts';
import { createApiMetrics } from './server/metrics/api-metrics.ts';

export interface RunningServer {
  url: string;
  /** Ends open connections, then the services. */
  close(): Promise<void>;
}

/** To Postgres. A page of the web and 20 clients of the command line rarely have more statements under way at once. */
const CONNECTIONS = 8;

/** The API server of an environment: DATABASE_URL, STORE_URL, TEMPORAL_ADDRESS, and HOPLINE_API_PORT (default 4100), HOPLINE_API_HOST
 *  (default 127.0.0.1), HOPLINE_TOKEN, HOPLINE_ALLOWED_HOSTS (names, separated by commas), HOPLINE_ALLOWED_ORIGINS (`https://lab.example`,
 *  likewise), HOPLINE_API_TIMEOUT_SECONDS, HOPLINE_API_RATE, HOPLINE_API_PERSISTED_ONLY (a file), HOPLINE_GRAPHIQL (`on` or `off`; default on for a loopback address), HOPLINE_LOG_LEVEL.
 *  `log` gets lines of JSON. @throws TOKEN_MISSING, TOKEN_WEAK for an address that other machines reach; PORT_IN_USE; CONFIG_INVALID */
export async function startServer(env: NodeJS.ProcessEnv, log: (line: string) => void): Promise<RunningServer> {
  const host = env.HOPLINE_API_HOST || '127.0.0.1';
  const token = env.HOPLINE_TOKEN || undefined;
  const isLoopback = ['127.0.0.1', '::1', 'localhost'].includes(host);
  if (!token && !isLoopback) {
    throw new HoplineError(
      'TOKEN_MISSING',
      `HOPLINE_TOKEN must be set when HOPLINE_API_HOST is not a loopback address, got host ${host}`,
      {
        hint: 'HOPLINE_TOKEN=$(openssl rand -hex 32)',
      },
    );
  }
  if (token && token.length < 24 && !isLoopback) {
    // Who has a session could try all short ones at home: its MAC is made under a key of this token.
    throw new HoplineError(
      'TOKEN_WEAK',
      `HOPLINE_TOKEN must have 24 characters at least when HOPLINE_API_HOST is not a loopback address, got ${token.length}`,
      { hint: 'HOPLINE_TOKEN=$(openssl rand -hex 32)' },
    );
  }
  const limits = apiLimits(env);
  const apiLog = openApiLog(log, env.HOPLINE_LOG_LEVEL || 'info');
  const persistedOnly = env.HOPLINE_API_PERSISTED_ONLY ? readOperations(env.HOPLINE_API_PERSISTED_ONLY) : undefined;
  const metrics = createApiMetrics(operationNames(), true);
  const tracing = await startTracing('hopline-api', env);
  const services = await openServices(env, {
    ...(tracing ? { interceptors: tracing.client } : {}),
    connections: CONNECTIONS,
    // A little later than the request's own limit, which says it better.
    statementTimeout: (limits.seconds + 5) * 1000,
    onStatement: metrics.statement,
  });
  const api = createApi({
    services,
    limits,
    metrics,
    ...(tracing ? { tracing } : {}),
    log: apiLog,
    ...(persistedOnly ? { persistedOnly } : {}),
    graphiql: env.HOPLINE_GRAPHIQL ? env.HOPLINE_GRAPHIQL === 'on' : isLoopback && !persistedOnly,
    ...(token ? { token } : {}),
    allowedHosts: (env.HOPLINE_ALLOWED_HOSTS ?? '').split(',').filter(Boolean),
    allowedOrigins: allowedOrigins(env.HOPLINE_ALLOWED_ORIGINS),
  });
  // Before anyone can ask for a run. A database that is away shows in the health check; it must not keep the server from starting.
  await registerShippedModels(services).catch((error: unknown) =>
    apiLog.warn({ reason: (error as Error).message }, 'models that ship are not registered'),
  );
  const { server, url } = await listen(api, host, portOf(env.HOPLINE_API_PORT)).catch(async (error: unknown) => {
    await closeServices(services);
    throw error;
  });
  return {
    url,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await closeServices(services);
      await tracing?.close();
    },
  };
}

function portOf(text: string | undefined): number {
  const port = Number(text || 4100);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new HoplineError('PORT_INVALID', `HOPLINE_API_PORT must be 0 to 65535, got ${text}`);
}
