import type { House } from '../../../test/start-house.ts';
import { registerRows } from '../../naps/register-rows.ts';
import { peakMegabytes, residentMegabytes } from '../measure/memory.ts';
import { print } from '../measure/print.ts';

/** The dataset of `plan` and `run`. */
export async function register(house: House, rows: number): Promise<void> {
  const idle = residentMegabytes(process.pid);
  const before = process.cpuUsage();
  const began = performance.now();
  await registerRows(house.services, 'relay', rows);
  const { user, system } = process.cpuUsage(before);
  print('register.wall', (performance.now() - began) / 1000, 's', { rows, cpu_s: (user + system) / 1e6 });
  print('register.peak_rss', peakMegabytes(process.pid) ?? 0, 'MB', { before: idle });
}
