import { resolveConfig } from '../../infra/config.ts';
import { down as stopServices } from '../../infra/supervisor/down.ts';
import type { CommandContext } from '../command-context.ts';

/** Ends the services of this home. */
export async function down(context: CommandContext): Promise<number> {
  const { wasUp } = await stopServices(resolveConfig(context.env, context.cwd));
  context.print(
    context.json
      ? JSON.stringify({ wasUp })
      : wasUp
        ? 'services stopped; runs go on after the next `hopline up`'
        : 'nothing was up',
  );
  return 0;
}
