-- AFTER UPDATE of invoice_series.last_sequence, deferred to COMMIT: every number taken by this change has its invoice.
-- Only those numbers are looked at. Under row security a transaction sees the invoices it numbered: its own user's.
CREATE OR REPLACE FUNCTION check_series_is_gapless() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    IF (
        SELECT count(*) FROM invoices
        WHERE series = NEW.series AND fiscal_year = NEW.fiscal_year
            AND sequence > OLD.last_sequence AND sequence <= NEW.last_sequence
    ) <> NEW.last_sequence - OLD.last_sequence THEN
        RAISE EXCEPTION 'a number of the series was taken without an issued invoice'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_invoice_series_is_gapless',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'last_sequence';
    END IF;
    RETURN NULL;
END
$function$;
