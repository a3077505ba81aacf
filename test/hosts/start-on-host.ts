import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface HostProgram {
  /** Names its log in messages. */
  name: string;
  /** From `Network.on` or `Network.alone`. */
  prefix: readonly string[];
  command: readonly string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Its output goes there. */
  log: string;
  /** Asked every 50 ms until it says yes. */
  ready(): Promise<boolean> | boolean;
  /** Seconds until it must be ready. Default 120. */
  within?: number;
}

export interface HostProcess {
  child: ChildProcess;
  output(): string;
  /** Asks with a signal, waits so many milliseconds, then kills. */
  end(signal?: NodeJS.Signals, grace?: number): Promise<void>;
}

/** Starts a program on a host and returns when it is ready. @throws Error with the end of its log */
export async function startOnHost(program: HostProgram): Promise<HostProcess> {
  const [command, ...args] = [...program.prefix, ...program.command];
  const log = openSync(program.log, 'a');
  const child = spawn(command!, args, { env: program.env ?? process.env, cwd: program.cwd, stdio: ['ignore', log, log] });
  closeSync(log);
  let failed: Error | undefined;
  child.once('error', (error) => {
    failed = error;
  });
  const output = (): string => readFileSync(program.log, 'utf8');
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const isGone = (): boolean => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  const end = async (signal: NodeJS.Signals = 'SIGKILL', grace = 5_000): Promise<void> => {
    if (isGone()) return;
    signalProgram(child.pid!, program.prefix, signal);
    await Promise.race([ended, sleep(grace, undefined, { ref: false })]);
    if (!isGone()) child.kill('SIGKILL');
    await ended;
  };
  for (const until = Date.now() + (program.within ?? 120) * 1000; !(await program.ready()); await sleep(50)) {
    if (!failed && !isGone() && Date.now() < until) continue;
    await end();
    const why = failed?.message ?? (isGone() ? `ended with ${child.exitCode ?? child.signalCode}` : 'took too long');
    throw new Error(`${program.name} must start, got: ${why}: ${output().slice(-1500)}`);
  }
  return { child, output, end };
}

/** With a pid namespace, ours is the pid of `unshare`, which waits for the program and passes no signal on. */
function signalProgram(pid: number, prefix: readonly string[], signal: NodeJS.Signals): void {
  const inner = prefix.includes('--fork') ? Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0]) : pid;
  if (inner > 0) process.kill(inner, signal);
}
