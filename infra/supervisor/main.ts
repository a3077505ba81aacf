import { HoplineError } from '../../engine/plan/errors.ts';
import { resolveConfig } from '../config.ts';
import { alreadyUp } from './already-up.ts';
import type { StartReport } from './detach.ts';
import { migrateDatabase } from './migrate-database.ts';
import { endOnSignals } from './signals.ts';
import { supervise } from './supervise.ts';
import type { Programs } from './worker-and-api.ts';

/** The detached supervisor's entry. Its output is the home's supervisor.log; it tells its starter the same over IPC. */
function report(message: StartReport): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

function onLine(line: string): void {
  console.log(`${new Date().toISOString()} ${line}`);
  report({ line });
}

/** A supervisor that dies by a mistake of ours would leave its children alone; what it can survive, it logs. */
process.on('uncaughtException', (error) => console.error(error));
process.on('unhandledRejection', (error) => console.error(error));

const signals = endOnSignals();
try {
  const config = resolveConfig(process.env);
  const programs = process.env.HOPLINE_PROGRAMS ? (JSON.parse(process.env.HOPLINE_PROGRAMS) as Programs) : undefined;
  const supervision = await supervise(config, { onLine, programs, migrate: migrateDatabase }, signals.first).catch(
    async (error) => {
      // Two starters at once: the other one won.
      const services = error instanceof HoplineError && error.code === 'HOME_IN_USE' ? await alreadyUp(config) : undefined;
      if (!services) throw error;
      report({ services });
      return undefined;
    },
  );
  if (supervision) {
    signals.thenStop(supervision.stop);
    report({ services: supervision.services });
    await supervision.finished;
    onLine('everything has ended');
  }
  process.exit(0);
} catch (error) {
  const named =
    error instanceof HoplineError
      ? error
      : new HoplineError('SUPERVISOR_START_FAILED', (error as Error).message, { hint: 'see logs/supervisor.log in the home' });
  console.error(error);
  const { code, message, hint } = named;
  const exit = (): never => process.exit(1);
  if (process.connected) process.send?.({ error: { code, message, hint } } satisfies StartReport, exit);
  else exit();
}
