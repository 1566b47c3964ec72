-- BEFORE UPDATE OR DELETE on invoice_series, row, ALWAYS. Number and date only move forward, together.
CREATE OR REPLACE FUNCTION guard_invoice_series() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    broken text;
    field text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.last_sequence > 0 THEN
            RAISE EXCEPTION 'a used series is not deleted'
                USING ERRCODE = '23001', CONSTRAINT = 'ck_invoice_series_used_is_kept',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'last_sequence';
        END IF;
        RETURN OLD;
    END IF;

    IF NEW.series <> OLD.series OR NEW.fiscal_year <> OLD.fiscal_year THEN
        broken := 'key_is_fixed';
        field := 'series';
    ELSIF NEW.last_sequence < OLD.last_sequence THEN
        broken := 'sequence_ascends';
        field := 'last_sequence';
    ELSIF NEW.last_issue_date IS DISTINCT FROM OLD.last_issue_date THEN
        field := 'last_issue_date';
        IF NEW.last_issue_date < OLD.last_issue_date OR NEW.last_issue_date IS NULL THEN
            broken := 'dates_ascend';
        ELSIF NEW.last_sequence = OLD.last_sequence
            OR NEW.last_issue_date > (clock_timestamp() AT TIME ZONE 'Europe/Istanbul')::date
        THEN
            broken := 'date_moves_with_number';
        END IF;
    END IF;

    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'the series refuses this change: %', broken
            USING ERRCODE = '23514', CONSTRAINT = 'ck_invoice_series_' || broken,
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = field;
    END IF;
    RETURN NEW;
END
$function$;
