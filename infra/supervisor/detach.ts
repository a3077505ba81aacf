import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { HoplineError } from '../../engine/plan/errors.ts';
import { configEnv, type HoplineConfig } from '../config.ts';
import { logSince, openLog, sizeOf } from '../process/log-file.ts';
import { nodeArguments } from './node-program.ts';
import type { Services } from './services.ts';
import type { Programs } from './worker-and-api.ts';

/** What a detached supervisor tells the process that started it, until that one goes. */
export type StartReport = { line: string } | { services: Services } | { error: { code: string; message: string; hint?: string } };

/** Starts a supervisor that outlives this process, and returns when it reports that the services are ready.
 *  @throws what it reports, or SUPERVISOR_START_FAILED */
export async function startDetached(
  config: HoplineConfig,
  onLine: (line: string) => void,
  programs?: Programs,
): Promise<Services> {
  const path = `${config.home}/logs/supervisor.log`;
  const log = openLog(path);
  const logStart = sizeOf(path);
  const env = { ...process.env, ...configEnv(config), ...(programs ? { HOPLINE_PROGRAMS: JSON.stringify(programs) } : {}) };
  const child = spawn(process.execPath, nodeArguments('infra/supervisor/main.ts'), {
    env,
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  try {
    return await new Promise<Services>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => reject(ended(signal ?? `code ${code}`, logSince(path, logStart))));
      child.on('message', (report: StartReport) => {
        if ('line' in report) onLine(report.line);
        else if ('services' in report) resolve(report.services);
        else reject(new HoplineError(report.error.code, report.error.message, { hint: report.error.hint }));
      });
    });
  } finally {
    child.removeAllListeners();
    if (child.connected) child.disconnect();
    child.unref();
  }
}

const ended = (how: string, log: string): HoplineError =>
  new HoplineError(
    'SUPERVISOR_START_FAILED',
    `the supervisor must start, got: it ended with ${how}: ${log.trimEnd().split('\n').at(-1) ?? ''}`,
    { hint: 'see logs/supervisor.log in the home' },
  );
