import type { CrashPoint } from '../../engine/faults/crash-point.ts';
import { Philox } from '../../engine/plan/philox.ts';
import { crashDeck } from './crash-deck.ts';
import { type Fault, type PointFault, TIMED_FAULTS, type TimedFault } from './fault.ts';

/** The faults of one run. */
export interface Schedule {
  number: number;
  /** Crash points that a run passes only at its start and at its end: armed before the launch. */
  armed: PointFault[];
  /** One after the other, while the run is on its way. */
  inTurn: Fault[];
}

export interface Drawing {
  seed: number;
  /** Timed faults that can strike here; drawn by their weights. */
  kinds: readonly TimedFault[];
  /** Of a run's faults. */
  fewest: number;
  most: number;
  /** Of crash points among the faults. */
  crashShare: number;
  /** Crash points take their turns before the others: a run that is short may end before the last ones struck. */
  pointsFirst: boolean;
  /** Longest wait between two faults. Milliseconds. */
  longestWait: number;
  /** How long a worker may be silent before its tasks go to another one. Seconds. */
  heartbeatSeconds: number;
}

const BEFORE_WORK = new Set<CrashPoint>(['launch.stored', 'plan.pages-written', 'plan.stored', 'plan.adopted']);
const AFTER_WORK = new Set<CrashPoint>(['finish.counted', 'finish.marked']);

/** Every schedule of a seed, in order and without end. The same drawing gives the same schedules. */
export function* schedules(drawing: Drawing): Generator<Schedule, never> {
  const deck = crashDeck(drawing.seed);
  for (let number = 0; ; number++) {
    const random = new Philox(drawing.seed, number + 1);
    const size = drawing.fewest + random.int(drawing.most - drawing.fewest + 1);
    const cards = Array.from({ length: Math.round(size * drawing.crashShare) }, () => deck.next().value);
    const faults: Fault[] = [
      ...cards.map(({ point, action }): Fault => ({ kind: action, point, ...timing(random, action, drawing) })),
      ...Array.from({ length: size - cards.length }, (): Fault => {
        const kind = drawing.kinds[random.weighted(drawing.kinds.map((each) => TIMED_FAULTS[each].weight))]!;
        return { kind, ...timing(random, kind, drawing) };
      }),
    ];
    const once = new Map<CrashPoint, PointFault>();
    const inTurn: Fault[] = [];
    for (const fault of faults) {
      if (!fault.point || !(BEFORE_WORK.has(fault.point) || AFTER_WORK.has(fault.point))) inTurn.push(fault);
      else if (!once.has(fault.point)) once.set(fault.point, fault);
    }
    random.shuffle(inTurn);
    if (drawing.pointsFirst) inTurn.sort((a, b) => Number(Boolean(b.point)) - Number(Boolean(a.point)));
    yield { number, armed: [...once.values()], inTurn };
  }
}

function timing(random: Philox, kind: Fault['kind'], drawing: Drawing): Pick<Fault, 'wait' | 'hold' | 'pick'> {
  const wait = random.int(drawing.longestWait + 1);
  // A process that is stopped at a crash point is a zombie once in a while: between two steps that must not be parted.
  const outlasts = kind === 'stop worker' || kind === 'zombie worker' || (kind === 'stop' && random.int(4) === 0);
  const hold = outlasts ? drawing.heartbeatSeconds * 1000 + 1000 + random.int(2000) : 200 + random.int(2000);
  return { wait, hold, pick: random.nextUint32() };
}
