import type { Digest } from '../plan/digest.ts';
import type { JsonObject } from '../plan/json.ts';
import type { Seed } from '../plan/seeds.ts';
import type { Coordinates, MetricOutput, PredictionOutput } from '../plan/step-io.ts';
import type { ArtifactRef } from '../store/store.ts';
import type { DecisionColumns } from './decision-columns.ts';
import type { RowColumns } from './row-columns.ts';
import type { RowRef } from './row-ref.ts';

export type { RowRef, ScoreRef } from './row-ref.ts';
export type { ArtifactRef };

export interface StateRef {
  key: Digest;
  epoch: number;
  artifact: Digest;
}

/** Whole-node input of a role. `load: false` hands on coordinates only. */
export type NodeInputRef =
  | { kind: 'samples'; load: boolean; rows: RowColumns }
  | { kind: 'scores'; rows: RowColumns }
  | { kind: 'decisions'; artifact: Digest }
  | { kind: 'checkpoint'; states: StateRef[] }
  | { kind: 'result'; artifact: Digest };

export interface ModelRef {
  name: string;
  digest: Digest;
  adapter: string;
  /** Store digests by path inside the model folder. */
  files: Record<string, Digest>;
}

export interface OrderItem extends Coordinates {
  key: Digest;
  seed: Seed | null;
  /** Sample inputs by role; a role declared `load: false` has no bytes to fetch, so `artifact` is null. */
  inputs: Record<string, Omit<RowRef, 'artifact'> & { artifact: Digest | null }>;
  /** Scores: the sample that is judged. */
  sampleKey?: Digest;
}

/** One task, as it is sent to a device host: ids and digests only. */
export interface WorkOrder {
  id: string;
  step: { module: string; name: string; version: string };
  kind: 'map' | 'select' | 'fold' | 'reduce';
  params: JsonObject;
  seed: Seed | null;
  models: Record<string, ModelRef>;
  /** map only. */
  items?: OrderItem[];
  /** Whole-node inputs by role. */
  nodes: Record<string, NodeInputRef>;
  /** It is computed whatever an earlier host has left behind: somebody wants to see it come out again. Default false. */
  anew?: boolean;
  /** fold only. */
  fold?: { epoch: number; epochs: number; state: Digest | null };
}

/** What became of one item. `failed` carries the reason and there is no content. */
export interface MadeItem {
  key: Digest;
  /** Row in the shard; -1 when failed. */
  row: number;
  contentDigest: Digest | null;
  /** Payload size. */
  bytes: number;
  text?: string;
  meta?: JsonObject;
  loss?: number;
  values?: Record<string, number>;
  failed?: string;
  /** What making it took besides the device's time. */
  receipt?: JsonObject;
  /** The shard that `row` counts in, where a task was computed in parts. Default: the result's. */
  artifact?: ArtifactRef;
}

export interface WorkResult {
  id: string;
  /** Shard of samples or scores, decisions file, checkpoint or result. null when every item failed. */
  artifact: ArtifactRef | null;
  items?: MadeItem[];
  decisions?: DecisionColumns;
  /** fold: per-epoch numbers. */
  epochMetrics?: Record<string, number>;
  trainedOn?: Digest[];
  metrics?: MetricOutput[];
  predictions?: PredictionOutput[];
  result?: JsonObject;
  files?: Record<string, ArtifactRef>;
  /** Wall time inside the step's run. */
  seconds: number;
  /** Which device computed it; filled in by the pool. */
  device?: string;
  /** Peak resident memory of the host, bytes. */
  rss: number;
}
