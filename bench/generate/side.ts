import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** What a side is asked to make in one call. */
export type Order =
  | { what: 'pictures'; folder: string; batch: number; steps: number }
  | { what: 'captions'; folder: string; batch: number; images: string[]; maxLength: number };

export interface Call {
  /** Opening a folder for the first time doesn't count. */
  seconds: number;
  /** Share of the time that was not spent inside onnxruntime; what Python doesn't measure. */
  outside?: number;
}

/** One of those that are compared, in a process of its own: asked for one call at a time. */
export interface Side {
  readonly threads: number;
  /** Of its packages. */
  readonly versions: Record<string, string>;
  measure(order: Order): Promise<Call>;
  close(): Promise<void>;
}

/** Starts a side: it writes its versions as a line of JSON, then for each order that it reads as such a line its `Call`. */
export async function openSide(
  command: string,
  args: readonly string[],
  { threads, env = {} }: { threads: number; env?: NodeJS.ProcessEnv },
): Promise<Side> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async <T>(): Promise<T> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${command} ended early`);
    return JSON.parse(value) as T;
  };
  return {
    threads,
    versions: await next<Record<string, string>>(),
    measure(order) {
      child.stdin.write(`${JSON.stringify(order)}\n`);
      return next<Call>();
    },
    async close() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
