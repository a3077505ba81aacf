import { appendFileSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CommandEnd, PinnedProcesses, type Started } from './pinned-processes.ts';

const COMMAND = join(dirname(fileURLToPath(import.meta.url)), '../../../bin/hopline.js');

export interface HomeOptions {
  /** Names the temporary folder and the CPU account. */
  name: string;
  /** Folder of the `hopline.config.ts`, where commands run. */
  project: string;
  /** Everything is pinned to it; null: nothing is. */
  core: number | null;
  /** BENCH_ROOT is the home's root in any case. */
  env?: NodeJS.ProcessEnv;
}

/** A home of its own, used as a user uses it: the `hopline` command in the project's folder. */
export class HoplineHome extends PinnedProcesses {
  private readonly project: string;

  constructor(options: HomeOptions) {
    super(options);
    this.project = options.project;
  }

  /** Starts `hopline` and doesn't wait for its end. */
  begin(...args: string[]): Started {
    return this.start([process.execPath, COMMAND, ...args], this.project);
  }

  /** Runs `hopline` to its end. What it says goes into the root's `cmd.log`. */
  async hopline(...args: string[]): Promise<CommandEnd> {
    const end = await this.begin(...args).ended;
    appendFileSync(`${this.root}/cmd.log`, `$ hopline ${args.join(' ')} -> ${end.code}\n${end.stdout}`);
    return end;
  }

  /** Like `hopline`, but the bench can't go on without it. @throws with the end of the log */
  async must(...args: string[]): Promise<CommandEnd> {
    const end = await this.hopline(...args);
    if (end.code === 0) return end;
    throw new Error(
      `hopline ${args.join(' ')} ended with ${end.code}:\n${readFileSync(`${this.root}/cmd.log`, 'utf8').slice(-2000)}`,
    );
  }

  override async close(keep: boolean): Promise<void> {
    await this.hopline('down').catch(() => undefined);
    await super.close(keep);
  }
}
