SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

DROP TRIGGER artefacts_deletion_is_final ON artefacts;
DROP TRIGGER artefacts_hash_is_final ON artefacts;
DROP TRIGGER artefacts_file_is_fixed ON artefacts;
DROP TRIGGER sim_runs_place_is_fixed ON sim_runs;
DROP TRIGGER sim_runs_transition_allowed ON sim_runs;
DROP TRIGGER cam_runs_place_is_fixed ON cam_runs;
DROP TRIGGER cam_runs_transition_allowed ON cam_runs;
DROP TRIGGER models_restored_within_grace ON models;
DROP TRIGGER models_parent_is_fixed ON models;
DROP TRIGGER models_file_is_fixed ON models;
