import './scalars.ts';
import './errors/error-types.ts';
import './types/checkpoint.ts';
import './types/dataset-row.ts';
import './types/dataset.ts';
import './types/decision.ts';
import './types/derivation.ts';
import './types/failure.ts';
import './types/hop-drift.ts';
import './types/impact.ts';
import './types/metric.ts';
import './types/model.ts';
import './types/pipeline.ts';
import './types/prediction.ts';
import './types/progress.ts';
import './types/run-node.ts';
import './types/run.ts';
import './types/sample-edge.ts';
import './types/sample-uses.ts';
import './types/sample.ts';
import './types/score.ts';
import './types/task.ts';
import './types/token.ts';
import './types/what-if.ts';
import { builder } from './builder.ts';

builder.queryType({ authScopes: { read: true } });
builder.mutationType({ authScopes: { operate: true } });

import './operations/compare-runs.ts';
import './operations/control-run.ts';
import './operations/create-token.ts';
import './operations/impact.ts';
import './operations/launch-run.ts';
import './operations/plan-run.ts';
import './operations/registry.ts';
import './operations/rerun.ts';
import './operations/resume-run.ts';
import './operations/revoke-token.ts';
import './operations/run-events.ts';
import './operations/runs.ts';
import './operations/samples.ts';
import './operations/tokens.ts';
import './operations/workers.ts';

/** The whole API. Types register themselves by being imported. */
export const schema = builder.toSchema();
