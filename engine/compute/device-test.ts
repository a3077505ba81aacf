import type { Digest } from '../plan/digest.ts';
import type { StoredModel } from './model-folders.ts';
import type { WireError } from './wire-error.ts';

export interface DeviceTestOrder {
  /** The folder that the project is looked for from. */
  project: string;
  storeUrl: string;
  /** `cuda:0`. */
  device: string;
  threads: number;
  models: (StoredModel & { adapter: string })[];
}

/** What became of a model on a device. */
export interface ModelTrial {
  fit: boolean;
  /** The largest difference from the CPU, as a share of the largest magnitude of its tensor. */
  difference: number;
  /** Why it isn't fit. */
  reason: string | null;
  /** On the device, with opening the model. */
  seconds: number;
}

export type DeviceTestMessage =
  | { type: 'usable' }
  | { type: 'trying'; digest: Digest }
  | ({ type: 'model'; digest: Digest } & ModelTrial)
  | { type: 'done' }
  | { type: 'failed'; error: WireError };
