-- What verifying runs, pinned versions and retractions within a project need to know.

ALTER TABLE run
  ADD COLUMN pins jsonb,
  ADD COLUMN verifies_run_id text REFERENCES run (id),
  ADD COLUMN verification jsonb;
CREATE INDEX run_verifies ON run (verifies_run_id) WHERE verifies_run_id IS NOT NULL;
COMMENT ON COLUMN run.pins IS 'Versions that this run uses instead of the latest of a name: {datasets, models}, each {name, digest} by the name in the declaration.';
COMMENT ON COLUMN run.verification IS 'Of a verifying run: share and seed as asked for; what was drawn once that is known.';

-- A thing that could not be made again has no digest, but a reason.
ALTER TABLE verification
  ADD COLUMN node text NOT NULL,
  ADD COLUMN determinism text NOT NULL,
  ADD COLUMN reason text,
  ALTER COLUMN found DROP NOT NULL;
CREATE INDEX verification_run ON verification (run_id, id);

-- Null: for every project. A project's own token retracts for that project alone.
ALTER TABLE retraction
  ADD COLUMN project_id bigint REFERENCES project (id),
  DROP CONSTRAINT retraction_kind_key_key;
ALTER TABLE retraction ADD CONSTRAINT retraction_thing UNIQUE NULLS NOT DISTINCT (kind, key, project_id);
