import { appendFileSync } from 'node:fs';

/** Where a measurement lies: its log, `out/` with a file a task, `summary`. */
export const benchRoot = (): string => process.env.BENCH_ROOT ?? '.';

/** One line a start (S), finish (F) or failure (X): `S 17 2 1763700000.123456 4711`. Whole lines, whoever writes: O_APPEND. */
export function logTask(kind: 'S' | 'F' | 'X', batch: number | string, hop: number): void {
  appendFileSync(`${benchRoot()}/log`, `${kind} ${batch} ${hop} ${(Date.now() / 1000).toFixed(6)} ${process.pid}\n`);
}
