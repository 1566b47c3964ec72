-- AFTER INSERT OR DELETE on license_seats, row.
--
-- A seat is taken of a licence that is active and within its period; it is released of any.
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
    runs boolean;
    taken bigint;
BEGIN
    SELECT status = 'active' AND starts_at <= now() AND ends_at > now() INTO runs
    FROM licenses WHERE id = touched FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this role cannot change the licence whose seats it changes'
            USING ERRCODE = '42501', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'INSERT' AND NOT runs THEN
        RAISE EXCEPTION 'a seat is taken of a licence that is active now'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_license_seats_license_is_active',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'license_id';
    END IF;
    SELECT count(*) INTO taken FROM license_seats WHERE license_id = touched;
    UPDATE licenses SET seats_used = taken WHERE id = touched AND seats_used <> taken;
    RETURN NULL;
END
$function$;
