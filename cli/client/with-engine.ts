import { closeServices, openServices, type RunServices } from '../../engine/runs/index.ts';
import { servicesEnv } from '../../infra/supervisor/services.ts';
import type { CommandContext } from '../command-context.ts';
import { startServices } from './connect.ts';

/** For the commands that write datasets and models: database and store themselves, because files don't go through the API. */
export async function withEngine<T>(context: CommandContext, work: (services: RunServices) => Promise<T>): Promise<T> {
  const services = await openServices({ ...context.env, ...servicesEnv(await startServices(context)) }, { cwd: context.cwd });
  try {
    return await work(services);
  } finally {
    await closeServices(services);
  }
}
