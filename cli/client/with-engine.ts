import { closeServices, openServices, type RunServices } from '../../engine/runs/index.ts';
import { servicesEnv } from '../../infra/supervisor/services.ts';
import type { CommandContext } from '../command-context.ts';
import { startServices } from './connect.ts';

/** For the commands that write datasets and models: database and store themselves, because files don't go through the API. With
 *  HOPLINE_API_URL they are those of the connected mode, and nothing is started. */
export async function withEngine<T>(context: CommandContext, work: (services: RunServices) => Promise<T>): Promise<T> {
  const env = context.env.HOPLINE_API_URL ? context.env : { ...context.env, ...servicesEnv(await startServices(context)) };
  const services = await openServices(env, { cwd: context.env.HOPLINE_PROJECT ?? context.cwd });
  try {
    return await work(services);
  } finally {
    await closeServices(services);
  }
}
