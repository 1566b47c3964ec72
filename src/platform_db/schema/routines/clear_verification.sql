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
