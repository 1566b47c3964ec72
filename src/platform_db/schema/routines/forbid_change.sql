-- Refuses the statement or row it fires for: the table, or the partitioned table above it, is append-only.
CREATE OR REPLACE FUNCTION forbid_change() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    kept text := (
        SELECT class.relname FROM pg_class AS class
        WHERE class.oid = coalesce(pg_partition_root(TG_RELID), TG_RELID)
    );
BEGIN
    RAISE EXCEPTION 'rows of % are kept as they are: % is refused', kept, TG_OP
        USING ERRCODE = '23001', CONSTRAINT = 'ck_' || kept || '_append_only',
            SCHEMA = TG_TABLE_SCHEMA, TABLE = kept;
END
$function$;
