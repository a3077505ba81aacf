import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CpuAccount, openCpuAccount } from './cpu-account.ts';

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

export interface CommandEnd {
  code: number | null;
  stdout: string;
  /** Seconds since 1970. */
  from: number;
  to: number;
}

/** A home of its own, used as a user uses it: the `hopline` command in the project's folder. */
export class HoplineHome {
  readonly root: string;
  readonly cpu: CpuAccount;
  private readonly options: HomeOptions;
  private readonly foreignBefore: number | null;
  private readonly env: NodeJS.ProcessEnv;

  constructor(options: HomeOptions) {
    this.options = options;
    this.root = mkdtempSync(join(tmpdir(), `${options.name}-`));
    mkdirSync(`${this.root}/out`);
    const home = `${this.root}/home`;
    this.cpu = openCpuAccount(`${options.name}-${process.pid}-${Date.now()}`, home);
    this.foreignBefore = this.foreign();
    this.env = { ...process.env, ...options.env, HOPLINE_HOME: home, BENCH_ROOT: this.root };
  }

  /** Runs `hopline` to its end. What it says goes into the root's `cmd.log`. */
  async hopline(...args: string[]): Promise<CommandEnd> {
    const out = `${this.root}/stdout`;
    const [stdout, stderr] = [openSync(out, 'w'), openSync(`${this.root}/cmd.log`, 'a')];
    const joined = this.cpu.procs ? `echo $$ > ${this.cpu.procs} && ` : '';
    const pinned = this.options.core === null ? '' : `taskset -c ${this.options.core} `;
    const from = Date.now() / 1000;
    const child = spawn('sh', ['-c', `${joined}exec ${pinned}"$@"`, 'sh', process.execPath, COMMAND, ...args], {
      cwd: this.options.project,
      env: this.env,
      stdio: ['ignore', stdout, stderr],
    });
    const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve));
    const to = Date.now() / 1000;
    closeSync(stdout);
    closeSync(stderr);
    const said = readFileSync(out, 'utf8');
    appendFileSync(`${this.root}/cmd.log`, `$ hopline ${args.join(' ')} -> ${code}\n${said}`);
    return { code, stdout: said, from, to };
  }

  /** Like `hopline`, but the bench can't go on without it. @throws with the end of the log */
  async must(...args: string[]): Promise<CommandEnd> {
    const end = await this.hopline(...args);
    if (end.code === 0) return end;
    throw new Error(
      `hopline ${args.join(' ')} ended with ${end.code}:\n${readFileSync(`${this.root}/cmd.log`, 'utf8').slice(-2000)}`,
    );
  }

  /** CPU seconds of everybody else on our core since this home was made. */
  foreignSeconds(): number | null {
    const now = this.foreign();
    return now === null || this.foreignBefore === null ? null : now - this.foreignBefore;
  }

  /** Ends what runs and removes the home; `keep` leaves the logs. */
  async close(keep: boolean): Promise<void> {
    await this.hopline('down').catch(() => undefined);
    for (const pid of this.cpu.members()) end(pid);
    for (let waited = 0; waited < 100 && this.cpu.members().length > 0; waited++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    this.cpu.close();
    if (!keep) rmSync(this.root, { recursive: true, force: true });
  }

  private foreign(): number | null {
    return this.options.core === null ? null : this.cpu.foreign(this.options.core);
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {}
}
