-- BEFORE UPDATE OF status, total_cents on orders, row, ALWAYS.
--
-- The total covers what attempts hold and may still bring. An order that something invoices is not cancelled. Attempts
-- and invoices write their order as it is, so they are seen here, or this fails with 40001.
--
-- What was collected is the sum over the order's transactions. An order that holds money is not cancelled; one is
-- refunded when money came and all of it went back. Money that comes later is recorded all the same: it did come.
--
-- A charge that comes locks its order (apply_payment), so whoever cancels waits for it and then sees it. A transaction
-- that keeps one snapshot does not see it: there the order transactions are locked that it sees and may change, which
-- fails with 40001 where money changed one since. Money on one that was started since counts as coming later.
CREATE OR REPLACE FUNCTION guard_order() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    collected numeric;
    held numeric;
BEGIN
    IF NEW.total_cents = OLD.total_cents AND (NEW.status = OLD.status OR NEW.status NOT IN ('cancelled', 'refunded')) THEN
        RETURN NEW;
    END IF;
    -- Who cannot see the order cannot see its transactions either: a statement can hide both while it runs.
    IF NOT EXISTS (SELECT FROM orders WHERE id = NEW.id) THEN
        RAISE EXCEPTION 'this role cannot see the transactions that it sums'
            USING ERRCODE = '42501', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.total_cents <> OLD.total_cents AND cents_of_attempts(NEW.id) > NEW.total_cents THEN
        RAISE EXCEPTION 'the total is less than what is collected, or being collected'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_orders_total_covers_attempts',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'total_cents';
    END IF;
    IF NEW.status = OLD.status THEN
        RETURN NEW;
    END IF;
    IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
        PERFORM FROM order_transactions WHERE order_id = NEW.id FOR SHARE;
    END IF;
    SELECT coalesce(sum(paid_cents), 0), coalesce(sum(paid_cents::numeric - refunded_cents), 0)
    INTO collected, held
    FROM order_transactions WHERE order_id = NEW.id;
    IF NEW.status = 'cancelled' AND held <> 0 THEN
        RAISE EXCEPTION 'the order holds money'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_orders_cancelled_holds_no_money',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'status';
    END IF;
    IF NEW.status = 'cancelled' AND order_is_invoiced(NEW.id) THEN
        RAISE EXCEPTION 'the order has an invoice'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_orders_cancelled_has_no_invoice',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'status';
    END IF;
    IF NEW.status = 'refunded' AND (held <> 0 OR collected = 0) THEN
        RAISE EXCEPTION 'not all of the money went back'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_orders_refunded_when_money_is_back',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'status';
    END IF;
    RETURN NEW;
END
$function$;
