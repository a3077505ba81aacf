import { setTimeout as sleep } from 'node:timers/promises';
import { HoplineError } from '../../engine/plan/errors.ts';
import type { HoplineConfig } from '../config.ts';
import type { Services } from './services.ts';
import { status } from './status.ts';

/** The first start of all may build the Temporal program. Milliseconds. */
const PATIENCE = 240_000;

/** The home's services if they run; waits while somebody else is starting or stopping them. Undefined: nobody has them.
 *  @throws SERVICES_DIFFER when they run with other addresses than the configuration asks for */
export async function alreadyUp(config: HoplineConfig): Promise<Services | undefined> {
  const deadline = Date.now() + PATIENCE;
  let now = await status(config);
  while (now.phase === 'starting' || now.phase === 'stopping') {
    if (Date.now() > deadline)
      throw new HoplineError(
        'HOME_IN_USE',
        `home must be free or up, got: ${config.home} is ${now.phase} by process ${now.supervisorPid}`,
        { hint: 'hopline down' },
      );
    await sleep(50);
    now = await status(config);
  }
  if (now.phase !== 'up' || !now.services) return undefined;
  assertSame(config, now.services);
  return now.services;
}

/** A command that names another database must not silently work on the one that runs. */
function assertSame(config: HoplineConfig, services: Services): void {
  const asked: [name: string, value: string | number | undefined, running: string | number][] = [
    ['DATABASE_URL', config.databaseUrl, services.databaseUrl],
    ['TEMPORAL_ADDRESS', config.temporalAddress, services.temporalAddress],
    ['TEMPORAL_NAMESPACE', config.temporalAddress && config.temporalNamespace, services.temporalNamespace],
    ['HOPLINE_PORT', config.port, services.apiPort],
  ];
  const other = asked.find(([, value, running]) => value !== undefined && value !== running);
  if (!other) return;
  const shown = other[0] === 'DATABASE_URL' ? 'another database' : String(other[2]);
  throw new HoplineError('SERVICES_DIFFER', `${other[0]} must be what the home's running services use, got: they use ${shown}`, {
    hint: 'hopline down, then try again; or set another HOPLINE_HOME',
  });
}
