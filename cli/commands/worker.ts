import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { checkConnected, requireConnected } from '../../infra/supervisor/check-connected.ts';
import { nodeArguments } from '../../infra/supervisor/node-program.ts';
import { PROGRAMS } from '../../infra/supervisor/worker-and-api.ts';
import type { CommandContext } from '../command-context.ts';

/** Connected mode: a worker on this machine, until Ctrl-C. It finishes and commits what it has in hand. */
export async function worker(context: CommandContext): Promise<number> {
  const config = requireConnected(context.env, context.cwd);
  await checkConnected(config, context.env);
  const { home, storeUrl, devices, temporalNamespace } = config;
  const env = {
    ...context.env,
    HOPLINE_HOME: home,
    STORE_URL: storeUrl,
    HOPLINE_DEVICES: devices,
    TEMPORAL_NAMESPACE: temporalNamespace,
    HOPLINE_WORKER_VERSIONING: context.env.HOPLINE_WORKER_VERSIONING ?? 'on',
  };
  const child = spawn(process.execPath, nodeArguments(PROGRAMS.worker), { stdio: 'inherit', env });
  context.signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? (context.signal.aborted ? 0 : 1);
}
