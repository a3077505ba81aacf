import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { identityOf, type ProcessIdentity } from '../../engine/recovery/process-identity.ts';
import { type EndOptions, endProcess, killGroup } from './end-process.ts';
import { logSince, openLog, sizeOf } from './log-file.ts';
import { forgetProcess, recordProcess } from './process-record.ts';

export interface ChildOptions extends EndOptions {
  /** Names its log `<home>/logs/NAME.log` and its record `<home>/run/NAME.json`. */
  name: string;
  home: string;
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  uid?: number;
  gid?: number;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process of ours, with its output in a log file, found again by a later life through its record. */
export class Child {
  readonly name: string;
  readonly identity: ProcessIdentity;
  readonly exited: Promise<Exit>;
  exit: Exit | undefined;
  readonly #end: EndOptions;
  readonly #log: string;
  readonly #logStart: number;

  constructor(options: ChildOptions, process: ChildProcess, identity: ProcessIdentity, log: string, logStart: number) {
    this.name = options.name;
    this.identity = identity;
    this.#end = { signal: options.signal, grace: options.grace };
    this.#log = log;
    this.#logStart = logStart;
    this.exited = new Promise((resolve) => {
      process.once('exit', (code, signal) => {
        this.exit = { code, signal };
        killGroup(identity.pid);
        forgetProcess(options.home, options.name, identity);
        resolve(this.exit);
      });
    });
  }

  /** What it has written to its log since it was started. */
  get output(): string {
    return logSince(this.#log, this.#logStart);
  }

  async end(options: EndOptions = {}): Promise<void> {
    if (this.exit) return;
    await endProcess(this.identity, { ...this.#end, ...options });
    await this.exited;
  }
}

/** Starts a child in a process group of its own: a Ctrl-C in the terminal reaches only us, and we end the children in order. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const log = `${options.home}/logs/${options.name}.log`;
  const file = openLog(log);
  const logStart = sizeOf(log);
  try {
    const { command, args, env, cwd, uid, gid } = options;
    const spawned = spawn(command, args, { env, cwd, uid, gid, detached: true, stdio: ['ignore', file, file] });
    await new Promise<void>((resolve, reject) => {
      spawned.once('spawn', resolve);
      spawned.once('error', reject);
    });
    const pid = spawned.pid as number;
    const identity = identityOf(pid) ?? { pid, startedAt: 'gone' };
    const child = new Child(options, spawned, identity, log, logStart);
    recordProcess(options.home, options.name, { ...identity, signal: options.signal ?? 'SIGTERM' });
    return child;
  } finally {
    closeSync(file);
  }
}
