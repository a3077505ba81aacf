import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeArguments } from '../../infra/supervisor/node-program.ts';
import { servicesEnv } from '../../infra/supervisor/services.ts';
import { PROGRAMS } from '../../infra/supervisor/worker-and-api.ts';
import type { FaultyHome } from './faulty-home.ts';

/** A worker beside the supervised one, as on another machine of a site. */
export class SecondWorker {
  readonly #home: FaultyHome;
  #child: ChildProcess | undefined;

  constructor(home: FaultyHome) {
    this.#home = home;
  }

  /** Starts it unless it runs; resolves when it is ready. */
  async start(): Promise<void> {
    if (this.#child?.exitCode === null && this.#child.signalCode === null) return;
    const services = this.#home.services();
    if (!services) throw new Error('the services are not up');
    const own = join(this.#home.path, 'second');
    const ready = join(own, 'run/worker.ready');
    mkdirSync(join(own, 'run'), { recursive: true });
    rmSync(ready, { force: true });
    const log = openSync(join(own, 'worker.log'), 'a');
    const child = spawn(process.execPath, nodeArguments(PROGRAMS.worker), {
      cwd: this.#home.project,
      env: { ...this.#home.env, ...servicesEnv(services), HOPLINE_HOME: own },
      stdio: ['ignore', log, log],
    });
    this.#child = child;
    for (const end = Date.now() + 180_000; !existsSync(ready); await sleep(50)) {
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > end)
        throw new Error('the second worker must start');
    }
  }

  /** Asks it to end, and waits. True when there was none or it obeyed within 90 s with exit code 0. */
  async end(): Promise<boolean> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return true;
    const gone = new Promise<boolean>((resolve) => child.once('exit', (code) => resolve(code === 0)));
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const late = sleep(90_000, false, { ref: false });
    const obeyed = await Promise.race([gone, late]);
    if (!obeyed) child.kill('SIGKILL');
    return obeyed;
  }
}
