-- What the API's questions need, and no more: every index is paid for by commits.

CREATE INDEX run_project ON run (project_id, id);
CREATE INDEX run_labels ON run USING gin (labels);

-- What a selection kept is a small part of what it decided about.
CREATE INDEX decision_kept ON decision (outcome_id, sample_id) WHERE kept;

-- Digests of the models that a task used: what rests on a model begins here.
CREATE INDEX derivation_models ON derivation USING gin (jsonb_path_query_array(models, '$.*'));
