-- Creates the monthly partitions of enterprise_audit_log that are missing among `months` months from
-- the month of `first_month`, bounded in UTC, each with its guard against TRUNCATE. Returns how many
-- it created. A month with rows in the default partition is refused by the server.
CREATE OR REPLACE FUNCTION create_enterprise_audit_partitions(first_month date, months integer) RETURNS integer
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    month timestamp;
    partition text;
    created integer := 0;
BEGIN
    LOCK TABLE enterprise_audit_log IN SHARE UPDATE EXCLUSIVE MODE;
    FOR month IN
        SELECT date_trunc('month', first_month::timestamp) + make_interval(months => step)
        FROM generate_series(0, months - 1) AS step
    LOOP
        partition := 'enterprise_audit_log_y' || to_char(month, 'YYYY') || 'm' || to_char(month, 'MM');
        CONTINUE WHEN EXISTS (
            SELECT FROM pg_inherits AS child
            JOIN pg_class AS class ON class.oid = child.inhrelid
            WHERE child.inhparent = 'enterprise_audit_log'::regclass AND class.relname = partition
        );
        EXECUTE format(
            'CREATE TABLE public.%I PARTITION OF public.enterprise_audit_log FOR VALUES FROM (%L) TO (%L)',
            partition,
            to_char(month, 'YYYY-MM-DD') || ' 00:00:00+00',
            to_char(month + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00'
        );
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE TRUNCATE ON public.%I FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()',
            partition || '_no_truncate', partition
        );
        EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER %I', partition, partition || '_no_truncate');
        created := created + 1;
    END LOOP;
    RETURN created;
END
$function$;
