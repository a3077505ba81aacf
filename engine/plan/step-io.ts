import type { Digest } from './digest.ts';
import type { Json, JsonObject } from './json.ts';
import type { Permit, PermitAsk } from './permit.ts';
import type { Seed } from './seeds.ts';

/** Where a sample stands: the real sample it grows from, its chain, its depth (k-th arrival in the missing modality) and its hops. */
export interface Coordinates {
  rootKey: Digest;
  chain: number;
  depth: number;
  hop: number;
}

/** A sample as a step sees it. Which payload is present follows from the medium; none where the role was declared `load: false`. */
export interface SampleValue extends Coordinates {
  key: Digest;
  text?: string;
  /** PNG, JPEG or WebP bytes. */
  image?: Uint8Array;
  features?: Float32Array;
  meta: JsonObject;
}

export interface ScoreValue extends Coordinates {
  /** The scored sample. */
  sampleKey: Digest;
  loss: number;
  /** Further numbers of the scorer, such as class log-probabilities. */
  values: Record<string, number>;
}

export interface DecisionValue extends Coordinates {
  sampleKey: Digest;
  kept: boolean;
  /** 0 is the best of its instance. */
  rank: number;
}

export interface CheckpointValue {
  key: Digest;
  /** 0-based epoch of this state. */
  epoch: number;
  /** safetensors. */
  bytes: Uint8Array;
}

/** What a whole-node step receives for one role. */
export interface NodeInputs {
  samples(role: string): Promise<SampleValue[]>;
  scores(role: string): Promise<ScoreValue[]>;
  decisions(role: string): Promise<DecisionValue[]>;
  /** The last state of a fold. */
  checkpoint(role: string): Promise<CheckpointValue>;
  /** All states of a fold, first to last. */
  trajectory(role: string): Promise<CheckpointValue[]>;
  result(role: string): Promise<JsonObject>;
}

export interface ModelFiles {
  name: string;
  digest: Digest;
  adapter: string;
  /** Paths inside the model folder. */
  files: readonly string[];
  read(path: string): Promise<Uint8Array>;
  /** A local folder with all of them, made once a machine. To be read only. */
  folder(): Promise<string>;
}

export interface StepContext {
  /** The model that plays a role. */
  model(role: string): ModelFiles;
  /** Keeps something expensive (an onnxruntime session) warm in the device host, under a key that says what it is.
   *  The least recently used are disposed of when the host is recycled. */
  warm<T>(key: string, open: () => Promise<T>): Promise<T>;
  /** intra-op threads that this host may use. */
  threads: number;
  device: string;
  /** Room under limits that all workers share, for what is not this machine's: a server that is paid by the request. Waits for it; gives up when
   *  the task is cancelled or `signal` aborts. What isn't given back is when the task ends its host, or when it expires.
   *  @throws DATABASE_UNREACHABLE; what the signal was aborted with */
  permit(ask: PermitAsk, signal?: AbortSignal): Promise<Permit>;
  /** Aborted when the task is cancelled; the host is killed soon after. */
  signal: AbortSignal;
}

export interface MapItem {
  key: Digest;
  /** null when the step is not seeded. */
  seed: Seed | null;
  chain: number;
  depth: number;
  hop: number;
  inputs: Record<string, SampleValue>;
}

export interface MapTask<P> {
  params: P;
  items: MapItem[];
  /** Whole-node inputs (a teacher's checkpoint) by role. */
  nodes: NodeInputs;
}

/** Exactly one of the payloads, or `loss` for a score, or `failed` with the reason why there is none. */
export interface MapOutput {
  text?: string;
  image?: Uint8Array;
  features?: Float32Array;
  loss?: number;
  values?: Record<string, number>;
  meta?: JsonObject;
  /** What making it took besides the device's time: requests, tokens, cost. Kept with its derivation, also of one that failed; no part of its
   *  content. */
  receipt?: JsonObject;
  failed?: string;
}

export interface SelectTask<P> {
  params: P;
  seed: Seed;
  nodes: NodeInputs;
}

export interface DecisionOutput {
  sampleKey: Digest;
  kept: boolean;
  rank: number;
  /** The score at which the line was drawn, where there is one. */
  threshold?: number;
  /** In words: `rank 2 of 8 by teacher loss 0.31, keep 2`. */
  reason: string;
}

export interface SelectOutput {
  decisions: DecisionOutput[];
}

export interface FoldTask<P> {
  params: P;
  seed: Seed;
  epoch: number;
  epochs: number;
  /** The state before this epoch; null at epoch 0. */
  state: Uint8Array | null;
  nodes: NodeInputs;
}

export interface FoldOutput {
  /** safetensors: parameters, optimizer state and random-number position. */
  state: Uint8Array;
  metrics: Record<string, number>;
  /** Which samples this epoch trained on; recorded as the training set. Default: every sample input. */
  trainedOn?: Digest[];
}

export interface ReduceTask<P> {
  params: P;
  seed: Seed;
  nodes: NodeInputs;
}

export interface MetricOutput {
  name: string;
  /** `all`, `explicit`, a class name ... */
  slice: string;
  value: number;
  /** Bootstrap interval. */
  low?: number;
  high?: number;
  /** Which inference mode: `real`, `real+synthetic`, ... */
  mode?: string;
}

export interface PredictionOutput {
  sampleKey: Digest;
  label: string;
  /** By class, in the order of `result.labels`. */
  logProbabilities: number[];
  mode?: string;
}

export interface ReduceOutput {
  metrics?: MetricOutput[];
  predictions?: PredictionOutput[];
  /** Small, canonical JSON; its digest is the node's content. */
  result?: JsonObject;
  /** Named files (a report, a picture, exported weights), stored as artifacts. */
  files?: Record<string, Uint8Array>;
}

export type { Json };
