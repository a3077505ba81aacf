import { operation } from '../client/operation.ts';
import type { NamedError } from '../client/unwrap-result.ts';
import type { LaunchRunInput } from './launch-input.ts';
import { type RunSummary, runSummaryFields } from './run-summary.ts';

export const launchRun = operation<{ launchRun: { run: RunSummary } | NamedError }, { input: LaunchRunInput }>(`
  mutation LaunchRun($input: LaunchRunInput!) {
    launchRun(input: $input) {
      ... on LaunchRunSuccess { run { ${runSummaryFields} } }
      ... on Error { code message hint }
    }
  }`);
