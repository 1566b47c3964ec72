-- The chain of the current top-level transaction: all its audit rows go into one chain, so two
-- transactions never hold two chain heads crosswise.
CREATE OR REPLACE FUNCTION audit_chain_of_transaction() RETURNS smallint
LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT (pg_current_xact_id()::text::numeric % 16)::smallint
$function$;
