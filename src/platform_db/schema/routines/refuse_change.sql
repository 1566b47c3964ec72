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
