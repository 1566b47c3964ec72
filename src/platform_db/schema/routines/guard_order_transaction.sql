-- BEFORE INSERT OR UPDATE OF status, paid_cents, refunded_cents on order_transactions, row, ALWAYS.
--
-- paid_cents and refunded_cents are the sums of the payments, and `approved` says that the whole amount came: the
-- payment is recorded first, then the transaction approved. A later refund leaves it approved.
CREATE OR REPLACE FUNCTION guard_order_transaction() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    charged bigint := 0;
    returned bigint := 0;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        -- Who cannot see the transaction cannot see its payments either: a statement can hide both while it runs.
        IF NOT EXISTS (SELECT FROM order_transactions WHERE id = NEW.id) THEN
            RAISE EXCEPTION 'this role cannot see the payments that it sums'
                USING ERRCODE = '42501', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
        END IF;
        SELECT coalesce(sum(amount_cents) FILTER (WHERE kind = 'charge'), 0),
            coalesce(sum(amount_cents) FILTER (WHERE kind = 'refund'), 0)
        INTO charged, returned
        FROM payments
        WHERE order_transaction_id = NEW.id AND status IN ('completed', 'partial_refund', 'refunded', 'disputed');
    END IF;
    IF NEW.paid_cents <> charged OR NEW.refunded_cents <> returned
        OR (NEW.status = 'approved' AND charged < NEW.amount_cents)
    THEN
        RAISE EXCEPTION 'paid and refunded amounts are the sums of the payments'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_order_transactions_paid_is_sum_of_payments',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'paid_cents';
    END IF;
    RETURN NEW;
END
$function$;
