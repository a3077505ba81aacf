import { beforeAll, describe, expect, it } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { useDatabase } from './fixtures/use-database.ts';

const database = useDatabase(startEmbedded);

/** Columns that hold digests of objects; the collector keeps what they name. */
const NAMES = ['artifact.digest', 'model.files', 'outcome.files', 'run.plan_digest', 'stage_shard.artifact'];

/** Columns that could, by their type, but don't: keys, digests of contents, of code, of sets; params, words, numbers. */
const NAMES_NOT = [
  'attempt.error',
  'budget.key',
  'budget.next_at',
  'budget_permit.key',
  'condemned.digest',
  'dataset.digest',
  'dataset.params',
  'dataset_row.meta',
  'derivation.code_digest',
  'derivation.models',
  'derivation.params',
  'derivation_input.key',
  'divergence.existing',
  'divergence.key',
  'divergence.other',
  'event.payload',
  'model.digest',
  'node.code_digest',
  'node.error',
  'node.inputs',
  'node.key',
  'node.models',
  'node.params',
  'node_outcome.root_key',
  'node_sample.root_key',
  'node_score.root_key',
  'outcome.content_digest',
  'outcome.key',
  'outcome.metrics',
  'outcome.result',
  'receipt.key',
  'receipt.receipt',
  'retraction.key',
  'run.environment',
  'run.error',
  'run.labels',
  'run.params',
  // Digests of datasets and models, whose objects these name themselves.
  'run.pins',
  // Named once the plan is stored; until then its pages stand in stage_shard, and the plan is looked up by finishPlan.
  'run.plan_draft',
  'run.plan_inputs',
  'run.request_digest',
  'run.root_digest',
  'run.verification',
  'run_execution.environment',
  'sample.content_digest',
  'sample.key',
  'sample.meta',
  'sample.root_key',
  'sample.seed',
  'score.content_digest',
  'score.key',
  'score.values',
  'task.error',
  'task.key',
  'token.hash',
  'training_set.digest',
  'verification.expected',
  'verification.found',
  'verification.key',
  'worker_activity.task_token',
];

describe('what the garbage collector takes for a name', () => {
  let columns: string[];
  beforeAll(async () => {
    const rows = await database.db.query<{ name: string }>(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
        WHERE table_schema = 'public' AND data_type IN ('bytea', 'jsonb', 'json', 'ARRAY') AND table_name NOT LIKE '\\_prisma%'`,
    );
    columns = rows.map(({ name }) => name);
  });

  it('a column that is new is looked at before an object that it names is deleted', () => {
    const unknown = columns.filter((name) => !NAMES.includes(name) && !NAMES_NOT.includes(name) && !TEXTS.includes(name));
    expect(unknown, 'does it hold digests of objects? then add it to named-objects.ts and NAMES, else to NAMES_NOT').toEqual([]);
  });

  it('every column that names objects is there', () => {
    expect(NAMES.filter((name) => !columns.includes(name))).toEqual([]);
  });
});

const TEXTS = [
  'node.depends_on',
  'prediction.log_probabilities',
  'run.remake',
  'token.scopes',
  'worker.devices',
  'worker.resources',
];
