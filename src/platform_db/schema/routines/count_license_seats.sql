-- AFTER INSERT OR DELETE on license_seats, row.
--
-- The licence is locked first and its seats are counted after, in a statement of its own that sees what was committed
-- meanwhile: the count is never added to. Of two who take the last seat one meets ck_licenses_seats_used_within_seats.
-- Whoever changes a count changes the licence, so a transaction that counts by an older snapshot (REPEATABLE READ,
-- SERIALIZABLE) is refused with 40001 and may be retried.
CREATE OR REPLACE FUNCTION count_license_seats() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    touched CONSTANT bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.license_id ELSE NEW.license_id END;
    taken bigint;
BEGIN
    PERFORM FROM licenses WHERE id = touched FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this role cannot change the licence whose seats it changes'
            USING ERRCODE = '42501', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    SELECT count(*) INTO taken FROM license_seats WHERE license_id = touched;
    UPDATE licenses SET seats_used = taken WHERE id = touched AND seats_used <> taken;
    RETURN NULL;
END
$function$;
