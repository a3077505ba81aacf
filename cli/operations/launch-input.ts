import type { VariablesOf } from '../client/graphql.ts';
import type { launchRun } from './launch-run.ts';

/** `LaunchRunInput` of the API. */
export type LaunchRunInput = VariablesOf<typeof launchRun>['input'];
