import { HoplineError } from '../engine/plan/errors.ts';
import { closeServices, openServices } from '../engine/runs/index.ts';
import { registerShippedModels } from '../engine/runs/register-shipped-models.ts';
import { createApi } from './server/create-api.ts';
import { listen } from './server/listen.ts';

export interface RunningServer {
  url: string;
  /** Ends open connections, then the services. */
  close(): Promise<void>;
}

/** The API server of an environment: DATABASE_URL, STORE_URL, TEMPORAL_ADDRESS, and HOPLINE_API_PORT (default 4100), HOPLINE_API_HOST
 *  (default 127.0.0.1), HOPLINE_TOKEN, HOPLINE_ALLOWED_HOSTS (names, separated by commas).
 *  @throws TOKEN_MISSING for an address that other machines reach; PORT_IN_USE */
export async function startServer(env: NodeJS.ProcessEnv, log: (line: string) => void): Promise<RunningServer> {
  const host = env.HOPLINE_API_HOST || '127.0.0.1';
  const token = env.HOPLINE_TOKEN || undefined;
  if (!token && !['127.0.0.1', '::1', 'localhost'].includes(host)) {
    throw new HoplineError(
      'TOKEN_MISSING',
      `HOPLINE_TOKEN must be set when HOPLINE_API_HOST is not a loopback address, got host ${host}`,
      {
        hint: 'HOPLINE_TOKEN=$(openssl rand -hex 32)',
      },
    );
  }
  const services = await openServices(env);
  const api = createApi({
    services,
    ...(token ? { token } : {}),
    allowedHosts: (env.HOPLINE_ALLOWED_HOSTS ?? '').split(',').filter(Boolean),
    log: ({ id, error }) => log(`${id} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  });
  // Before anyone can ask for a run. A database that is away shows in the health check; it must not keep the server from starting.
  await registerShippedModels(services).catch((error: unknown) =>
    log(`models that ship are not registered: ${(error as Error).message}`),
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
    },
  };
}

function portOf(text: string | undefined): number {
  const port = Number(text || 4100);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new HoplineError('PORT_INVALID', `HOPLINE_API_PORT must be 0 to 65535, got ${text}`);
}
