-- AFTER INSERT, UPDATE, DELETE (per statement; transition tables old_rows and new_rows) or TRUNCATE:
-- one row of enterprise_audit_log per changed row. The arguments name the personal columns.
--
-- INSERT keeps no values, UPDATE the changed columns, DELETE the row. A personal value appears as
-- "[personal]". An UPDATE that changes nothing leaves no record; one that changes an id leaves two,
-- the row that went and the row that came.
CREATE OR REPLACE FUNCTION record_row_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    personal text[] := TG_ARGV;
    acting_user bigint := nullif(current_setting('app.user_id', true), '')::bigint;
    acting_session bigint := nullif(current_setting('app.session_id', true), '')::bigint;
    address inet := nullif(current_setting('app.ip', true), '')::inet;
    product text := substring(current_setting('app.user_agent', true) FROM {{product}});
BEGIN
    address := network(set_masklen(host(address)::inet, CASE family(address) WHEN 4 THEN {{ipv4_prefix}} ELSE {{ipv6_prefix}} END));
    IF TG_OP = 'INSERT' THEN
        INSERT INTO enterprise_audit_log (table_name, operation, row_id, user_id, session_id, ip_address, user_agent)
        SELECT TG_TABLE_NAME, TG_OP, added.id::text, acting_user, acting_session, address, product
        FROM new_rows AS added;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO enterprise_audit_log
            (table_name, operation, row_id, old_values, new_values, user_id, session_id, ip_address, user_agent)
        SELECT TG_TABLE_NAME, TG_OP, coalesce(former.id, latter.id)::text, change.old_values, change.new_values,
            acting_user, acting_session, address, product
        FROM old_rows AS former
        FULL JOIN new_rows AS latter ON latter.id = former.id
        CROSS JOIN LATERAL (
            SELECT
                coalesce(jsonb_object_agg(key, CASE
                    WHEN key = ANY (personal) AND was.value <> 'null' THEN '"[personal]"' ELSE was.value
                END) FILTER (WHERE was.value IS NOT NULL), '{}') AS old_values,
                coalesce(jsonb_object_agg(key, CASE
                    WHEN key = ANY (personal) AND is_now.value <> 'null' THEN '"[personal]"' ELSE is_now.value
                END) FILTER (WHERE is_now.value IS NOT NULL), '{}') AS new_values,
                count(*) AS columns
            FROM jsonb_each(to_jsonb(former)) AS was
            FULL JOIN jsonb_each(to_jsonb(latter)) AS is_now USING (key)
            WHERE was.value IS DISTINCT FROM is_now.value
        ) AS change
        WHERE change.columns > 0;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO enterprise_audit_log
            (table_name, operation, row_id, old_values, user_id, session_id, ip_address, user_agent)
        SELECT TG_TABLE_NAME, TG_OP, removed.id::text, (
                SELECT jsonb_object_agg(field.key, CASE
                    WHEN field.key = ANY (personal) AND field.value <> 'null' THEN '"[personal]"' ELSE field.value
                END)
                FROM jsonb_each(to_jsonb(removed)) AS field
            ), acting_user, acting_session, address, product
        FROM old_rows AS removed;
    ELSE
        INSERT INTO enterprise_audit_log (table_name, operation, user_id, session_id, ip_address, user_agent)
        VALUES (TG_TABLE_NAME, TG_OP, acting_user, acting_session, address, product);
    END IF;
    RETURN NULL;
END
$function$;
