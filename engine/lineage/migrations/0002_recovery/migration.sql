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

-- Objects that the garbage collector is about to delete. A commit that names one is refused and puts its bytes again.
CREATE TABLE condemned (
  digest bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
  at timestamptz NOT NULL DEFAULT now()
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
  ADD COLUMN remake text[] NOT NULL DEFAULT '{}',
  ADD COLUMN cancel_requested_at timestamptz,
  ADD COLUMN cancel_reason text;
COMMENT ON COLUMN run.plan_inputs IS 'Digest of everything that the stored plan was made from: the same again needs no new plan.';
COMMENT ON COLUMN run.remake IS 'Nodes that are made again although what they make exists: a rerun from a node.';
