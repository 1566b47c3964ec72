SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

CREATE TRIGGER models_file_is_fixed BEFORE UPDATE OF user_id, revision, s3_key, sha256_hash, file_size, file_format ON models FOR EACH ROW WHEN (NOT ((NEW.user_id, NEW.revision, NEW.s3_key, NEW.sha256_hash, NEW.file_size, NEW.file_format) IS NOT DISTINCT FROM (OLD.user_id, OLD.revision, OLD.s3_key, OLD.sha256_hash, OLD.file_size, OLD.file_format))) EXECUTE FUNCTION refuse_change('ck_models_file_is_fixed', 'The file of a model is fixed; add a revision');

ALTER TABLE models ENABLE ALWAYS TRIGGER models_file_is_fixed;

CREATE TRIGGER models_parent_is_fixed BEFORE UPDATE OF parent_model_id ON models FOR EACH ROW WHEN (NOT (NEW.parent_model_id IS NULL OR NEW.parent_model_id IS NOT DISTINCT FROM OLD.parent_model_id)) EXECUTE FUNCTION refuse_change('ck_models_parent_is_fixed', 'What a model revises is fixed');

ALTER TABLE models ENABLE ALWAYS TRIGGER models_parent_is_fixed;

CREATE TRIGGER models_restored_within_grace BEFORE UPDATE OF deleted_at ON models FOR EACH ROW WHEN (NOT (NEW.deleted_at IS NOT NULL OR OLD.deleted_at >= now() - interval '30 days')) EXECUTE FUNCTION refuse_change('ck_models_restored_within_grace', 'A deleted model can be restored within 30 days only');

ALTER TABLE models ENABLE ALWAYS TRIGGER models_restored_within_grace;

CREATE TRIGGER cam_runs_transition_allowed BEFORE UPDATE OF status ON cam_runs FOR EACH ROW WHEN (NOT (NEW.status = OLD.status OR (OLD.status = 'pending' AND NEW.status IN ('queued', 'running', 'cancelled')) OR (OLD.status = 'queued' AND NEW.status IN ('pending', 'running', 'cancelled')) OR (OLD.status = 'running' AND NEW.status IN ('queued', 'completed', 'failed', 'cancelled', 'timeout')) OR (OLD.status = 'failed' AND NEW.status IN ('queued')) OR (OLD.status = 'timeout' AND NEW.status IN ('queued')))) EXECUTE FUNCTION refuse_change('ck_cam_runs_transition_allowed', 'The run cannot take this state');

ALTER TABLE cam_runs ENABLE ALWAYS TRIGGER cam_runs_transition_allowed;

CREATE TRIGGER cam_runs_place_is_fixed BEFORE UPDATE OF job_id, machine_id ON cam_runs FOR EACH ROW WHEN (NOT ((NEW.job_id, NEW.machine_id) IS NOT DISTINCT FROM (OLD.job_id, OLD.machine_id))) EXECUTE FUNCTION refuse_change('ck_cam_runs_place_is_fixed', 'The job and the machine of a run are fixed');

ALTER TABLE cam_runs ENABLE ALWAYS TRIGGER cam_runs_place_is_fixed;

CREATE TRIGGER sim_runs_transition_allowed BEFORE UPDATE OF status ON sim_runs FOR EACH ROW WHEN (NOT (NEW.status = OLD.status OR (OLD.status = 'pending' AND NEW.status IN ('queued', 'running', 'cancelled')) OR (OLD.status = 'queued' AND NEW.status IN ('pending', 'running', 'cancelled')) OR (OLD.status = 'running' AND NEW.status IN ('queued', 'completed', 'failed', 'cancelled', 'timeout')) OR (OLD.status = 'failed' AND NEW.status IN ('queued')) OR (OLD.status = 'timeout' AND NEW.status IN ('queued')))) EXECUTE FUNCTION refuse_change('ck_sim_runs_transition_allowed', 'The run cannot take this state');

ALTER TABLE sim_runs ENABLE ALWAYS TRIGGER sim_runs_transition_allowed;

CREATE TRIGGER sim_runs_place_is_fixed BEFORE UPDATE OF job_id, cam_run_id, type ON sim_runs FOR EACH ROW WHEN (NOT ((NEW.job_id, NEW.cam_run_id, NEW.type) IS NOT DISTINCT FROM (OLD.job_id, OLD.cam_run_id, OLD.type))) EXECUTE FUNCTION refuse_change('ck_sim_runs_place_is_fixed', 'The job, the CAM run and the kind of a simulation are fixed');

ALTER TABLE sim_runs ENABLE ALWAYS TRIGGER sim_runs_place_is_fixed;

CREATE TRIGGER artefacts_file_is_fixed BEFORE UPDATE OF job_id, s3_key, size_bytes ON artefacts FOR EACH ROW WHEN (NOT ((NEW.job_id, NEW.s3_key, NEW.size_bytes) IS NOT DISTINCT FROM (OLD.job_id, OLD.s3_key, OLD.size_bytes))) EXECUTE FUNCTION refuse_change('ck_artefacts_file_is_fixed', 'A file that was produced is fixed');

ALTER TABLE artefacts ENABLE ALWAYS TRIGGER artefacts_file_is_fixed;

CREATE TRIGGER artefacts_hash_is_final BEFORE UPDATE OF sha256 ON artefacts FOR EACH ROW WHEN (NOT (OLD.sha256 IS NULL OR NEW.sha256 IS NOT DISTINCT FROM OLD.sha256)) EXECUTE FUNCTION refuse_change('ck_artefacts_hash_is_final', 'The hash of a file is fixed once it is known');

ALTER TABLE artefacts ENABLE ALWAYS TRIGGER artefacts_hash_is_final;

CREATE TRIGGER artefacts_deletion_is_final BEFORE UPDATE OF deletion_requested_at ON artefacts FOR EACH ROW WHEN (NOT (OLD.deletion_requested_at IS NULL OR NEW.deletion_requested_at IS NOT DISTINCT FROM OLD.deletion_requested_at)) EXECUTE FUNCTION refuse_change('ck_artefacts_deletion_is_final', 'A deletion that was requested is not taken back');

ALTER TABLE artefacts ENABLE ALWAYS TRIGGER artefacts_deletion_is_final;
