import { once } from 'node:events';
import { startServer } from '../../api/start-server.ts';
import { migrate } from '../../engine/lineage/index.ts';
import type { CommandContext } from '../command-context.ts';

/** Connected mode: brings the database's schema up to date and serves the API until Ctrl-C. */
export async function api(context: CommandContext): Promise<number> {
  if (context.env.DATABASE_URL) await migrate(context.env.DATABASE_URL);
  const server = await startServer(context.env, context.note);
  context.print(context.json ? JSON.stringify({ api: server.url }) : `api listening on ${server.url}`);
  if (!context.signal.aborted) await once(context.signal, 'abort');
  await server.close();
  return 0;
}
