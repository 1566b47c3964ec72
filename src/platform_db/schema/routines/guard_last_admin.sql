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
