-- BEFORE UPDATE on jobs, row, when a guarded column changes; a heartbeat changes none.
--
-- A claim takes a job out of the queue into running; whoever takes it from another worker does not. In the queue there
-- is no attempt, so progress may go back there. That a waiting job has no start, finish, claim or lease, and that only a
-- running one has a worker, are CHECKs.
CREATE OR REPLACE FUNCTION guard_job_transition() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    IF {{job_request_changes}}
    THEN
        RAISE EXCEPTION 'what a job was asked to do is fixed'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_jobs_request_is_fixed',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;

    IF NEW.status <> OLD.status AND NOT ({{job_transitions}}) THEN
        RAISE EXCEPTION 'a job does not go from this state to that'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_jobs_transition_allowed',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'status';
    END IF;

    IF NEW.status = OLD.status AND OLD.status IN {{job_finished}} AND {{job_result_changes}}
    THEN
        RAISE EXCEPTION 'the result of a finished job is final'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_jobs_finished_is_final',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;

    IF NEW.attempt <> OLD.attempt::bigint + (NEW.status = 'running' AND OLD.status <> 'running')::integer
        OR NEW.claimed_by <> OLD.claimed_by
    THEN
        RAISE EXCEPTION 'the attempt counts the claims, and a running job cannot be claimed'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_jobs_attempt_counts_claims',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'attempt';
    END IF;

    IF NEW.progress < OLD.progress AND NEW.attempt = OLD.attempt AND NEW.status NOT IN {{job_waiting}} THEN
        RAISE EXCEPTION 'progress never falls within an attempt'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_jobs_progress_ascends',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'progress';
    END IF;
    RETURN NEW;
END
$function$;
