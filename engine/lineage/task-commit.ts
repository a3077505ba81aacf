import type { WorkResult } from '../compute/order.ts';
import type { Medium } from '../plan/define-step.ts';
import type { Digest } from '../plan/digest.ts';
import type { JsonObject } from '../plan/json.ts';
import type { PlanItem } from '../plan/plan-types.ts';
import type { NodeMember } from './node-member.ts';

export interface TaskCommit {
  runId: string;
  taskId: number;
  nodeName: string;
  fence: number;
  worker: string;
  device: string;
  startedAt: Date;
  /** map: the items that were made or failed; `result.items` match them by key. */
  items?: CommitItem[];
  /** Items (or the whole outcome) that turned out to exist. */
  reused?: NodeMember[];
  result: WorkResult;
  derivation: { step: string; params: JsonObject; models: Record<string, string>; codeDigest: Digest };
  /** Whole nodes: key of the outcome. */
  key?: Digest;
  /** fold: the state before. */
  previousKey?: Digest;
  /** What the node hands on. */
  medium: Medium;
  /** reduce: whose metrics and predictions these are. */
  checkpointKey?: Digest;
  /** Whole-node inputs by role: the key of the outcome, or the digest of the set of the samples' keys. */
  inputs?: { role: string; key: Digest }[];
}

export type CommitItem = PlanItem & {
  ordinal: number;
  /** Scores: the judged sample. */
  sampleKey?: Digest;
};

export interface TaskOutcome {
  taskId: number;
  outcome: 'committed' | 'stale' | 'already';
}

/** A commit that holds its lease, with the ids it needs. */
export interface LiveCommit extends TaskCommit {
  nodeId: number;
  derivationId: number;
  epoch: number;
  stage: number | null;
  shard: number;
  ordinal: number;
}

/** Ids by digest: of artifacts, samples, outcomes. */
export type Ids = ReadonlyMap<Digest, number>;
