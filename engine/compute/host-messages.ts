import type { Digest } from '../plan/digest.ts';
import type { WorkOrder, WorkResult } from './order.ts';
import type { PermitFromHost, PermitToHost } from './permits/permit-messages.ts';
import type { WireError } from './wire-error.ts';

/** What a device host is told when it starts, as JSON on its command line. */
export interface HostOptions {
  storeUrl: string;
  /** `cpu:0`, `cuda:1`. */
  device: string;
  /** intra-op threads. */
  threads: number;
  /** Models that must not run on this device, by digest, and why. */
  unfit?: Record<Digest, string>;
  /** How much decoded input may stay in memory between orders. Bytes. */
  cacheBytes: number;
  /** What open models may take before the least recently used is closed. Bytes. */
  modelBytes: number;
  /** Resident memory above which the host ends itself, in the middle of an order. Bytes. */
  memoryLimit: number;
}

/** Inputs that an order will read. */
export interface ShardRefs {
  samples: Digest[];
  scores: Digest[];
}

/** Tickets tell two attempts at the same order apart. */
export type ToHost =
  | { type: 'order'; ticket: number; order: WorkOrder }
  | { type: 'cancel'; ticket: number }
  | { type: 'prefetch'; shards: ShardRefs }
  | PermitToHost
  | { type: 'stop' };

export interface HostSize {
  /** The resident memory when the step was done, in bytes, less what open models take: the supervisor recycles by it. */
  size: number;
}

export type FromHost =
  | { type: 'ready' }
  | PermitFromHost
  /** The step is done, the device is free; what it made is still to be stored. */
  | { type: 'computed'; ticket: number }
  | ({ type: 'done'; ticket: number; result: WorkResult } & HostSize)
  | ({ type: 'failed'; ticket: number; error: WireError } & HostSize);
