-- AFTER INSERT, UPDATE (once for the rows as they became, once as they were) or DELETE on the parts of an invoice, per
-- statement with the transition table `changed`.
--
-- The key lock waits for an issue under way (which changes a unique key of the invoice) and makes the next one wait for
-- this transaction. An invoice that is gone takes its parts with it.
CREATE OR REPLACE FUNCTION guard_issued_invoice_parts() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    -- An aggregate reads, and so locks, every row; a WHERE outside could be pushed below the lock.
    IF (
        SELECT bool_or(parent.status <> 'draft')
        FROM (
            SELECT status FROM invoices
            WHERE id = ANY (ARRAY(SELECT DISTINCT invoice_id FROM changed))
            FOR KEY SHARE
        ) AS parent
    ) THEN
        RAISE EXCEPTION 'the parts of an issued invoice are not changed'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_' || TG_TABLE_NAME || '_issued_is_immutable',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'invoice_id';
    END IF;
    RETURN NULL;
END
$function$;
