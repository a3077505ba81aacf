import type { Fault } from './fault.ts';
import type { FaultyHome } from './faulty-home.ts';
import type { RunAttendant } from './run-attendant.ts';
import type { SecondWorker } from './second-worker.ts';
import type { StoreDisk } from './store-disk.ts';

/** A fault that has struck. */
export interface Struck {
  fault: Fault;
  /** Milliseconds since 1970. */
  at: number;
  /** Whom: a pid, a digest. */
  whom?: string;
}

/** What a fault meets. */
export interface Scene {
  home: FaultyHome;
  attendant: RunAttendant;
  disk: StoreDisk;
  second: SecondWorker;
  /** Digests of objects that were damaged. */
  damaged: Set<string>;
  /** Folder of the store's objects, `ab/cdef...`; of an S3 store on its server's disk. */
  objects: string;
  /** Ends the S3 server and brings it back; undefined for a store of files. */
  bounceStore?: (hold: number) => Promise<void>;
  /** Aborted when the schedule's time is up. */
  signal: AbortSignal;
  struck(strike: Struck): void;
}
