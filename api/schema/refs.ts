import type { FailureGroup } from '../../engine/lineage/failure-groups.ts';
import type { DatasetInfo, Impact, ModelInfo, NodeProgress, RunEvent, RunMetric, RunRow } from '../../engine/lineage/index.ts';
import type { RunTotals } from '../../engine/lineage/run-progress.ts';
import type { SampleDataset } from '../../engine/lineage/sample-datasets.ts';
import type { SampleDecision } from '../../engine/lineage/sample-decisions.ts';
import type { DerivationRow } from '../../engine/lineage/sample-derivations.ts';
import type { SampleRow } from '../../engine/lineage/sample-row.ts';
import type { SampleScore } from '../../engine/lineage/sample-scores.ts';
import type { Prediction } from '../../engine/lineage/sample-uses.ts';
import type { WalkedEdge } from '../../engine/lineage/walked-edges.ts';
import type { Pipeline } from '../../engine/plan/define-pipeline.ts';
import { builder } from './builder.ts';

/** Every object type by name, so that types may point at each other without importing each other's files. */
export const RunRef = builder.objectRef<RunRow>('Run');
export const RunNodeRef = builder.objectRef<NodeProgress & { runId: string }>('RunNode');
export const ProgressRef = builder.objectRef<RunTotals>('Progress');
export const MetricRef = builder.objectRef<RunMetric & { runId: string }>('Metric');
export const FailureRef = builder.objectRef<FailureGroup & { runId: string }>('Failure');
export const SampleRef = builder.objectRef<SampleRow>('Sample');
export const SampleEdgeRef = builder.objectRef<WalkedEdge>('SampleEdge');
export const DerivationRef = builder.objectRef<DerivationView>('Derivation');
export const ScoreRef = builder.objectRef<SampleScore>('Score');
export const DecisionRef = builder.objectRef<SampleDecision>('Decision');
export const CheckpointRef = builder.objectRef<CheckpointUse>('Checkpoint');
export const PredictionRef = builder.objectRef<Prediction>('Prediction');
export const DatasetRowRef = builder.objectRef<SampleDataset>('DatasetRow');
export const ImpactRef = builder.objectRef<Impact>('Impact');
export const PipelineRef = builder.objectRef<PipelineView>('Pipeline');
export const DatasetRef = builder.objectRef<DatasetInfo>('Dataset');
export const ModelRef = builder.objectRef<ModelInfo>('Model');
export const RunEventRef = builder.objectRef<RunEvent & { runId: string }>('RunEvent');

export interface CheckpointUse {
  checkpoint: string;
  runId: string;
  node: string;
  epoch: number;
}

/** How a sample came to be; of a real one there is little to say. */
export type DerivationView = Omit<DerivationRow, 'codeDigest' | 'runId' | 'node' | 'worker' | 'device'> & {
  real: boolean;
} & { [Field in 'codeDigest' | 'runId' | 'node' | 'worker' | 'device']: string | null };

/** A pipeline by name; `declared` is missing when the project doesn't have it any more. */
export interface PipelineView {
  name: string;
  version: string;
  declared: Pipeline | undefined;
}
