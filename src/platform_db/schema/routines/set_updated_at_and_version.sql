-- BEFORE UPDATE on every table with a version: counts it up, moves updated_at forward (also when the
-- clock went back or two updates share an instant) and keeps created_at.
CREATE OR REPLACE FUNCTION set_updated_at_and_version() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.created_at := OLD.created_at;
    NEW.updated_at := greatest(clock_timestamp(), OLD.updated_at + interval '1 microsecond');
    RETURN NEW;
END
$function$;
