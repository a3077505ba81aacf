import type { GarbageReport } from '../../engine/runs/collect-garbage.ts';
import { table } from '../terminal/table.ts';

/** What was collected, or would be: count and bytes by kind; then what stays, and what is wrong. */
export function garbageReport({ dryRun, objects, leftovers, young, used, missing, spared }: GarbageReport): string {
  const kinds = new Map<string, { count: number; bytes: number }>();
  const add = (kind: string, size: number): void => {
    const { count, bytes } = kinds.get(kind) ?? { count: 0, bytes: 0 };
    kinds.set(kind, { count: count + 1, bytes: bytes + size });
  };
  for (const { kind, bytes } of objects) add(kind, bytes);
  for (const { size } of leftovers) add('leftover part', size);
  const rows = [...kinds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, { count, bytes }]) => [kind, String(count), size(bytes)]);
  const found = rows.length
    ? table([{ title: 'kind' }, { title: 'count', align: 'right' }, { title: 'size', align: 'right' }], rows)
    : 'no garbage';
  const lines = [
    found,
    '',
    `${dryRun ? 'nothing was deleted (--dry-run)' : 'deleted'}; ${used.count} objects in use (${size(used.bytes)}), ${young.count} too young to judge (${size(young.bytes)})`,
  ];
  if (spared) lines.push(`${spared} came into use meanwhile and stay`);
  if (missing.length) {
    const names = `${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', ...' : ''}`;
    lines.push(`missing: ${missing.length} objects that are in use are not in this store: ${names}`);
  }
  return lines.join('\n');
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const power = Math.min(4, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(1)} ${['KiB', 'MiB', 'GiB', 'TiB'][power - 1]}`;
}
