import type { RunUnit } from '../engine/plan/plan-types.ts';

/** Which part of a run an activity works through: a shard of a stage, or a whole node. Ids only. */
export interface UnitRef {
  runId: string;
  stage?: number;
  shard?: number;
  node?: string;
}

/** What a slice left: `done` when nothing of the unit remains that can be done, `paused` when the run was paused meanwhile. */
export interface SliceOutcome {
  done: boolean;
  paused: boolean;
  committed: number;
  /** With `done`: a task failed for good, and what doesn't depend on it was done all the same. The run goes on with other units, starts
   *  nothing that depends on this one, and fails in the end with this error. */
  failure?: FailureInfo;
}

export interface FailureInfo {
  code: string;
  message: string;
  hint?: string;
}

export interface PlannedRun {
  units: PlannedUnit[];
  /** The run executes again what another one has made: `verify` works on its units, whatever their kind. */
  verifies?: boolean;
}

export interface PlannedUnit extends RunUnit {
  done: boolean;
  /** The shards of a stage that have work left. Default: all. */
  openShards?: number[];
}

/** Activities that need no device: they run on the control queue. */
export interface ControlActivities {
  /** Makes and stores the plan, or finds it stored. Returns what is left to schedule. */
  plan(input: { runId: string }): Promise<PlannedRun>;
  /** Computes the root digest and marks the run as succeeded. */
  finishRun(input: { runId: string }): Promise<void>;
  failRun(input: { runId: string; code: string; message: string; hint?: string }): Promise<void>;
  markCancelled(input: { runId: string }): Promise<void>;
}

/** Activities that work through a unit's tasks on a device, named in the field's words; each is a slice. */
export interface DeviceActivities {
  generate(unit: UnitRef): Promise<SliceOutcome>;
  score(unit: UnitRef): Promise<SliceOutcome>;
  select(unit: UnitRef): Promise<SliceOutcome>;
  trainEpoch(unit: UnitRef): Promise<SliceOutcome>;
  evaluate(unit: UnitRef): Promise<SliceOutcome>;
  /** Executes again what a verifying run has drawn of the unit. */
  verify(unit: UnitRef): Promise<SliceOutcome>;
}
