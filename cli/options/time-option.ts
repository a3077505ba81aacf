import { InvalidArgumentError } from 'commander';
import { durationOption } from './duration-option.ts';

/** A point in time as an option says it: `24h` or `7d` ago, or `2026-07-01`, `2026-07-01T12:30Z`. ISO 8601. */
export function timeOption(text: string, now: number = Date.now()): string {
  if (/^\d+[smhd]$/.test(text)) return new Date(now - durationOption(text)).toISOString();
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(at)) return new Date(at).toISOString();
  throw new InvalidArgumentError('It must be so long ago (90s, 30m, 24h, 7d) or a date (2026-07-01, 2026-07-01T12:30Z).');
}
