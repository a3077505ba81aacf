import { InvalidArgumentError } from 'commander';

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A stretch of time as an option says it: `90s`, `30m`, `24h`, `7d`, or 0. Milliseconds. */
export function durationOption(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd]?)$/.exec(text) ?? [];
  if (count !== undefined && (unit || Number(count) === 0)) return Number(count) * (UNITS[unit!] ?? 1);
  throw new InvalidArgumentError('It must be a number with a unit: 90s, 30m, 24h or 7d.');
}
