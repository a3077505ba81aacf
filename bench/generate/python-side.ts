import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openSide, type Side } from './side.ts';

const NEEDED = 'import torch, diffusers, transformers, onnxruntime, PIL';

/** The interpreter: PYTHON, else python3. */
export const python = (): string => process.env.PYTHON ?? 'python3';

/** Why Python can't take part; null when it can. */
export function pythonMissing(): string | null {
  const probe = spawnSync(python(), ['-c', NEEDED], { encoding: 'utf8' });
  if (probe.status === 0) return null;
  return `${python()}: ${(probe.stderr ?? String(probe.error)).trim().split('\n').at(-1)} (it needs torch, diffusers, transformers, onnxruntime, onnx, pillow)`;
}

/** The same ONNX files through Python. */
export const openPythonSide = (threads: number): Promise<Side> =>
  openSide(python(), [fileURLToPath(new URL('./python_side.py', import.meta.url)), String(threads)], {
    threads,
    env: { OMP_NUM_THREADS: String(threads), TRANSFORMERS_VERBOSITY: 'error' },
  });
