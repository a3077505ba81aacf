import { once } from 'node:events';
import { startServer } from '../../api/start-server.ts';
import { checkConnected, requireConnected } from '../../infra/supervisor/check-connected.ts';
import type { CommandContext } from '../command-context.ts';

/** Connected mode: serves the API until Ctrl-C. */
export async function api(context: CommandContext): Promise<number> {
  await checkConnected(requireConnected(context.env, context.cwd), context.env);
  const server = await startServer(context.env, context.note);
  context.print(context.json ? JSON.stringify({ api: server.url }) : `api listening on ${server.url}`);
  if (!context.signal.aborted) await once(context.signal, 'abort');
  await server.close();
  return 0;
}
