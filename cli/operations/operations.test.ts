import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { keptSamples, madeOf } from './candidates.ts';
import { cancelRun, pauseRun, unpauseRun } from './control-run.ts';
import { launchRun } from './launch-run.ts';
import { sampleDown, sampleUp } from './lineage.ts';
import { nodeResults } from './node-result.ts';
import { planRun } from './plan-run.ts';
import { datasets, models } from './registry.ts';
import { rerun } from './rerun.ts';
import { resumeRun } from './resume-run.ts';
import { runEvents } from './run-events.ts';
import { runReport } from './run-report.ts';
import { runStatus } from './run-status.ts';
import { runs } from './runs.ts';
import { createToken, revokeToken, tokens } from './tokens.ts';
import { workers } from './workers.ts';

const schema = buildSchema(readFileSync(new URL('../../api/schema.graphql', import.meta.url), 'utf8'));
const operations = {
  cancelRun,
  createToken,
  datasets,
  keptSamples,
  launchRun,
  madeOf,
  models,
  nodeResults,
  pauseRun,
  planRun,
  rerun,
  resumeRun,
  revokeToken,
  runEvents,
  runReport,
  runs,
  runStatus,
  sampleDown,
  sampleUp,
  tokens,
  unpauseRun,
  workers,
};

test.each(Object.entries(operations))('%s asks for what the API has', (_name, operation) => {
  expect(validate(schema, 'text' in operation ? parse(operation.text) : operation).map((error) => error.message)).toEqual([]);
});
