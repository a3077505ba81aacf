import type { Digest } from './digest.ts';
import type { HandlePart } from './handles.ts';
import type { JsonObject } from './json.ts';
import type { ParentRef } from './keys.ts';
import type { Seed } from './seeds.ts';

export type NodeKind = 'source' | 'map' | 'select' | 'fold' | 'reduce';

export interface PlannedModel {
  name: string;
  digest: Digest;
}

/** A node of a run with its identity, made before anything is spent. */
export interface PlannedNode {
  name: string;
  kind: NodeKind;
  /** `name@version`. */
  step: string;
  params: JsonObject;
  models: Record<string, PlannedModel>;
  inputs: Record<string, readonly HandlePart[]>;
  /** Names of the nodes it reads. */
  dependsOn: string[];
  /** Node key: for samples the digest of the set of their keys, else the derivation key (of a fold: of its last state). */
  key: Digest;
  /** Digest of the step's compiled code. Recorded, not part of the key. */
  codeDigest: Digest;
  resource: string;
  /** Samples, scores, states or results expected. */
  expected: number;
  /** Keys of a fold's states, first to last. */
  stateKeys?: Digest[];
  batchSize: number;
  maxFailures: number;
  /** The stage that a map node runs in. */
  stage?: number;
  /** Source only. */
  dataset?: { name: string; digest: Digest };
}

/** A map chain that runs shard by shard without a barrier between its nodes. */
export interface PlannedStage {
  id: number;
  source: string;
  /** Topological order. */
  nodes: string[];
  shards: number;
  /** Artifacts of its pages, by shard; where a plan is only looked at, none. */
  pages?: Digest[];
}

/** What the run workflow schedules: a stage, or a node of its own. */
export interface RunUnit {
  /** `stage/0`, `fold/teacher`. */
  id: string;
  kind: 'stage' | 'select' | 'fold' | 'reduce';
  /** Node name, or the stage's nodes joined. */
  name: string;
  dependsOn: string[];
  /** Stages: how many shards. Others: 1. */
  shards: number;
  resource: string;
  /** A stage that only scores. */
  scores?: boolean;
}

/** One item of a map node: a sample or score that shall exist. */
export interface PlanItem {
  key: Digest;
  seed: Seed | null;
  /** Row of the source, 0-based within the source. */
  root: number;
  rootKey: Digest;
  chain: number;
  depth: number;
  hop: number;
  /** Sample parents: role, key. */
  parents: ParentRef[];
}

/** The unit of work that one order executes: a range of a node's items in a shard, an epoch, or a whole node. */
export interface PlannedTask {
  node: string;
  /** null for whole nodes. */
  stage: number | null;
  shard: number;
  /** Topological position of the node. */
  ordinal: number;
  /** Items `first .. first+count-1` of the node in the shard's page; of a fold, the epoch. */
  first: number;
  count: number;
  /** fold only. */
  epoch: number | null;
  /** Whole nodes: key of the outcome. */
  key: Digest | null;
}

export interface Plan {
  /** Digest of everything that it was made from. */
  inputs: Digest;
  pipeline: string;
  pipelineVersion: string;
  params: JsonObject;
  seed: number;
  nodes: PlannedNode[];
  stages: PlannedStage[];
  units: RunUnit[];
  /** The chosen rows by source node: how many, and the digest of their keys in order. The keys themselves are the node's members. */
  sources: Record<string, { rows: number; digest: Digest }>;
}
