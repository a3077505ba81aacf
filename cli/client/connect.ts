import { resolveConfig } from '../../infra/config.ts';
import type { Services } from '../../infra/supervisor/services.ts';
import { up } from '../../infra/supervisor/up.ts';
import type { CommandContext } from '../command-context.ts';
import { ApiClient } from './api-client.ts';

/** The API that commands talk to: HOPLINE_API_URL (with HOPLINE_TOKEN) where it is set, else the one of this home, whose services are started
 *  when they don't run, and stay up. What is started is said on stderr. */
export async function connect(context: CommandContext): Promise<ApiClient> {
  const { HOPLINE_API_URL, HOPLINE_TOKEN } = context.env;
  if (HOPLINE_API_URL) return new ApiClient({ url: HOPLINE_API_URL, token: HOPLINE_TOKEN });
  const { apiUrl, token } = await startServices(context);
  return new ApiClient({ url: apiUrl, token });
}

/** The services of this home, started when they don't run. */
export async function startServices(context: CommandContext): Promise<Services> {
  const { services, alreadyUp } = await up(resolveConfig(context.env, context.cwd), { detach: true, onLine: context.note });
  if (!alreadyUp) context.note(`services are up at ${services.apiUrl} and stay so: hopline down`);
  return services;
}
