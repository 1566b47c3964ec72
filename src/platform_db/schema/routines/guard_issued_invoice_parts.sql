-- AFTER INSERT, UPDATE (once for the rows as they became, once as they were) or DELETE on the parts of an invoice, per
-- statement with the transition table `changed`.
--
-- The key lock waits for an issue under way (which changes a unique key of the invoice) and makes the next one wait for
-- this transaction. An invoice that is gone takes its parts with it.
--
-- The draft counts its change: whoever read it before, by its version or by the snapshot of a REPEATABLE READ or
-- SERIALIZABLE transaction, does not issue what has become of it. Not where this transaction wrote the draft itself:
-- then the others meet that.
--
-- A statement can change its role or app.user_id while it runs, and so hide from this trigger the invoice whose parts it
-- changed. To a role that does not see every invoice, one that is not found is therefore not gone but hidden. (A draft
-- that is deleted takes its parts with it while it is still there: guard_issued_invoice.)
CREATE OR REPLACE FUNCTION guard_issued_invoice_parts() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    touched CONSTANT bigint[] := ARRAY(SELECT DISTINCT invoice_id FROM changed);
    found integer;
    some_issued boolean;
    own_xid CONSTANT bigint := pg_current_xact_id()::text;
BEGIN
    -- An aggregate reads, and so locks, every row; a WHERE outside could be pushed below the lock.
    SELECT count(*), bool_or(parent.status <> 'draft') INTO found, some_issued
    FROM (SELECT status FROM invoices WHERE id = ANY (touched) FOR KEY SHARE) AS parent;
    IF some_issued THEN
        RAISE EXCEPTION 'the parts of an issued invoice are not changed'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_' || TG_TABLE_NAME || '_issued_is_immutable',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'invoice_id';
    END IF;
    IF found < cardinality(touched)
        AND NOT pg_has_role('platform_worker', 'USAGE') AND NOT pg_has_role('platform_owner', 'USAGE')
    THEN
        RAISE EXCEPTION 'this role cannot see the invoice whose parts it changes'
            USING ERRCODE = '42501', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'DELETE' AND pg_trigger_depth() > 1 THEN
        RETURN NULL; -- the draft itself is being deleted
    END IF;
    -- A version that is visible and not committed is this transaction's own, of a savepoint perhaps; its xid is not below
    -- that of the transaction. (The distance between two 32-bit xids is taken modulo 2^32.)
    UPDATE invoices SET version = version
    WHERE id = ANY (touched)
        AND CASE
            WHEN (xmin::text::bigint - own_xid) & 4294967295 < 1073741824
            THEN pg_xact_status((own_xid + ((xmin::text::bigint - own_xid) & 4294967295))::text::xid8) <> 'in progress'
            ELSE true
        END;
    RETURN NULL;
END
$function$;
