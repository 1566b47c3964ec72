SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

-- BEFORE UPDATE, row, when the trigger's condition finds that a change breaks a rule: the trigger's arguments are the
-- constraint's name and what a person is told.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[1]
        USING ERRCODE = '23514', CONSTRAINT = TG_ARGV[0], SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
END
$function$;

REVOKE EXECUTE ON FUNCTION refuse_change() FROM PUBLIC;

-- BEFORE UPDATE OF role, status on users, row, ALWAYS, when an active administrator ceases to be one.
--
-- Those who cease at the same moment take turns until their transactions end: the statement after the lock sees what
-- the one before has committed. A transaction that keeps one snapshot does not see it. There the row that is found is
-- locked, which fails with 40001 when it has changed since; where every row that could be found is somebody else's, the
-- transaction is to begin again (40001) rather than to wait for those who wait for it.
CREATE OR REPLACE FUNCTION guard_last_admin() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    keeps_snapshot CONSTANT boolean := current_setting('transaction_isolation') IN ('repeatable read', 'serializable');
BEGIN
    PERFORM pg_advisory_xact_lock('users'::regclass::oid::bigint);
    PERFORM FROM users WHERE role = 'admin' AND status = 'active' AND id <> NEW.id LIMIT 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the last active administrator is kept'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_users_last_admin_is_kept',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    IF keeps_snapshot THEN
        PERFORM FROM users WHERE role = 'admin' AND status = 'active' AND id <> NEW.id
        LIMIT 1 FOR SHARE SKIP LOCKED;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the other administrators are being changed' USING ERRCODE = '40001';
        END IF;
    END IF;
    RETURN NEW;
END
$function$;

REVOKE EXECUTE ON FUNCTION guard_last_admin() FROM PUBLIC;

-- BEFORE UPDATE OF email, phone on users, row, ALWAYS, when one of them takes another value: a verification proves the
-- value that was there. A stamp that comes with the new value is kept; platform_app has no right to write one.
CREATE OR REPLACE FUNCTION clear_verification() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    IF NEW.email <> OLD.email AND NEW.email_verified_at IS NOT DISTINCT FROM OLD.email_verified_at THEN
        NEW.email_verified_at := NULL;
    END IF;
    IF NEW.phone IS DISTINCT FROM OLD.phone AND NEW.phone_verified_at IS NOT DISTINCT FROM OLD.phone_verified_at THEN
        NEW.phone_verified_at := NULL;
    END IF;
    RETURN NEW;
END
$function$;

REVOKE EXECUTE ON FUNCTION clear_verification() FROM PUBLIC;

CREATE TRIGGER users_transition_allowed BEFORE UPDATE OF status ON users FOR EACH ROW WHEN (NOT (NEW.status = OLD.status OR (OLD.status = 'pending' AND NEW.status IN ('active', 'suspended', 'inactive', 'deleted')) OR (OLD.status = 'active' AND NEW.status IN ('suspended', 'inactive', 'deleted')) OR (OLD.status = 'suspended' AND NEW.status IN ('active', 'inactive', 'deleted')) OR (OLD.status = 'inactive' AND NEW.status IN ('active', 'suspended', 'deleted')) OR (OLD.status = 'deleted' AND NEW.status IN ('inactive')))) EXECUTE FUNCTION refuse_change('ck_users_transition_allowed', 'The account cannot go from this state to that');

ALTER TABLE users ENABLE ALWAYS TRIGGER users_transition_allowed;

CREATE TRIGGER users_anonymised_is_final BEFORE UPDATE OF anonymised_at, email ON users FOR EACH ROW WHEN (NOT (OLD.anonymised_at IS NULL OR (NEW.anonymised_at, NEW.email) IS NOT DISTINCT FROM (OLD.anonymised_at, OLD.email))) EXECUTE FUNCTION refuse_change('ck_users_anonymised_is_final', 'What was anonymised stays so');

ALTER TABLE users ENABLE ALWAYS TRIGGER users_anonymised_is_final;

CREATE TRIGGER users_own_role_is_kept BEFORE UPDATE OF role ON users FOR EACH ROW WHEN (NOT (NEW.role = OLD.role OR OLD.id IS DISTINCT FROM nullif(current_setting('app.user_id', true), '')::bigint)) EXECUTE FUNCTION refuse_change('ck_users_own_role_is_kept', 'Nobody changes their own role');

ALTER TABLE users ENABLE ALWAYS TRIGGER users_own_role_is_kept;

CREATE TRIGGER users_restored_within_grace BEFORE UPDATE OF deleted_at ON users FOR EACH ROW WHEN (NOT (NEW.deleted_at IS NOT NULL OR OLD.deleted_at >= now() - interval '30 days')) EXECUTE FUNCTION refuse_change('ck_users_restored_within_grace', 'A deleted account can be restored within 30 days only');

ALTER TABLE users ENABLE ALWAYS TRIGGER users_restored_within_grace;

CREATE TRIGGER users_clear_verification BEFORE UPDATE OF email, phone ON users FOR EACH ROW WHEN ((NEW.email, NEW.phone) IS DISTINCT FROM (OLD.email, OLD.phone)) EXECUTE FUNCTION clear_verification();

ALTER TABLE users ENABLE ALWAYS TRIGGER users_clear_verification;

