SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

DROP TRIGGER invoices_guard_order ON invoices;
DROP TRIGGER order_transactions_guard_order ON order_transactions;
DROP TRIGGER payments_of_order ON payments;
DROP TRIGGER orders_sum_of_items ON orders;
DROP TRIGGER orders_guard ON orders;
DROP TRIGGER orders_touch ON orders;

-- AFTER INSERT OR UPDATE on orders, INSERT OR UPDATE OR DELETE on order_items, deferred to COMMIT. A deleted order takes
-- its items with it; only the owner deletes one. To everybody else an order that is not found is hidden: its buyer was
-- exchanged for another app.user_id between the change and COMMIT.
CREATE OR REPLACE FUNCTION check_order_is_sum_of_items() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    touched bigint[];
BEGIN
    IF TG_TABLE_NAME = 'orders' THEN
        touched := ARRAY[NEW.id];
    ELSIF TG_OP = 'INSERT' THEN
        touched := ARRAY[NEW.order_id];
    ELSIF TG_OP = 'DELETE' THEN
        touched := ARRAY[OLD.order_id];
    ELSE
        touched := ARRAY[OLD.order_id, NEW.order_id];
    END IF;
    IF (SELECT count(*) FROM orders WHERE id = ANY (touched)) < (SELECT count(DISTINCT id) FROM unnest(touched) AS id)
        AND NOT pg_has_role('platform_owner', 'USAGE')
    THEN
        RAISE EXCEPTION 'this role cannot see the order that it changed'
            USING ERRCODE = '42501', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    IF EXISTS (
        SELECT FROM orders
        WHERE id = ANY (touched)
            AND subtotal_cents <> (
                SELECT coalesce(sum(total_price_cents), 0) FROM order_items WHERE order_id = orders.id)
    ) THEN
        RAISE EXCEPTION 'the subtotal of the order is not the sum of its items'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_orders_subtotal_is_sum_of_items',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = 'orders', COLUMN = 'subtotal_cents';
    END IF;
    RETURN NULL;
END
$function$;

-- BEFORE UPDATE OF status on orders, row, ALWAYS.
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
    IF NEW.status = OLD.status OR NEW.status NOT IN ('cancelled', 'refunded') THEN
        RETURN NEW;
    END IF;
    -- Who cannot see the order cannot see its transactions either: a statement can hide both while it runs.
    IF NOT EXISTS (SELECT FROM orders WHERE id = NEW.id) THEN
        RAISE EXCEPTION 'this role cannot see the transactions that it sums'
            USING ERRCODE = '42501', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
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
    IF NEW.status = 'refunded' AND (held <> 0 OR collected = 0) THEN
        RAISE EXCEPTION 'not all of the money went back'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_orders_refunded_when_money_is_back',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'status';
    END IF;
    RETURN NEW;
END
$function$;

DROP FUNCTION guard_invoice_of_order();
DROP FUNCTION guard_attempt();
DROP FUNCTION check_payment_of_order();
DROP FUNCTION tax_of_order(bigint, numeric, numeric);
DROP FUNCTION order_is_invoiced(bigint, bigint);
DROP FUNCTION cents_of_attempts(bigint);

CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION set_updated_at_and_version();

CREATE TRIGGER orders_guard BEFORE UPDATE OF status ON orders FOR EACH ROW EXECUTE FUNCTION guard_order();

ALTER TABLE orders ENABLE ALWAYS TRIGGER orders_guard;

CREATE CONSTRAINT TRIGGER orders_sum_of_items AFTER INSERT OR UPDATE OF subtotal_cents ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_order_is_sum_of_items();
