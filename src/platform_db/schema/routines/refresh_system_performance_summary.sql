-- Refresh the summary of the system while others read it; false when another refresh is at work.
-- SECURITY DEFINER: only the owner of a materialized view may refresh it.
CREATE OR REPLACE FUNCTION refresh_system_performance_summary() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    IF NOT pg_try_advisory_xact_lock('system_performance_summary'::regclass::oid::bigint) THEN
        RETURN false;
    END IF;
    REFRESH MATERIALIZED VIEW CONCURRENTLY system_performance_summary;
    RETURN true;
END
$function$;
