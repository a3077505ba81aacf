-- The lineage database. schema.prisma says the same in Prisma's words; a test holds the two together.
-- Digests are 32 raw bytes. Ids are surrogate bigints: edges of sha256 ids would take twice the room.

CREATE TABLE project (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE run (
  id text PRIMARY KEY,
  project_id bigint NOT NULL REFERENCES project (id),
  pipeline text NOT NULL,
  pipeline_version text NOT NULL,
  params jsonb NOT NULL,
  seed bigint NOT NULL,
  state text NOT NULL DEFAULT 'PLANNING'
    CHECK (state IN ('PLANNING', 'QUEUED', 'RUNNING', 'PAUSED', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
  plan_digest bytea,
  root_digest bytea,
  parent_run_id text REFERENCES run (id),
  root_run_id text NOT NULL REFERENCES run (id),
  attempts integer NOT NULL DEFAULT 0,
  code_revision text NOT NULL,
  environment jsonb NOT NULL,
  priority integer NOT NULL DEFAULT 3,
  labels jsonb NOT NULL DEFAULT '{}',
  idempotency_key text,
  request_digest bytea NOT NULL,
  workflow_id text NOT NULL,
  error jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  UNIQUE (project_id, idempotency_key)
);
CREATE INDEX run_pipeline ON run (project_id, pipeline, id);
CREATE INDEX run_state ON run (state, id);
CREATE INDEX run_root ON run (root_run_id);

CREATE TABLE node (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id text NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  ordinal integer NOT NULL,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('source', 'map', 'select', 'fold', 'reduce')),
  step text NOT NULL,
  key bytea NOT NULL,
  code_digest bytea NOT NULL,
  params jsonb NOT NULL,
  models jsonb NOT NULL,
  inputs jsonb NOT NULL,
  depends_on text[] NOT NULL,
  stage integer,
  unit text,
  resource text NOT NULL,
  max_failures double precision NOT NULL DEFAULT 0,
  expected integer NOT NULL,
  made integer NOT NULL DEFAULT 0,
  cached integer NOT NULL DEFAULT 0,
  failed integer NOT NULL DEFAULT 0,
  state text NOT NULL DEFAULT 'PENDING' CHECK (state IN ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
  error jsonb,
  device_seconds double precision NOT NULL DEFAULT 0,
  started_at timestamptz,
  finished_at timestamptz,
  UNIQUE (run_id, name)
) WITH (fillfactor = 70);
CREATE INDEX node_key ON node (key);

CREATE TABLE stage_shard (
  run_id text NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  stage integer NOT NULL,
  shard integer NOT NULL,
  artifact bytea NOT NULL,
  PRIMARY KEY (run_id, stage, shard)
);

CREATE TABLE task (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id text NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  node_id bigint NOT NULL REFERENCES node (id) ON DELETE CASCADE,
  stage integer,
  shard integer NOT NULL,
  ordinal integer NOT NULL,
  first integer NOT NULL,
  count integer NOT NULL,
  epoch integer,
  key bytea,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'running', 'committed', 'failed')),
  fence integer NOT NULL DEFAULT 0,
  attempts integer NOT NULL DEFAULT 0,
  worker text,
  device text,
  device_seconds double precision,
  error jsonb,
  leased_at timestamptz,
  committed_at timestamptz
) WITH (fillfactor = 70);
CREATE INDEX task_shard ON task (run_id, stage, shard);
CREATE INDEX task_node ON task (node_id, state);

CREATE TABLE attempt (
  task_id bigint NOT NULL REFERENCES task (id) ON DELETE CASCADE,
  fence integer NOT NULL,
  worker text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  outcome text CHECK (outcome IN ('committed', 'failed', 'released', 'superseded')),
  error jsonb,
  PRIMARY KEY (task_id, fence)
);

CREATE TABLE artifact (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
  size bigint NOT NULL,
  media_type text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE model (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  digest bytea NOT NULL,
  adapter text NOT NULL,
  files jsonb NOT NULL,
  source text NOT NULL,
  licence text,
  size bigint NOT NULL,
  registered_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (name, digest)
);

-- One row a committed task: what was asked, and who did it when. Samples, scores and outcomes point here.
CREATE TABLE derivation (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  step text NOT NULL,
  params jsonb NOT NULL,
  models jsonb NOT NULL,
  code_digest bytea NOT NULL,
  run_id text NOT NULL REFERENCES run (id),
  node text NOT NULL,
  task_id bigint NOT NULL,
  worker text NOT NULL,
  device text NOT NULL,
  started_at timestamptz NOT NULL,
  seconds double precision NOT NULL,
  items integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX derivation_run ON derivation (run_id, created_at);
CREATE INDEX derivation_step ON derivation (step, id);
COMMENT ON COLUMN derivation.task_id IS 'No foreign key: a new plan replaces the tasks of a run.';

-- No foreign keys on samples, scores, edges and memberships: the writer looks both ends up in the same transaction, nothing of these is
-- ever deleted but memberships, and a check a column would take more time than the row itself.
CREATE TABLE sample (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key bytea NOT NULL UNIQUE CHECK (octet_length(key) = 32),
  content_digest bytea,
  medium text NOT NULL,
  root_key bytea NOT NULL,
  chain integer NOT NULL,
  depth integer NOT NULL,
  hop integer NOT NULL,
  seed bytea,
  text text,
  meta jsonb,
  bytes bigint NOT NULL,
  artifact_id bigint,
  "row" integer,
  failed text,
  derivation_id bigint,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((failed IS NULL) = (content_digest IS NOT NULL))
);
CREATE INDEX sample_derivation ON sample (derivation_id);
-- The head only: a tsvector may not pass 1 MB.
CREATE INDEX sample_text ON sample USING gin (to_tsvector('simple', left(text, 20000))) WHERE text IS NOT NULL;

CREATE TABLE edge (
  child_id bigint NOT NULL,
  parent_id bigint NOT NULL,
  role text NOT NULL,
  ordinal integer NOT NULL,
  PRIMARY KEY (child_id, parent_id, role)
);
CREATE INDEX edge_parent ON edge (parent_id, child_id);

CREATE TABLE dataset (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  digest bytea NOT NULL,
  reader text NOT NULL,
  params jsonb NOT NULL,
  rows integer NOT NULL,
  registered_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (name, digest)
);

CREATE TABLE dataset_row (
  dataset_id bigint NOT NULL REFERENCES dataset (id) ON DELETE CASCADE,
  index integer NOT NULL,
  row_id text NOT NULL,
  part text,
  "group" text NOT NULL,
  text_sample_id bigint REFERENCES sample (id),
  image_sample_id bigint REFERENCES sample (id),
  meta jsonb NOT NULL,
  PRIMARY KEY (dataset_id, index)
);
CREATE INDEX dataset_row_text ON dataset_row (text_sample_id);
CREATE INDEX dataset_row_image ON dataset_row (image_sample_id);

CREATE TABLE score (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key bytea NOT NULL UNIQUE CHECK (octet_length(key) = 32),
  content_digest bytea,
  sample_id bigint NOT NULL,
  loss double precision,
  "values" jsonb,
  artifact_id bigint,
  "row" integer,
  failed text,
  derivation_id bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((failed IS NULL) = (content_digest IS NOT NULL))
);
CREATE INDEX score_sample ON score (sample_id);
CREATE INDEX score_derivation ON score (derivation_id);

CREATE TABLE training_set (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
  size integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE training_set_member (
  set_id bigint NOT NULL,
  sample_id bigint NOT NULL,
  PRIMARY KEY (set_id, sample_id)
);
CREATE INDEX training_set_member_sample ON training_set_member (sample_id);

-- What a whole node made: decisions of a selection, one state of a fold, the result of a reduce.
CREATE TABLE outcome (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key bytea NOT NULL UNIQUE CHECK (octet_length(key) = 32),
  kind text NOT NULL CHECK (kind IN ('decisions', 'checkpoint', 'result')),
  content_digest bytea NOT NULL,
  artifact_id bigint NOT NULL REFERENCES artifact (id),
  epoch integer NOT NULL DEFAULT 0,
  parent_id bigint REFERENCES outcome (id),
  training_set_id bigint REFERENCES training_set (id),
  metrics jsonb,
  result jsonb,
  files jsonb,
  derivation_id bigint NOT NULL REFERENCES derivation (id),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outcome_parent ON outcome (parent_id);
CREATE INDEX outcome_training_set ON outcome (training_set_id);
CREATE INDEX outcome_derivation ON outcome (derivation_id);

-- What a derivation read besides its items' parents: a teacher's checkpoint, a selection, all samples of a node.
CREATE TABLE derivation_input (
  derivation_id bigint NOT NULL REFERENCES derivation (id),
  role text NOT NULL,
  key bytea NOT NULL,
  outcome_id bigint REFERENCES outcome (id),
  PRIMARY KEY (derivation_id, role, key)
);
CREATE INDEX derivation_input_outcome ON derivation_input (outcome_id);
CREATE INDEX derivation_input_key ON derivation_input (key);
COMMENT ON COLUMN derivation_input.key IS 'Of an outcome, or the digest of the set of the samples that were read.';

CREATE TABLE decision (
  outcome_id bigint NOT NULL REFERENCES outcome (id),
  sample_id bigint NOT NULL,
  kept boolean NOT NULL,
  rank integer NOT NULL,
  threshold double precision,
  reason text NOT NULL,
  PRIMARY KEY (outcome_id, sample_id)
);
CREATE INDEX decision_sample ON decision (sample_id);

CREATE TABLE metric (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  outcome_id bigint NOT NULL REFERENCES outcome (id),
  checkpoint_id bigint REFERENCES outcome (id),
  name text NOT NULL,
  slice text NOT NULL,
  mode text,
  value double precision NOT NULL,
  low double precision,
  high double precision
);
CREATE INDEX metric_outcome ON metric (outcome_id);
CREATE INDEX metric_checkpoint ON metric (checkpoint_id);

CREATE TABLE prediction (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  outcome_id bigint NOT NULL REFERENCES outcome (id),
  checkpoint_id bigint REFERENCES outcome (id),
  sample_id bigint NOT NULL,
  mode text,
  label text NOT NULL,
  log_probabilities double precision[] NOT NULL
);
CREATE INDEX prediction_outcome ON prediction (outcome_id);
CREATE INDEX prediction_checkpoint ON prediction (checkpoint_id);
CREATE INDEX prediction_sample ON prediction (sample_id);

-- Membership: what a node of a run consists of, made by it or found. Coordinates only where they differ from the sample's own.
CREATE TABLE node_sample (
  node_id bigint NOT NULL,
  ordinal integer NOT NULL,
  sample_id bigint NOT NULL,
  root_key bytea,
  chain integer,
  depth integer,
  hop integer,
  PRIMARY KEY (node_id, ordinal, sample_id)
);
CREATE INDEX node_sample_sample ON node_sample (sample_id);

CREATE TABLE node_score (
  node_id bigint NOT NULL,
  ordinal integer NOT NULL,
  score_id bigint NOT NULL,
  root_key bytea,
  chain integer,
  depth integer,
  hop integer,
  PRIMARY KEY (node_id, ordinal, score_id)
);
CREATE INDEX node_score_score ON node_score (score_id);

CREATE TABLE node_outcome (
  node_id bigint NOT NULL,
  ordinal integer NOT NULL,
  outcome_id bigint NOT NULL,
  PRIMARY KEY (node_id, ordinal, outcome_id)
);
CREATE INDEX node_outcome_outcome ON node_outcome (outcome_id);

-- The outbox. Ids are handed out before commit, so a reader goes by transaction: see read-events.ts.
CREATE TABLE event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  run_id text NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  type text NOT NULL,
  payload jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX event_run ON event (run_id, xid, id);

CREATE TABLE divergence (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key bytea NOT NULL,
  existing bytea NOT NULL,
  other bytea NOT NULL,
  run_id text NOT NULL REFERENCES run (id),
  derivation_id bigint REFERENCES derivation (id),
  at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (key, other, run_id)
);

CREATE TABLE verification (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id text NOT NULL REFERENCES run (id),
  subject_run_id text NOT NULL REFERENCES run (id),
  key bytea NOT NULL,
  step text NOT NULL,
  model text,
  provider text,
  device text NOT NULL,
  worker text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('match', 'within-tolerance', 'mismatch')),
  difference double precision,
  expected bytea NOT NULL,
  found bytea NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (run_id, key)
);
CREATE INDEX verification_subject ON verification (subject_run_id, step);

CREATE TABLE retraction (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('sample', 'model', 'dataset', 'prompt')),
  key bytea NOT NULL,
  name text,
  reason text NOT NULL,
  retracted_by text,
  at timestamptz NOT NULL DEFAULT now(),
  withdrawn_at timestamptz,
  UNIQUE (kind, key)
);

CREATE TABLE token (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project_id bigint REFERENCES project (id),
  name text NOT NULL,
  hash bytea NOT NULL UNIQUE,
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
