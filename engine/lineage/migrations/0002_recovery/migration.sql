-- What recovery, garbage collection and reruns need to know.

-- One row a worker process, under a name that no other process ever has.
CREATE TABLE worker (
  name text PRIMARY KEY,
  host text NOT NULL,
  pid integer NOT NULL,
  build_id text NOT NULL,
  devices text[] NOT NULL,
  resources text[] NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz
);
CREATE INDEX worker_host ON worker (host);

-- The activities that a worker has in hand: when it dies, whoever finds out hands them over at once instead of waiting for a time-out.
CREATE TABLE worker_activity (
  task_token bytea PRIMARY KEY,
  worker text NOT NULL REFERENCES worker (name) ON DELETE CASCADE,
  workflow_id text NOT NULL,
  activity text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX worker_activity_worker ON worker_activity (worker);

-- Objects that the garbage collector deletes. `deleted_at` is when an object was gone from the store. A commit whose lease is younger has put
-- its bytes after that; an older one may have seen them before, so it is refused. Null while the object is being deleted: then every
-- commit that names it is refused.
CREATE TABLE condemned (
  digest bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
  at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);

-- Every time that a run was started: by a launch, then by each resume.
CREATE TABLE run_execution (
  run_id text NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  number integer NOT NULL,
  reason text NOT NULL CHECK (reason IN ('launched', 'resumed')),
  code_revision text NOT NULL,
  environment jsonb NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (run_id, number)
);

ALTER TABLE run
  ADD COLUMN plan_inputs bytea,
  ADD COLUMN plan_draft jsonb,
  ADD COLUMN remake text[] NOT NULL DEFAULT '{}',
  ADD COLUMN cancel_requested_at timestamptz,
  ADD COLUMN cancel_reason text;
COMMENT ON COLUMN run.plan_inputs IS 'Digest of everything that the stored plan was made from: the same again needs no new plan.';
COMMENT ON COLUMN run.remake IS 'Nodes that are made again although what they make exists: a rerun from a node.';
COMMENT ON COLUMN run.plan_draft IS 'The plan that is being stored page by page: its digest, and what it changes. NULL when a plan is whole.';

-- A fan-in counts members in an index alone, and asks only these for the few that failed.
CREATE INDEX sample_failed ON sample (id) WHERE failed IS NOT NULL;
CREATE INDEX score_failed ON score (id) WHERE failed IS NOT NULL;