CREATE TRIGGER users_last_admin_is_kept BEFORE UPDATE OF role, status ON users FOR EACH ROW WHEN (OLD.role = 'admin' AND OLD.status = 'active' AND NOT (NEW.role = 'admin' AND NEW.status = 'active')) EXECUTE FUNCTION guard_last_admin();

ALTER TABLE users ENABLE ALWAYS TRIGGER users_last_admin_is_kept;

CREATE TRIGGER sessions_revocation_is_final BEFORE UPDATE OF revoked_at, revocation_reason ON sessions FOR EACH ROW WHEN (NOT (OLD.revoked_at IS NULL OR (NEW.revoked_at, NEW.revocation_reason) IS NOT DISTINCT FROM (OLD.revoked_at, OLD.revocation_reason))) EXECUTE FUNCTION refuse_change('ck_sessions_revocation_is_final', 'A revoked session stays revoked, for the reason it was revoked');

ALTER TABLE sessions ENABLE ALWAYS TRIGGER sessions_revocation_is_final;

CREATE TRIGGER sessions_token_is_fixed BEFORE UPDATE OF user_id, refresh_token_hash ON sessions FOR EACH ROW WHEN (NOT ((NEW.user_id, NEW.refresh_token_hash) IS NOT DISTINCT FROM (OLD.user_id, OLD.refresh_token_hash))) EXECUTE FUNCTION refuse_change('ck_sessions_token_is_fixed', 'The user and the token of a session never change');

ALTER TABLE sessions ENABLE ALWAYS TRIGGER sessions_token_is_fixed;

CREATE TRIGGER security_events_resolution_is_final BEFORE UPDATE OF resolved_at, resolved_by_user_id, resolution_note ON security_events FOR EACH ROW WHEN (NOT (OLD.resolved_at IS NULL OR (NEW.resolved_at, NEW.resolved_by_user_id, NEW.resolution_note) IS NOT DISTINCT FROM (OLD.resolved_at, OLD.resolved_by_user_id, OLD.resolution_note))) EXECUTE FUNCTION refuse_change('ck_security_events_resolution_is_final', 'A resolved event is neither resolved again nor opened again');

ALTER TABLE security_events ENABLE ALWAYS TRIGGER security_events_resolution_is_final;

CREATE TRIGGER licenses_transition_allowed BEFORE UPDATE OF status ON licenses FOR EACH ROW WHEN (NOT (NEW.status = OLD.status OR (OLD.status = 'active' AND NEW.status IN ('expired', 'suspended', 'cancelled')) OR (OLD.status = 'suspended' AND NEW.status IN ('active', 'expired', 'cancelled')))) EXECUTE FUNCTION refuse_change('ck_licenses_transition_allowed', 'A licence that expired or was cancelled does not come back; assign a new one');

ALTER TABLE licenses ENABLE ALWAYS TRIGGER licenses_transition_allowed;

CREATE TRIGGER licenses_user_and_type_are_fixed BEFORE UPDATE OF user_id, type ON licenses FOR EACH ROW WHEN (NOT ((NEW.user_id, NEW.type) IS NOT DISTINCT FROM (OLD.user_id, OLD.type))) EXECUTE FUNCTION refuse_change('ck_licenses_user_and_type_are_fixed', 'User and plan of a licence do not change; assign another licence');

ALTER TABLE licenses ENABLE ALWAYS TRIGGER licenses_user_and_type_are_fixed;

CREATE TRIGGER licenses_ended_is_final BEFORE UPDATE OF starts_at, ends_at, seats, auto_renew, cancelled_at, cancellation_reason ON licenses FOR EACH ROW WHEN (NOT (OLD.status NOT IN ('expired', 'cancelled') OR (NEW.starts_at, NEW.ends_at, NEW.seats, NEW.auto_renew, NEW.cancelled_at, NEW.cancellation_reason) IS NOT DISTINCT FROM (OLD.starts_at, OLD.ends_at, OLD.seats, OLD.auto_renew, OLD.cancelled_at, OLD.cancellation_reason))) EXECUTE FUNCTION refuse_change('ck_licenses_ended_is_final', 'The terms of a licence that expired or was cancelled do not change');

ALTER TABLE licenses ENABLE ALWAYS TRIGGER licenses_ended_is_final;

CREATE TRIGGER notifications_addressee_is_fixed BEFORE UPDATE OF user_id, type, delivery_key ON notifications FOR EACH ROW WHEN (NOT ((NEW.user_id, NEW.type, NEW.delivery_key) IS NOT DISTINCT FROM (OLD.user_id, OLD.type, OLD.delivery_key))) EXECUTE FUNCTION refuse_change('ck_notifications_addressee_is_fixed', 'To whom a notification went, about what and under which key does not change');

ALTER TABLE notifications ENABLE ALWAYS TRIGGER notifications_addressee_is_fixed;

DROP TRIGGER licenses_record_insert ON licenses;

CREATE TRIGGER licenses_record_insert AFTER INSERT ON licenses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('cancellation_reason');

DROP TRIGGER licenses_record_update ON licenses;

CREATE TRIGGER licenses_record_update AFTER UPDATE ON licenses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('cancellation_reason');

DROP TRIGGER licenses_record_delete ON licenses;

CREATE TRIGGER licenses_record_delete AFTER DELETE ON licenses REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('cancellation_reason');

DROP TRIGGER licenses_record_truncate ON licenses;

CREATE TRIGGER licenses_record_truncate AFTER TRUNCATE ON licenses FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('cancellation_reason');
