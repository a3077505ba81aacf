import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CpuAccount, openCpuAccount } from './cpu-account.ts';

export interface PinnedOptions {
  /** Names the temporary folder and the CPU account. */
  name: string;
  /** Everything is pinned to it; null: nothing is. */
  core: number | null;
  /** BENCH_ROOT and HOPLINE_HOME are the measurement's own in any case. */
  env?: NodeJS.ProcessEnv;
}

export interface CommandEnd {
  code: number | null;
  stdout: string;
  /** Seconds since 1970. */
  from: number;
  to: number;
}

export interface Started {
  /** Seconds since 1970. */
  from: number;
  ended: Promise<CommandEnd>;
}

/** What a measurement starts: each process on one core, in one CPU account, so that it can be counted and killed as a whole. */
export class PinnedProcesses {
  readonly root: string;
  readonly cpu: CpuAccount;
  readonly env: NodeJS.ProcessEnv;
  private readonly core: number | null;
  private readonly foreignBefore: number | null;
  private readonly atExit = (): void => this.cpu.members().forEach(end);
  private readonly started: Promise<CommandEnd>[] = [];

  constructor({ name, core, env }: PinnedOptions) {
    this.core = core;
    this.root = mkdtempSync(join(tmpdir(), `${name}-`));
    mkdirSync(`${this.root}/out`);
    const home = `${this.root}/home`;
    this.cpu = openCpuAccount(`${name}-${process.pid}-${Date.now()}`, home);
    this.foreignBefore = this.foreign();
    process.once('exit', this.atExit);
    this.env = { ...process.env, ...env, HOPLINE_HOME: home, BENCH_ROOT: this.root };
  }

  /** Starts a program; what it complains about goes into the root's `cmd.log`. */
  start(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Started {
    const out = `${this.root}/stdout-${this.started.length}`;
    const [stdout, stderr] = [openSync(out, 'w'), openSync(`${this.root}/cmd.log`, 'a')];
    const joined = this.cpu.procs ? `echo $$ > ${this.cpu.procs} && ` : '';
    const pinned = this.core === null ? '' : `taskset -c ${this.core} `;
    const from = Date.now() / 1000;
    const child = spawn('sh', ['-c', `${joined}exec ${pinned}"$@"`, 'sh', ...command], {
      cwd,
      env: { ...this.env, ...env },
      stdio: ['ignore', stdout, stderr],
      detached: true,
    });
    closeSync(stdout);
    closeSync(stderr);
    const ended = new Promise<CommandEnd>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve({ code, stdout: readFileSync(out, 'utf8'), from, to: Date.now() / 1000 }));
    });
    this.started.push(ended);
    return { from, ended };
  }

  /** Takes a process in that was started elsewhere, with the children it has by now. Needs an account that is a group. */
  adopt(pid: number): void {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
    for (const member of [pid, ...children]) {
      try {
        writeFileSync(this.cpu.procs!, String(member));
        if (this.core !== null)
          execFileSync('taskset', ['-a', '-p', '-c', String(this.core), String(member)], { stdio: 'ignore' });
      } catch (error) {
        if (member === pid) throw error;
        // A connection that has just ended.
      }
    }
  }

  /** SIGKILL to everything at once, and again to what it had just started. @returns how many died */
  async kill9(): Promise<number> {
    const killed = new Set<number>();
    for (let round = 0; round < 200; round++) {
      const pids = this.cpu.members();
      if (pids.length === 0) break;
      for (const pid of pids) {
        end(pid);
        killed.add(pid);
      }
      await sleep(25);
    }
    return killed.size;
  }

  /** CPU seconds of everybody else on our core since this measurement began. */
  foreignSeconds(): number | null {
    const now = this.foreign();
    return now === null || this.foreignBefore === null ? null : now - this.foreignBefore;
  }

  /** Ends what runs and removes the folder; `keep` leaves the logs. */
  async close(keep: boolean): Promise<void> {
    await this.kill9();
    await Promise.allSettled(this.started);
    process.off('exit', this.atExit);
    this.cpu.close();
    if (!keep) rmSync(this.root, { recursive: true, force: true });
  }

  private foreign(): number | null {
    return this.core === null ? null : this.cpu.foreign(this.core);
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {}
}
