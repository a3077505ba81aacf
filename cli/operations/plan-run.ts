import type { JsonObject } from '../../engine/plan/json.ts';
import { operation } from '../client/operation.ts';
import type { NamedError } from '../client/unwrap-result.ts';
import type { LaunchRunInput } from './launch-input.ts';

export interface PlannedNode {
  name: string;
  kind: string;
  step: string;
  dependsOn: string[];
  expected: number;
  cached: number;
  toMake: number;
  firstDifference: string | null;
  codeChanged: boolean;
  predictedDeviceSeconds: number | null;
}

export interface PlanPreview {
  pipeline: string;
  seed: number;
  params: JsonObject;
  nodes: PlannedNode[];
  totals: { expected: number; cached: number; toMake: number; predictedDeviceSeconds: number | null };
}

export const planRun = operation<{ planRun: PlanPreview | NamedError }, { input: LaunchRunInput }>(`
  query PlanRun($input: LaunchRunInput!) {
    planRun(input: $input) {
      ... on PlanPreview {
        pipeline seed params
        nodes { name kind step dependsOn expected cached toMake firstDifference codeChanged predictedDeviceSeconds }
        totals { expected cached toMake predictedDeviceSeconds }
      }
      ... on Error { code message hint }
    }
  }`);
