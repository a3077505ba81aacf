import type {
  DatasetInfo,
  DerivationRow,
  FailureGroup,
  Impact,
  LineageEdge,
  ModelInfo,
  NodeProgress,
  RunEvent,
  RunMetric,
  RunProgress,
  RunRow,
  SampleRow,
  SampleStory,
} from '../../engine/lineage/index.ts';
import type { Pipeline } from '../../engine/plan/define-pipeline.ts';
import { builder } from './builder.ts';

/** Every object type by name, so that types may point at each other without importing each other's files. */
export const RunRef = builder.objectRef<RunRow>('Run');
export const RunNodeRef = builder.objectRef<NodeProgress & { runId: string }>('RunNode');
export const ProgressRef = builder.objectRef<RunProgress>('Progress');
export const MetricRef = builder.objectRef<RunMetric & { runId: string }>('Metric');
export const FailureRef = builder.objectRef<FailureGroup & { runId: string }>('Failure');
export const SampleRef = builder.objectRef<SampleRow>('Sample');
export const SampleEdgeRef = builder.objectRef<LineageEdge>('SampleEdge');
export const DerivationRef = builder.objectRef<DerivationRow>('Derivation');
export const ScoreRef = builder.objectRef<SampleStory['scores'][number]>('Score');
export const DecisionRef = builder.objectRef<SampleStory['decisions'][number]>('Decision');
export const CheckpointRef = builder.objectRef<CheckpointUse>('Checkpoint');
export const PredictionRef = builder.objectRef<SampleStory['predictions'][number]>('Prediction');
export const DatasetRowRef = builder.objectRef<SampleStory['datasets'][number]>('DatasetRow');
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

/** A pipeline by name; `declared` is missing when the project doesn't have it any more. */
export interface PipelineView {
  name: string;
  version: string;
  declared: Pipeline | undefined;
}
