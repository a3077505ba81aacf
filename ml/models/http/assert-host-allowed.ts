import type { Endpoint } from './endpoint.ts';
import { EndpointError } from './endpoint-error.ts';

/** Whoever registers models says where keys go and whether the network inside is open. An operator who shares that right holds the other end:
 *  `HOPLINE_ENDPOINT_HOSTS`, `api.openai.com,10.0.0.5:8000`, are the only servers that a worker calls then. Default: any.
 *  @throws MODEL_ADDRESS_REFUSED */
export function assertHostAllowed(model: string, { url }: Pick<Endpoint, 'url'>, env: NodeJS.ProcessEnv): void {
  const list = env.HOPLINE_ENDPOINT_HOSTS?.trim();
  if (!list) return;
  const { host } = new URL(url);
  const allowed = list.split(',').map((name) => name.trim().toLowerCase());
  if (allowed.includes(host)) return;
  throw new EndpointError(
    'MODEL_ADDRESS_REFUSED',
    `model "${model}".endpoint.url must be of one of the hosts that this worker may call, got ${host}`,
    { hint: `HOPLINE_ENDPOINT_HOSTS in the workers' environment names them` },
  );
}
