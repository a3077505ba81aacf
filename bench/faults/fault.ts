import type { CrashAction, CrashPoint } from '../../engine/faults/crash-point.ts';

/** What strikes at random times. `weight`: how often it is drawn among the others. */
export const TIMED_FAULTS = {
  'kill host': { weight: 5, says: 'SIGKILL of a device host' },
  'kill worker': { weight: 4, says: 'SIGKILL of the worker; its hosts notice and end' },
  'kill api': { weight: 2, says: 'SIGKILL of the API' },
  'kill temporal': { weight: 3, says: 'SIGKILL of the Temporal server' },
  'kill postgres': { weight: 3, says: 'SIGKILL of Postgres, with or without its backends' },
  'kill supervisor': { weight: 1, says: 'SIGKILL of the supervisor; its services go on without it, then `hopline up`' },
  'kill everything': { weight: 2, says: 'SIGKILL of every process at once, then `hopline up`' },
  'end worker': { weight: 2, says: 'SIGTERM of the worker' },
  'end supervisor': { weight: 1, says: 'SIGTERM of the supervisor, then `hopline up`' },
  'stop host': { weight: 1, says: 'SIGSTOP of a device host for a while, then SIGCONT' },
  'stop worker': { weight: 1, says: 'SIGSTOP of the only worker for longer than the heartbeat time-out, then SIGCONT' },
  'zombie worker': { weight: 2, says: 'the same while a second worker takes its tasks over' },
  'fill disk': { weight: 1, says: "the store's disk is full for a while" },
  'truncate object': { weight: 1, says: 'an object of the store loses its end' },
  'flip byte': { weight: 1, says: 'a byte of an object of the store changes' },
  'kill store': { weight: 2, says: 'SIGKILL of the S3 server, which comes back a moment later' },
} as const satisfies Record<string, { weight: number; says: string }>;

export type TimedFault = keyof typeof TIMED_FAULTS;

/** What happens at a crash point. `cut`: the process is stopped in the middle of a transaction, its connection to Postgres is ended by
 *  pg_terminate_backend, and it goes on. */
export type PointAction = CrashAction | 'cut';

interface Timing {
  /** After the fault before it. Milliseconds. */
  wait: number;
  /** How long what is stopped, full or away stays so. Milliseconds. */
  hold: number;
  /** 32 random bits, for choices among what is there when it strikes. */
  pick: number;
}

/** One fault of a schedule, drawn beforehand. */
export type Fault = PointFault | RandomFault;

/** Strikes whoever comes by a crash point. */
export interface PointFault extends Timing {
  kind: PointAction;
  point: CrashPoint;
}

/** Strikes wherever the run is. */
export interface RandomFault extends Timing {
  kind: TimedFault;
  point?: undefined;
}

/** As the table and the log call it. */
export const faultName = (fault: Pick<Fault, 'kind' | 'point'>): string =>
  fault.point ? `${fault.kind} at ${fault.point}` : fault.kind;

/** Its row in the table: crash points are summed by action. */
export const faultGroup = (fault: Pick<Fault, 'kind' | 'point'>): string =>
  fault.point ? (fault.kind === 'cut' ? 'cut connection in a commit' : `${fault.kind} at crash point`) : fault.kind;
