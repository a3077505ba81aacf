import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** PyTorch in a process of its own, asked for one measurement at a time. */
export interface TorchPeer {
  readonly version: string;
  /** Milliseconds per training step. */
  measure(workload: string, steps: number): Promise<number>;
  close(): Promise<void>;
}

/** Starts the peer, or says why there is none. The interpreter: PYTHON, else python3. */
export async function openTorchPeer(threads: number): Promise<TorchPeer | { missing: string }> {
  const python = process.env.PYTHON ?? 'python3';
  const probe = spawnSync(python, ['-c', 'import torch'], { encoding: 'utf8' });
  if (probe.status !== 0)
    return { missing: `${python} can't import torch: ${(probe.stderr ?? String(probe.error)).trim().split('\n').at(-1)}` };

  const script = fileURLToPath(new URL('./torch_peer.py', import.meta.url));
  const child = spawn(python, [script, String(threads)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: String(threads), MKL_NUM_THREADS: String(threads) },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the PyTorch process ended early');
    return value;
  };
  return {
    version: await nextLine(),
    async measure(workload, steps) {
      child.stdin.write(`${workload} ${steps}\n`);
      return Number(await nextLine());
    },
    async close() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
