import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What both sides are asked to make in one call. */
export type Order =
  | { what: 'pictures'; folder: string; batch: number; steps: number }
  | { what: 'captions'; folder: string; batch: number; images: string[]; maxLength: number };

/** Python in a process of its own: the same ONNX files, asked for one call at a time. */
export interface PythonPeer {
  readonly threads: number;
  /** Of its packages. */
  readonly versions: Record<string, string>;
  /** Seconds of the call. Opening a folder for the first time doesn't count. */
  measure(order: Order): Promise<number>;
  close(): Promise<void>;
}

const NEEDED = 'import torch, diffusers, transformers, onnxruntime, PIL';

/** The interpreter: PYTHON, else python3. */
export const python = (): string => process.env.PYTHON ?? 'python3';

/** Why Python can't take part; null when it can. */
export function pythonMissing(): string | null {
  const probe = spawnSync(python(), ['-c', NEEDED], { encoding: 'utf8' });
  if (probe.status === 0) return null;
  return `${python()}: ${(probe.stderr ?? String(probe.error)).trim().split('\n').at(-1)} (it needs torch, diffusers, transformers, onnxruntime, onnx, pillow)`;
}

export async function openPythonPeer(threads: number): Promise<PythonPeer> {
  const script = fileURLToPath(new URL('./python_peer.py', import.meta.url));
  const child = spawn(python(), [script, String(threads)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: String(threads), TRANSFORMERS_VERBOSITY: 'error' },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async <T>(): Promise<T> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the Python process ended early');
    return JSON.parse(value) as T;
  };
  return {
    threads,
    versions: await next<Record<string, string>>(),
    async measure(order) {
      child.stdin.write(`${JSON.stringify(order)}\n`);
      return (await next<{ seconds: number }>()).seconds;
    },
    async close() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
