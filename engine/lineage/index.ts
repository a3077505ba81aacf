/** The lineage database: what exists, who made it from what, and what is left to do. All SQL of the engine. */
import type { ArtifactRef, RowRef, ScoreRef, WorkResult } from '../compute/order.ts';
import type { DatasetRowInfo, Medium } from '../plan/define-step.ts';
import type { Digest } from '../plan/digest.ts';
import type { HandlePart } from '../plan/handles.ts';
import type { Json, JsonObject } from '../plan/json.ts';
import type { Plan, PlanItem, PlannedModel } from '../plan/plan-types.ts';
import type { Coordinates } from '../plan/step-io.ts';
import type { RunState } from './run-state.ts';

export type { RunState } from './run-state.ts';
export { isFinished } from './run-state.ts';

// ---- connection

/** Runs statements. bytea arrives as lower-case hex, bigint as number, timestamptz as Date, jsonb parsed. */
export interface Tx {
  query<T>(sql: string, values?: readonly unknown[]): Promise<T[]>;
}
export interface Db extends Tx {
  /** READ COMMITTED. `fn` may run again after a deadlock or a serialization failure, so it must not touch anything but `tx`. */
  transaction<T>(fn: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
/** @throws DATABASE_UNREACHABLE (not permanent) from every call when the connection is lost. Connects lazily. */
export declare function openDb(databaseUrl: string, options?: { /** Connections. Default 4. */ max?: number }): Db;
/** Applies the migrations that are missing. @throws MIGRATION_UNKNOWN, MIGRATION_CHANGED, MIGRATION_FAILED, DATABASE_FOREIGN */
export declare function migrate(databaseUrl: string): Promise<{ applied: string[] }>;

// ---- runs

export interface StoredError {
  code: string;
  message: string;
  hint?: string;
}
export interface RunRow {
  id: string;
  project: string;
  pipeline: string;
  pipelineVersion: string;
  params: JsonObject;
  seed: number;
  state: RunState;
  planDigest: Digest | null;
  rootDigest: Digest | null;
  parentRunId: string | null;
  rootRunId: string;
  /** How many workflow executions were started for it. */
  attempts: number;
  codeRevision: string;
  environment: JsonObject;
  priority: number;
  labels: Record<string, string>;
  idempotencyKey: string | null;
  /** `run/<id>`. */
  workflowId: string;
  error: StoredError | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}
export interface NewRun {
  /** Default `default`; made when it is new. */
  project?: string;
  pipeline: string;
  pipelineVersion: string;
  params: JsonObject;
  seed: number;
  labels?: Record<string, string>;
  /** 1 (first) to 5. Default 3. */
  priority?: number;
  idempotencyKey?: string;
  parentRunId?: string;
  codeRevision: string;
  environment: JsonObject;
}
/** @throws IDEMPOTENCY_CONFLICT when the key was used for another request; RUN_NOT_FOUND for an unknown parent. */
export declare function createRun(db: Db, run: NewRun): Promise<RunRow & { created: boolean }>;
/** @throws RUN_NOT_FOUND */
export declare function getRun(db: Tx, id: string): Promise<RunRow>;
/** Newest first. `after` is the id of the last run of the page before. */
export declare function listRuns(
  db: Tx,
  page: { limit: number; after?: string; pipeline?: string; states?: RunState[]; project?: string },
): Promise<RunRow[]>;
/** `attempt: true` counts another workflow execution. @throws RUN_STATE_CONFLICT, RUN_NOT_FOUND */
export declare function setRunState(
  db: Db,
  id: string,
  to: RunState,
  change?: { error?: StoredError; rootDigest?: Digest; planDigest?: Digest; attempt?: boolean },
): Promise<RunRow>;

// ---- the plan

export interface NewTask {
  node: string;
  /** null for whole nodes. */
  stage: number | null;
  shard: number;
  /** Place among the tasks of its unit. */
  ordinal: number;
  /** Items `first .. first+count-1` of `PlanShard.items[node]`. */
  first: number;
  count: number;
  /** fold only. */
  epoch: number | null;
  /** Whole nodes: key of the outcome. */
  key: Digest | null;
}
export interface StoredPlan {
  plan: Plan;
  planDigest: Digest;
  /** [stage][shard] -> artifact of the PlanShard. */
  shardArtifacts: Digest[][];
  tasks: NewTask[];
}
/** Idempotent by plan digest. Another digest replaces nodes and tasks; what they made stays and is adopted as cached. */
export declare function storePlan(db: Db, runId: string, stored: StoredPlan): Promise<{ changed: boolean }>;

export interface ExistingThing {
  kind: 'sample' | 'score' | 'outcome';
  id: number;
  artifact: Digest | null;
  row: number | null;
  failed: boolean;
}
export declare function existing(db: Tx, keys: readonly Digest[]): Promise<Map<Digest, ExistingThing>>;

/** A member of a node. Coordinates are kept where they differ from the sample's own (a picture that two texts share). */
export type NodeMember = { ordinal: number; key: Digest } & Partial<Coordinates>;
/** Records what exists already as this node's. Counts as cached; failed ones as failed; unknown keys are skipped. Idempotent. */
export declare function adoptExisting(
  db: Db,
  runId: string,
  nodeName: string,
  items: readonly NodeMember[],
): Promise<{ adopted: number }>;

export interface PlanNodeRow {
  name: string;
  step: string;
  params: JsonObject;
  models: Record<string, PlannedModel>;
  inputs: Record<string, HandlePart[]>;
  key: Digest;
  codeDigest: Digest;
}
/** Nodes of the newest run of a pipeline that has a plan; none when there was no such run. */
export declare function latestPlanNodes(
  db: Tx,
  of: { project?: string; pipeline: string; beforeRun?: string },
): Promise<{ runId: string; nodes: PlanNodeRow[] } | null>;
/** Mean device-seconds an item by `name@version`; steps that never ran are missing. */
export declare function stepTimings(db: Tx, steps: readonly string[]): Promise<Map<string, number>>;

// ---- tasks

/** One of: a shard of a stage, or a node of its own. */
export type TaskUnit = { stage: number; shard: number } | { node: string };

export interface LeasedTask {
  taskId: number;
  node: string;
  stage: number | null;
  shard: number;
  ordinal: number;
  first: number;
  count: number;
  epoch: number | null;
  key: Digest | null;
  /** The number that a commit must show. */
  fence: number;
  /** This one included. */
  attempts: number;
  /** The PlanShard's artifact; null for whole nodes. */
  planShard: Digest | null;
}
/** Takes every task of the unit that is not committed, in the order to run them: node order, then first item, then epoch.
 *  Older leases are void from then on. */
export declare function leaseTasks(
  db: Tx,
  lease: { runId: string; unit: TaskUnit; worker: string; limit?: number },
): Promise<LeasedTask[]>;

export interface TaskCommit {
  runId: string;
  taskId: number;
  nodeName: string;
  fence: number;
  worker: string;
  device: string;
  startedAt: Date;
  /** map: the items that were made or failed; `result.items` match them by key. */
  items?: (PlanItem & { ordinal: number /** Scores: the judged sample. */; sampleKey?: Digest })[];
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
  /** Whole-node inputs: keys of the outcomes or nodes that were read, by role. */
  inputs?: { role: string; key: Digest }[];
}
export interface TaskOutcome {
  taskId: number;
  outcome: 'committed' | 'stale' | 'already';
}
/** Commits a group of tasks in one transaction, each fenced in its own right. Safe to call twice. */
export declare function commitTasks(db: Db, commits: readonly TaskCommit[]): Promise<TaskOutcome[]>;
/** False when the fence is stale. `terminal: false` gives it back as pending and counts the attempt as failed. Default true. */
export declare function failTask(
  db: Db,
  failure: { taskId: number; fence: number; error: StoredError; terminal?: boolean },
): Promise<boolean>;
/** Gives leases back unspent, e.g. on shutdown. Stale ones are skipped. Returns how many. */
export declare function releaseTasks(db: Db, leases: readonly { taskId: number; fence: number }[]): Promise<number>;

// ---- nodes

export type NodeState = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
export declare function setNodeState(db: Db, runId: string, nodeName: string, state: NodeState): Promise<void>;
export declare function failNode(db: Db, runId: string, nodeName: string, error: StoredError): Promise<void>;
/** In items of the unit's tasks (whole nodes: tasks). */
export declare function unitProgress(
  db: Tx,
  runId: string,
  unit: TaskUnit,
): Promise<{ expected: number; done: number; failed: number }>;
/** @throws FAN_IN_SHORT with node, expected, found; NODE_FAILED_SHARE when more than `maxFailures` failed. */
export declare function assertFanIn(db: Tx, runId: string, nodeNames: readonly string[]): Promise<void>;

/** In node order, without failed ones. Of a source, the part's medium decides whether texts or pictures come. */
export declare function nodeRows(db: Tx, runId: string, parts: readonly HandlePart[]): Promise<RowRef[]>;
export declare function nodeScores(db: Tx, runId: string, parts: readonly HandlePart[]): Promise<ScoreRef[]>;
export interface NodeOutcome {
  key: Digest;
  epoch: number;
  artifact: Digest;
  kind: 'decisions' | 'checkpoint' | 'result';
  result: JsonObject | null;
  metrics: Record<string, number> | null;
  /** Artifacts by file name. */
  files: Record<string, ArtifactRef> | null;
}
/** First to last epoch. */
export declare function nodeOutcomes(db: Tx, runId: string, nodeName: string): Promise<NodeOutcome[]>;
/** Where samples and scores lie. Failed and unknown keys are missing. */
export declare function locate(db: Tx, keys: readonly Digest[]): Promise<Map<Digest, RowRef>>;

// ---- how a run fares

export interface NodeProgress {
  name: string;
  kind: string;
  step: string;
  unit: string | null;
  resource: string;
  dependsOn: string[];
  state: NodeState;
  expected: number;
  made: number;
  cached: number;
  failed: number;
  deviceSeconds: number;
  startedAt: Date | null;
  finishedAt: Date | null;
  error: StoredError | null;
}
export interface RunProgress {
  runId: string;
  state: RunState;
  nodes: NodeProgress[];
  totals: { expected: number; made: number; cached: number; failed: number; deviceSeconds: number };
  /** Items made a second over the last minute of commits; 0 when there were none. */
  rate: number;
  /** null while nothing has been measured. */
  etaSeconds: number | null;
}
export declare function runProgress(db: Tx, runId: string): Promise<RunProgress>;
export interface RunMetric {
  node: string;
  checkpoint: Digest | null;
  name: string;
  slice: string;
  mode: string | null;
  value: number;
  low: number | null;
  high: number | null;
}
export declare function runMetrics(db: Tx, runId: string): Promise<RunMetric[]>;
export interface RunFailure {
  node: string;
  /** The item, or null when the task or node as a whole failed. */
  key: Digest | null;
  reason: string;
}
export declare function runFailures(db: Tx, runId: string, page?: { limit?: number }): Promise<RunFailure[]>;
/** The Merkle root over the nodes' keys and content digests. Independent of order, time, worker and cache. */
export declare function rootDigest(db: Tx, runId: string): Promise<Digest>;

export interface RunEvent {
  cursor: string;
  type: string;
  payload: JsonObject;
  at: Date;
}
/** Events after the cursor, in an order that never lets a late commit slip in before it. */
export declare function readEvents(
  db: Tx,
  page: { runId: string; after?: string; limit: number },
): Promise<{ events: RunEvent[] /** Where to go on, also when nothing came. */; cursor: string | null }>;

// ---- lineage

export interface SampleRow extends Coordinates {
  key: Digest;
  contentDigest: Digest | null;
  medium: string;
  seed: string | null;
  text: string | null;
  meta: JsonObject;
  bytes: number;
  artifact: Digest | null;
  row: number | null;
  failed: string | null;
  createdAt: Date;
}
export interface LineageEdge {
  /** 1 is a direct parent or child. */
  depth: number;
  role: string;
  ordinal: number;
  child: Digest;
  parent: Digest;
  /** The far end: the parent going up, the child going down. */
  sample: SampleRow;
}
export interface LineagePage {
  edges: LineageEdge[];
  cursor: string | null;
  hasMore: boolean;
  /** The walk was cut at 10,000 edges. */
  truncated: boolean;
}
export interface WalkOptions {
  /** Default 32. */
  maxHops?: number;
  first: number;
  after?: string;
}
export declare function ancestors(db: Tx, sampleKey: Digest, options: WalkOptions): Promise<LineagePage>;
export declare function descendants(db: Tx, sampleKey: Digest, options: WalkOptions): Promise<LineagePage>;

export interface DerivationRow {
  step: string;
  params: JsonObject;
  models: Record<string, string>;
  codeDigest: Digest;
  runId: string;
  node: string;
  worker: string;
  device: string;
  startedAt: Date;
  /** Of the whole task; divide by `items`. */
  seconds: number;
  items: number;
  inputs: { role: string; key: Digest }[];
}
export interface SampleStory {
  sample: SampleRow;
  /** null for a real sample. */
  derivation: DerivationRow | null;
  datasets: { name: string; index: number; rowId: string; part: string | null }[];
  scores: {
    key: Digest;
    loss: number | null;
    values: Record<string, number>;
    step: string;
    runId: string;
    node: string;
    inputs: { role: string; key: Digest }[];
  }[];
  decisions: {
    outcome: Digest;
    runId: string;
    node: string;
    kept: boolean;
    rank: number;
    threshold: number | null;
    reason: string;
  }[];
  /** Checkpoints that trained on it. */
  trained: { checkpoint: Digest; runId: string; node: string; epoch: number }[];
  predictions: { outcome: Digest; checkpoint: Digest | null; mode: string | null; label: string; logProbabilities: number[] }[];
  runs: string[];
}
/** Everything known of one sample. @throws SAMPLE_NOT_FOUND, SAMPLE_AMBIGUOUS for a prefix (at least 6 characters) of several keys */
export declare function sampleStory(db: Tx, keyOrPrefix: string): Promise<SampleStory>;
export interface Impact {
  /** Samples derived from it, over all hops (counted up to 10,000). */
  samples: number;
  scores: number;
  decisions: number;
  checkpoints: { key: Digest; runId: string; node: string; epoch: number }[];
  metrics: (RunMetric & { runId: string })[];
  runs: string[];
}
/** Everything downstream of one sample. */
export declare function impactOf(db: Tx, sampleKey: Digest): Promise<Impact>;

// ---- datasets and models

/** A payload of a dataset row: a root sample, whose key is its content digest. */
export interface RootSample {
  key: Digest;
  artifact: Digest;
  row: number;
  /** Payload size. */
  bytes: number;
  text?: string;
  meta?: JsonObject;
}
export interface NewDatasetRow {
  index: number;
  id: string;
  part: string | null;
  group: string;
  meta: JsonObject;
  text?: RootSample;
  image?: RootSample;
}
export interface NewDataset {
  name: string;
  reader: string;
  params: JsonObject;
  digest: Digest;
  rows: NewDatasetRow[];
  artifacts: ArtifactRef[];
}
export interface DatasetInfo {
  id: number;
  name: string;
  digest: Digest;
  reader: string;
  params: JsonObject;
  rows: number;
  registeredAt: Date;
}
export interface StoredDatasetRow extends DatasetRowInfo {
  textKey: Digest | null;
  imageKey: Digest | null;
}
/** Registering the same digest again makes it the latest of its name. */
export declare function registerDataset(db: Db, dataset: NewDataset): Promise<DatasetInfo & { created: boolean }>;
/** The latest of the name. @throws DATASET_MISSING */
export declare function findDataset(db: Tx, name: string): Promise<DatasetInfo>;
export declare function datasetRows(db: Tx, datasetId: number): Promise<StoredDatasetRow[]>;
export declare function listDatasets(db: Tx): Promise<DatasetInfo[]>;

export interface NewModel {
  name: string;
  digest: Digest;
  adapter: string;
  /** Store digests by path inside the model folder. */
  files: Record<string, Digest>;
  /** Where it came from: a folder, a run, a URL. */
  source: string;
  licence?: string;
  /** Bytes, all files. */
  size: number;
}
export interface ModelInfo extends Omit<NewModel, 'licence'> {
  id: number;
  licence: string | null;
  registeredAt: Date;
}
export declare function registerModel(db: Db, model: NewModel): Promise<ModelInfo & { created: boolean }>;
/** The latest of the name. @throws MODEL_MISSING */
export declare function findModel(db: Tx, name: string): Promise<ModelInfo>;
export declare function listModels(db: Tx): Promise<ModelInfo[]>;

export type { Json };
