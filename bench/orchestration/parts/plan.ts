import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { House } from '../../../test/start-house.ts';
import { print } from '../measure/print.ts';

/** Planning alone, in a process of its own, so that its memory is nobody else's. */
export async function plan(house: House, rows: number): Promise<void> {
  const script = join(dirname(fileURLToPath(import.meta.url)), 'plan-process.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, 'relay'], {
    env: house.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`planning ended with ${code}`);
  const { seconds, cpu, peak, idle, tasks } = JSON.parse(said) as Record<'seconds' | 'cpu' | 'peak' | 'idle' | 'tasks', number>;
  print('plan.wall', seconds, 's', { rows, items: rows * 10, tasks, cpu_s: cpu });
  print('plan.peak_rss', peak, 'MB', { before_planning: idle });
}
