import { TIMED_FAULTS, type TimedFault } from './fault.ts';
import type { ProgrammeOptions } from './options.ts';
import type { Drawing } from './schedules.ts';

const DAMAGE: readonly TimedFault[] = ['truncate object', 'flip byte'];

/** What a programme draws its schedules from. */
export function drawingOf(options: ProgrammeOptions): Drawing {
  const { seed, fewest, most, crashShare, pointsFirst, longestWait, heartbeatSeconds } = options;
  const kinds = (Object.keys(TIMED_FAULTS) as TimedFault[]).filter((kind) => canStrike(kind, options));
  return { seed, kinds, fewest, most, crashShare, pointsFirst, longestWait, heartbeatSeconds };
}

function canStrike(kind: TimedFault, { store, damage, only }: ProgrammeOptions): boolean {
  if (only.length > 0) return only.includes(kind);
  if (kind === 'kill store') return store === 's3';
  if (kind === 'fill disk') return store === 'file';
  return damage || !DAMAGE.includes(kind);
}
