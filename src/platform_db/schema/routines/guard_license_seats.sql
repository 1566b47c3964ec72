-- BEFORE INSERT OR UPDATE OF seats_used on licenses, row, ALWAYS. An UPDATE has locked the licence before it comes here,
-- so that no seat is taken or released between this count and COMMIT.
CREATE OR REPLACE FUNCTION guard_license_seats() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    -- Who cannot see the licence cannot see its seats either: a statement can hide both while it runs.
    IF TG_OP = 'UPDATE' AND NOT EXISTS (SELECT FROM licenses WHERE id = NEW.id) THEN
        RAISE EXCEPTION 'this role cannot see the seats that it counts'
            USING ERRCODE = '42501', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.seats_used <> (SELECT count(*) FROM license_seats WHERE license_id = NEW.id) THEN
        RAISE EXCEPTION 'the seats used are the count of the seats'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_licenses_seats_used_is_count_of_seats',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'seats_used';
    END IF;
    RETURN NEW;
END
$function$;
