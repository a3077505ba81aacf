import type { Plan } from '../engine/plan/plan-types.ts';
import type { UnitRef } from '../workflows/activities.ts';

/** Tasks that a slice leases while nothing is known of them: enough for all of a unit of the demo's size, which then needs one lease. */
const UNKNOWN = 128;
const LEAST = 4;
const MOST = 512;
/** More than what is expected to fit, so that a second lease is the exception. */
const MARGIN = 1.5;

const paces = new WeakMap<Plan, Map<string, number>>();

/** How long a task of a unit's stage or node takes, as this worker has seen it. */
export class TaskPace {
  private readonly known: Map<string, number>;
  private readonly name: string;

  constructor(plan: Plan, unit: UnitRef) {
    this.known = paces.get(plan) ?? new Map();
    paces.set(plan, this.known);
    this.name = unit.node ?? `stage/${unit.stage}`;
  }

  /** How many tasks to lease for so many seconds. */
  tasksFor(seconds: number): number {
    const pace = this.known.get(this.name);
    if (pace === undefined) return UNKNOWN;
    return Math.min(MOST, Math.max(LEAST, Math.ceil((MARGIN * seconds) / pace)));
  }

  /** A slice took so many seconds for so many tasks. */
  observe(seconds: number, tasks: number): void {
    if (tasks > 0) this.known.set(this.name, Math.max(1e-4, seconds / tasks));
  }
}
