-- BEFORE UPDATE OR DELETE on audit_personal_data: the only change is erasure, once.
CREATE OR REPLACE FUNCTION guard_personal_data() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    IF TG_OP = 'UPDATE'
        AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
        AND NEW.salt IS NULL AND NEW.value IS NULL
        AND to_jsonb(NEW) - ARRAY['salt', 'value', 'erased_at'] = to_jsonb(OLD) - ARRAY['salt', 'value', 'erased_at']
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of % are only erased: salt and value to NULL, erased_at set', TG_TABLE_NAME
        USING ERRCODE = '23001', CONSTRAINT = 'ck_audit_personal_data_only_erased',
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
END
$function$;
