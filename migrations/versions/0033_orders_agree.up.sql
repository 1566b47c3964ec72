SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

-- What the attempts to collect an order's money hold, and those without an answer may still bring; in minor units.
CREATE OR REPLACE FUNCTION cents_of_attempts(of_order bigint) RETURNS numeric
LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT coalesce(sum(paid_cents::numeric - refunded_cents + CASE
        WHEN status IN ('pending', 'processing') THEN greatest(0, amount_cents - paid_cents) ELSE 0
    END), 0)
    FROM order_transactions WHERE order_id = of_order
$function$;

-- Whether something invoices the order, beside one invoice: neither cancelled, nor a return, nor returned whole. A draft
-- does. Only an issued return gives back; one of a part, or of the price, leaves the rest invoiced.
CREATE OR REPLACE FUNCTION order_is_invoiced(of_order bigint, beside bigint DEFAULT NULL) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT EXISTS (
        SELECT FROM invoices sale
        WHERE sale.order_id = of_order
            AND sale.id IS DISTINCT FROM beside
            AND sale.status <> 'cancelled'
            AND sale.return_of_invoice_id IS NULL
            AND sale.type_code NOT IN ('IADE', 'TEVKIFATIADE', 'YTBIADE', 'YTBTEVKIFATIADE')
            AND (sale.status = 'draft' OR sale.tax_inclusive_cents > (
                SELECT coalesce(sum(back.tax_inclusive_cents), 0) FROM invoices back
                WHERE back.return_of_invoice_id = sale.id AND back.status NOT IN ('draft', 'cancelled'))))
$function$;

-- The KDV of an order, in minor units: the discount is out of the base and the shipping cost is in it, both spread over
-- the items in proportion to their totals by largest remainder, each item's KDV rounded half up (KDVK art. 24 and 25). Of
-- equal remainders the larger item is served first, then the higher rate, then the earlier line.
--
-- Whole numbers are divided by div and mod, a percent is a multiplication: a quotient of numerics is itself rounded.
CREATE OR REPLACE FUNCTION tax_of_order(of_order bigint, discount numeric, shipping numeric) RETURNS numeric
LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH item AS (
        SELECT total_price_cents::numeric AS net, kdv_rate, sum(total_price_cents) OVER () AS whole,
            row_number() OVER (ORDER BY total_price_cents DESC, kdv_rate DESC, line_number) AS turn
        FROM order_items WHERE order_id = of_order
    ), spread AS (
        SELECT net, kdv_rate,
            div(discount * net, whole) AS discounted,
            discount - sum(div(discount * net, whole)) OVER () AS discount_left,
            row_number() OVER (ORDER BY mod(discount * net, whole) DESC, turn) AS discount_turn,
            div(shipping * net, whole) AS charged,
            shipping - sum(div(shipping * net, whole)) OVER () AS shipping_left,
            row_number() OVER (ORDER BY mod(shipping * net, whole) DESC, turn) AS shipping_turn
        FROM item
    )
    SELECT coalesce(sum(round(0.01 * kdv_rate * (
        net
        - discounted - CASE WHEN discount_turn <= discount_left THEN 1 ELSE 0 END
        + charged + CASE WHEN shipping_turn <= shipping_left THEN 1 ELSE 0 END))), 0)
    FROM spread
$function$;

-- AFTER INSERT OR UPDATE OF status on payments, row, when a charge on an invoice is open or came. By its name it fires
-- after payments_apply, which has locked the invoice of money that came: its order is what it stays.
CREATE OR REPLACE FUNCTION check_payment_of_order() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    IF EXISTS (SELECT FROM invoices WHERE id = NEW.invoice_id AND order_id IS NOT NULL) THEN
        RAISE EXCEPTION 'the invoice of an order is paid by the order''s transactions'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_payments_order_invoice_paid_by_order',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'invoice_id';
    END IF;
    RETURN NULL;
END
$function$;

-- BEFORE INSERT OR UPDATE OF payment_method_id on order_transactions, row, ALWAYS.
--
-- A stored way to pay is the buyer's and in use. An attempt is for an order that is not at an end, and what attempts
-- hold and may still bring is at most the order's total. Amount and order of an attempt stay (terms_are_fixed), and no
-- attempt opens again, so this is asked once.
--
-- The order is written as it is: attempts at one order, its new total and its cancellation wait for each other, and
-- whoever keeps a snapshot from before fails with 40001.
CREATE OR REPLACE FUNCTION guard_attempt() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    stored payment_methods;
    ordered orders;
BEGIN
    IF NEW.payment_method_id IS NOT NULL
        AND (TG_OP = 'INSERT' OR NEW.payment_method_id IS DISTINCT FROM OLD.payment_method_id)
    THEN
        SELECT * INTO stored FROM payment_methods WHERE id = NEW.payment_method_id FOR SHARE;
        IF stored.buyer_id IS DISTINCT FROM NEW.buyer_id THEN
            RAISE EXCEPTION 'the stored way to pay is not the buyer''s'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_order_transactions_payment_method_of_buyer',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'payment_method_id';
        END IF;
        IF NOT stored.is_active THEN
            RAISE EXCEPTION 'the stored way to pay is not in use any more'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_order_transactions_payment_method_is_active',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'payment_method_id';
        END IF;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        RETURN NEW;
    END IF;

    UPDATE orders SET status = status WHERE id = NEW.order_id RETURNING * INTO ordered;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this role cannot change the order of the attempt'
            USING ERRCODE = '42501', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    IF ordered.status IN ('cancelled', 'refunded') THEN
        RAISE EXCEPTION 'nothing is collected for an order that is cancelled or refunded'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_order_transactions_order_is_live',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'order_id';
    END IF;
    IF NEW.status IN ('pending', 'processing') AND cents_of_attempts(NEW.order_id) + NEW.amount_cents > ordered.total_cents THEN
        RAISE EXCEPTION 'attempts exceed what is still to be collected of the order'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_order_transactions_amount_within_order',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'amount_cents';
    END IF;
    RETURN NEW;
