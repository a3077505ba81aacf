/** The lineage database: what exists, who made it from what, and what is left to do. All SQL of the engine. */
export { adoptExisting } from './adopt-existing.ts';
export { countExisting, type MadeKind, stepsEverRun } from './adopt-page.ts';
export { adoptSource } from './adopt-source.ts';
export { assertFanIn } from './assert-fan-in.ts';
export { type AttemptCounts, attemptCounts } from './attempt-counts.ts';
export { beginPlan, type NodeChange, type PlanDraft } from './begin-plan.ts';
export { closeRunIds } from './close-run-ids.ts';
export { commitTasks } from './commit-tasks.ts';
export { asOnlyCollector, closeCondemned, condemnObjects, forgetDeletions, openCondemned } from './condemn-objects.ts';
export { createRun, type NewRun } from './create-run.ts';
export { type CurrentPlan, currentPlan, recordCode } from './current-plan.ts';
export type { StoredDatasetRow } from './dataset-row.ts';
export { type DatasetInfo, datasetRows, findDataset, listDatasets } from './datasets.ts';
export { type Db, type DbOptions, openDb, type Tx } from './db.ts';
export { failedAttempts, failTask, releaseTasks, type TaskFailure } from './end-attempt.ts';
export { BEFORE_EVENTS, comparePositions, type EventPosition, eventCursor, eventPosition } from './event-position.ts';
export { type ExistingThing, existing } from './existing.ts';
export { type FailureGroup, failureGroups } from './failure-groups.ts';
export { findVersion } from './find-version.ts';
export { finishPlan } from './finish-plan.ts';
export { getRun } from './get-run.ts';
export { type Impact, impactOf } from './impact-of.ts';
export { latestPlanNodes } from './latest-plan-nodes.ts';
export { holdsLease, type Lease, type LeasedTask, leaseTasks } from './lease-tasks.ts';
export { listRuns, type RunPage } from './list-runs.ts';
export { listWorkers, type WorkerRow } from './list-workers.ts';
export { type EventListener, listenForEvents } from './listen-events.ts';
export { locate } from './locate.ts';
export { markRetracted, type RetractionMark, withdrawRetraction } from './mark-retracted.ts';
export { migrate } from './migrate.ts';
export { findModel, listModels, type ModelInfo, type NewModel, registerModel } from './models.ts';
export { namedAmong, namedObjects, unusedArtifacts } from './named-objects.ts';
export type { NodeMember } from './node-member.ts';
export { type NodeOutcome, nodeOutcomes } from './node-outcomes.ts';
export { nodeRows, nodeScores } from './node-rows.ts';
export { failNode, type NodeState, setNodeState } from './node-state.ts';
export { nodeHolding, type ObjectOrigin, objectOrigin } from './object-origin.ts';
export { openBudget } from './open-budget.ts';
export { openUnits } from './open-units.ts';
export { type PlanNodeRow, planNodes } from './plan-nodes.ts';
export { type EventPage, type PlacedEvent, type RunEvent, readEvents } from './read-events.ts';
export { recordRemade, recordWhole } from './record-remade.ts';
export { databaseTime } from './refuse-condemned.ts';
export { type NewDataset, type NewDatasetRow, type RootSample, registerDataset } from './register-dataset.ts';
export { requestCancel } from './request-cancel.ts';
export {
  findRetraction,
  type RetractedThing,
  type RetractionKind,
  type RetractionRow,
  retractedSamples,
  retractionsOf,
} from './retractions.ts';
export { rootDigest } from './root-digest.ts';
export { type ExecutionFacts, type RunExecution, recordResume, runExecutions } from './run-executions.ts';
export { labelRun, labelViolations } from './run-labels.ts';
export { type RunMetric, runMetrics } from './run-metrics.ts';
export type { Pin, Pins } from './run-pins.ts';
export { type NodeProgress, type RunProgress, runProgress } from './run-progress.ts';
export type { RunRow, StoredError } from './run-row.ts';
export { isFinished, type RunState } from './run-state.ts';
export { type RunWish, type RunWishes, runWishes } from './run-wishes.ts';
export { runsUsing } from './runs-using.ts';
export type { SampleRow } from './sample-row.ts';
export { type DerivationRow, type InputRef, type SampleStory, sampleStory } from './sample-story.ts';
export { type RunChange, setRunState } from './set-run-state.ts';
export { stepTimings } from './step-timings.ts';
export { storePlanPage } from './store-plan-page.ts';
export type { CommitItem, TaskCommit, TaskOutcome } from './task-commit.ts';
export type { TaskUnit } from './task-unit.ts';
export { TOKEN_SCOPES, type TokenRow, type TokenScope } from './token-row.ts';
export {
  assertUsable,
  createToken,
  findToken,
  findTokenById,
  listTokens,
  type NewToken,
  revokeToken,
  type StoredToken,
  tokenNotFound,
  unauthenticated,
} from './tokens.ts';
export { nodeStanding, unitFailure } from './unit-failure.ts';
export { unitProgress } from './unit-progress.ts';
export { ancestors, descendants, type LineageEdge, type LineagePage, type WalkOptions } from './walk-lineage.ts';
export {
  dropActivity,
  endWorker,
  type HeldActivity,
  heldActivities,
  holdActivity,
  knownBuilds,
  lastBuild,
  registerWorker,
  seeWorkers,
  type WorkerFacts,
} from './workers.ts';
export type { EventType } from './write-events.ts';
