import { InvalidArgumentError } from 'commander';
import { durationOption } from './duration-option.ts';

/** How long something is good for: a stretch of time, or `never`, which is null. Milliseconds. */
export function expiryOption(text: string): number | null {
  if (text === 'never') return null;
  const life = durationOption(text);
  if (life > 0) return life;
  throw new InvalidArgumentError('It must be longer than nothing: 90s, 30m, 24h or 7d; or never.');
}