END
$function$;

-- BEFORE INSERT OR UPDATE OF order_id, type_code, return_of_invoice_id, status on invoices, row, ALWAYS.
--
-- An order is invoiced once at a time, drafts too, and only while it is confirmed and not at an end. A cancelled return
-- gives nothing back any more: what it returned invoices its order again.
--
-- The order is written as it is: its invoices and its cancellation wait for each other, and whoever keeps a snapshot
-- from before fails with 40001.
CREATE OR REPLACE FUNCTION guard_invoice_of_order() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    is_return CONSTANT boolean := NEW.return_of_invoice_id IS NOT NULL OR NEW.type_code IN ('IADE', 'TEVKIFATIADE', 'YTBIADE', 'YTBTEVKIFATIADE');
    sale_id bigint := NEW.id;
    sold_by bigint;
    status_of_order order_status;
BEGIN
    IF is_return THEN
        IF TG_OP = 'UPDATE' AND NEW.status = 'cancelled' AND OLD.status NOT IN ('draft', 'cancelled') THEN
            SELECT id, order_id INTO sale_id, sold_by FROM invoices
            WHERE id = NEW.return_of_invoice_id AND status NOT IN ('draft', 'cancelled');
        END IF;
    ELSIF NEW.status <> 'cancelled' AND (TG_OP = 'INSERT'
        OR (NEW.order_id, NEW.type_code, NEW.return_of_invoice_id)
            IS DISTINCT FROM (OLD.order_id, OLD.type_code, OLD.return_of_invoice_id))
    THEN
        sold_by := NEW.order_id;
    END IF;
    IF sold_by IS NULL THEN
        RETURN NEW;
    END IF;

    UPDATE orders SET status = status WHERE id = sold_by RETURNING status INTO status_of_order;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this role cannot change the order of the invoice'
            USING ERRCODE = '42501', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    IF order_is_invoiced(sold_by, sale_id) THEN
        RAISE EXCEPTION 'the order has an invoice'
            USING ERRCODE = '23505', CONSTRAINT = 'ck_invoices_order_invoiced_once',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'order_id';
    END IF;
    IF is_return AND status_of_order = 'cancelled' THEN
        RAISE EXCEPTION 'the order of what was returned is cancelled'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_orders_cancelled_has_no_invoice',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = 'orders', COLUMN = 'status';
    END IF;
    IF NOT is_return AND status_of_order IN ('pending', 'cancelled', 'refunded') THEN
        RAISE EXCEPTION 'only an order that is confirmed, and not at an end, is invoiced'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_order_is_confirmed',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'order_id';
    END IF;
    RETURN NEW;
END
$function$;

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
    IF EXISTS (
        SELECT FROM orders
        WHERE id = ANY (touched) AND tax_cents <> tax_of_order(id, discount_cents, shipping_cents))
    THEN
        RAISE EXCEPTION 'the tax of the order does not follow from its items'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_orders_tax_follows_from_items',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = 'orders', COLUMN = 'tax_cents';
    END IF;
    RETURN NULL;
END
$function$;

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

REVOKE EXECUTE ON FUNCTION cents_of_attempts(bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION cents_of_attempts(bigint) TO platform_app, platform_worker;

REVOKE EXECUTE ON FUNCTION order_is_invoiced(bigint, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION order_is_invoiced(bigint, bigint) TO platform_app, platform_worker;

REVOKE EXECUTE ON FUNCTION tax_of_order(bigint, numeric, numeric) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION tax_of_order(bigint, numeric, numeric) TO platform_app, platform_worker;

REVOKE EXECUTE ON FUNCTION check_payment_of_order() FROM PUBLIC;

REVOKE EXECUTE ON FUNCTION guard_attempt() FROM PUBLIC;

REVOKE EXECUTE ON FUNCTION guard_invoice_of_order() FROM PUBLIC;

DROP TRIGGER orders_touch ON orders;

DROP TRIGGER orders_guard ON orders;

DROP TRIGGER orders_sum_of_items ON orders;

CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION set_updated_at_and_version();

CREATE TRIGGER orders_guard BEFORE UPDATE OF status, total_cents ON orders FOR EACH ROW EXECUTE FUNCTION guard_order();

ALTER TABLE orders ENABLE ALWAYS TRIGGER orders_guard;

CREATE CONSTRAINT TRIGGER orders_sum_of_items AFTER INSERT OR UPDATE OF subtotal_cents, tax_cents, shipping_cents, discount_cents ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_order_is_sum_of_items();

CREATE TRIGGER payments_of_order AFTER INSERT OR UPDATE OF status ON payments FOR EACH ROW WHEN (NEW.kind = 'charge' AND NEW.invoice_id IS NOT NULL AND NEW.status NOT IN ('failed', 'cancelled')) EXECUTE FUNCTION check_payment_of_order();

CREATE TRIGGER order_transactions_guard_order BEFORE INSERT OR UPDATE OF payment_method_id ON order_transactions FOR EACH ROW EXECUTE FUNCTION guard_attempt();

ALTER TABLE order_transactions ENABLE ALWAYS TRIGGER order_transactions_guard_order;

CREATE TRIGGER invoices_guard_order BEFORE INSERT OR UPDATE OF order_id, type_code, return_of_invoice_id, status ON invoices FOR EACH ROW EXECUTE FUNCTION guard_invoice_of_order();

ALTER TABLE invoices ENABLE ALWAYS TRIGGER invoices_guard_order;
