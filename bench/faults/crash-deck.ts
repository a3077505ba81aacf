import { CRASH_POINTS, type CrashPoint } from '../../engine/faults/crash-point.ts';
import { Philox } from '../../engine/plan/philox.ts';
import type { PointAction } from './fault.ts';

export interface CrashCard {
  point: CrashPoint;
  action: PointAction;
}

/** Between `commit.locked` and the COMMIT a transaction is open. */
const inTransaction = (point: CrashPoint): boolean => point.startsWith('commit.') && point !== 'commit.done';

const actionsAt = (point: CrashPoint): PointAction[] =>
  inTransaction(point) ? ['kill', 'fail', 'cut', 'stop'] : ['kill', 'fail', 'stop'];

/** Deals crash points without end: each round holds every point once, in an order of its own, and a point's actions take turns. */
export function* crashDeck(seed: number): Generator<CrashCard, never> {
  const random = new Philox(seed, 0);
  const actions = new Map(CRASH_POINTS.map((point) => [point, random.shuffle(actionsAt(point))]));
  for (let round = 0; ; round++) {
    for (const point of random.shuffle([...CRASH_POINTS])) {
      const own = actions.get(point)!;
      yield { point, action: own[round % own.length]! };
    }
  }
}
