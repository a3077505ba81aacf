import type { Worker } from '../operations/workers.ts';
import { duration } from '../terminal/duration.ts';
import { table } from '../terminal/table.ts';

/** Who works, with what, and at what. */
export function workersTable(workers: readonly Worker[], now: number = Date.now()): string {
  const rows = workers.map(({ name, devices, resources, startedAt, seenAt, inHand }) => [
    name,
    devices.join(' '),
    resources.join(' '),
    duration((now - Date.parse(startedAt)) / 1000),
    duration(Math.max(0, now - Date.parse(seenAt)) / 1000),
    inHand.map(({ activity, workflowId }) => `${activity} of ${workflowId.replace(/^run\//, '')}`).join(', ') || '-',
  ]);
  return table(
    [
      { title: 'worker' },
      { title: 'devices' },
      { title: 'resources' },
      { title: 'up for', align: 'right' },
      { title: 'seen ago', align: 'right' },
      { title: 'in hand', most: 100 },
    ],
    rows,
  );
}
