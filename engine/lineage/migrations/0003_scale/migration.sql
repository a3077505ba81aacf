-- Runs of millions of samples.

ALTER TABLE run ADD COLUMN plan_draft jsonb;
COMMENT ON COLUMN run.plan_draft IS 'The plan that is being stored page by page: its digest, and what it changes. NULL when a plan is whole.';

-- A fan-in counts members in an index alone, and asks only these for the few that failed.
CREATE INDEX sample_failed ON sample (id) WHERE failed IS NOT NULL;
CREATE INDEX score_failed ON score (id) WHERE failed IS NOT NULL;
