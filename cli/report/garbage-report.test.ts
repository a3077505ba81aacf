import { expect, test } from 'vitest';
import { garbageReport } from './garbage-report.ts';

test('garbage is counted by kind, with what stays and what is missing', () => {
  const report = garbageReport({
    dryRun: true,
    objects: [
      { digest: 'a', kind: 'orphan shard', bytes: 3_000_000 },
      { digest: 'b', kind: 'orphan shard', bytes: 72 },
      { digest: 'c', kind: 'old plan', bytes: 900 },
    ],
    leftovers: [{ name: 'parts/x', size: 2048 }],
    young: { count: 1, bytes: 5 },
    used: { count: 12, bytes: 5_000_000_000 },
    missing: ['ff'],
    spared: 0,
  });
  expect(report.split('\n').map((line) => line.trimEnd())).toEqual([
    'kind           count     size',
    'leftover part      1  2.0 KiB',
    'old plan           1    900 B',
    'orphan shard       2  2.9 MiB',
    '',
    'nothing was deleted (--dry-run); 12 objects in use (4.7 GiB), 1 too young to judge (5 B)',
    'missing: 1 objects that are in use are not in this store: ff',
  ]);
});
