SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

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

REVOKE EXECUTE ON FUNCTION guard_order() FROM PUBLIC;

-- BEFORE UPDATE OR DELETE on order_items, row, ALWAYS. An item that is only added breaks the sum of a confirmed order at
-- COMMIT; one that is changed or exchanged need not. The order waits for its confirmation meanwhile.
--
-- A deleted order takes its items with it: it is not there any more.
CREATE OR REPLACE FUNCTION guard_order_items() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    orders_status order_status;
BEGIN
    SELECT status INTO orders_status FROM orders WHERE id = OLD.order_id FOR SHARE;
    IF orders_status <> 'pending' THEN
        RAISE EXCEPTION 'the items of an order change only while it is pending'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_order_items_order_is_pending',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'order_id';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$function$;

REVOKE EXECUTE ON FUNCTION guard_order_items() FROM PUBLIC;

-- BEFORE INSERT on order_items, row, ALWAYS, when platform_app inserts.
--
-- A buyer orders what is on sale, by its name and at its price, in the currency of the order. What background work
-- writes is the shop's own decision.
CREATE OR REPLACE FUNCTION guard_order_item_price() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    IF NOT EXISTS (
        SELECT FROM products
        WHERE id = NEW.product_id
            AND status = 'available'
            AND deleted_at IS NULL
            AND (sale_price_cents, kdv_rate, name, sku)
                = (NEW.unit_price_cents, NEW.kdv_rate, NEW.product_name, NEW.product_sku)
            AND currency = (SELECT currency FROM orders WHERE id = NEW.order_id))
    THEN
        RAISE EXCEPTION 'a buyer orders at the price of the product on sale'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_order_items_price_is_products',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'unit_price_cents';
    END IF;
    RETURN NEW;
END
$function$;

REVOKE EXECUTE ON FUNCTION guard_order_item_price() FROM PUBLIC;

CREATE TRIGGER products_transition_allowed BEFORE UPDATE OF status ON products FOR EACH ROW WHEN (NOT (NEW.status = OLD.status OR (OLD.status = 'draft' AND NEW.status IN ('pending')) OR (OLD.status = 'pending' AND NEW.status IN ('draft', 'approved', 'rejected')) OR (OLD.status = 'approved' AND NEW.status IN ('in_transit', 'available')) OR (OLD.status = 'rejected' AND NEW.status IN ('draft', 'pending')) OR (OLD.status = 'in_transit' AND NEW.status IN ('rejected', 'verified')) OR (OLD.status = 'verified' AND NEW.status IN ('available', 'inactive')) OR (OLD.status = 'available' AND NEW.status IN ('sold', 'inactive')) OR (OLD.status = 'sold' AND NEW.status IN ('available', 'inactive')) OR (OLD.status = 'inactive' AND NEW.status IN ('draft', 'available')))) EXECUTE FUNCTION refuse_change('ck_products_transition_allowed', 'The product cannot take this status');

ALTER TABLE products ENABLE ALWAYS TRIGGER products_transition_allowed;

CREATE TRIGGER products_removed_keeps_status BEFORE UPDATE OF status, deleted_at ON products FOR EACH ROW WHEN (NOT (NEW.deleted_at IS NULL OR NEW.status = OLD.status)) EXECUTE FUNCTION refuse_change('ck_products_removed_keeps_status', 'A product that left the catalogue keeps its status');

ALTER TABLE products ENABLE ALWAYS TRIGGER products_removed_keeps_status;

CREATE TRIGGER orders_transition_allowed BEFORE UPDATE OF status ON orders FOR EACH ROW WHEN (NOT (NEW.status = OLD.status OR (OLD.status = 'pending' AND NEW.status IN ('confirmed', 'cancelled')) OR (OLD.status = 'confirmed' AND NEW.status IN ('processing', 'cancelled')) OR (OLD.status = 'processing' AND NEW.status IN ('shipped', 'cancelled')) OR (OLD.status = 'shipped' AND NEW.status IN ('delivered', 'cancelled', 'refunded')) OR (OLD.status = 'delivered' AND NEW.status IN ('refunded')))) EXECUTE FUNCTION refuse_change('ck_orders_transition_allowed', 'The order cannot go from its status to that one');

ALTER TABLE orders ENABLE ALWAYS TRIGGER orders_transition_allowed;

CREATE TRIGGER orders_terms_are_fixed BEFORE UPDATE OF currency, exchange_rate, exchange_rate_date, exchange_rate_source, subtotal_cents, tax_cents, shipping_cents, discount_cents, total_cents, total_try_cents ON orders FOR EACH ROW WHEN (NOT (OLD.status = 'pending' OR (NEW.currency, NEW.exchange_rate, NEW.exchange_rate_date, NEW.exchange_rate_source, NEW.subtotal_cents, NEW.tax_cents, NEW.shipping_cents, NEW.discount_cents, NEW.total_cents, NEW.total_try_cents) IS NOT DISTINCT FROM (OLD.currency, OLD.exchange_rate, OLD.exchange_rate_date, OLD.exchange_rate_source, OLD.subtotal_cents, OLD.tax_cents, OLD.shipping_cents, OLD.discount_cents, OLD.total_cents, OLD.total_try_cents))) EXECUTE FUNCTION refuse_change('ck_orders_terms_are_fixed', 'Amounts, currency and rate of a confirmed order do not change');

ALTER TABLE orders ENABLE ALWAYS TRIGGER orders_terms_are_fixed;

CREATE TRIGGER orders_buyer_and_number_are_fixed BEFORE UPDATE OF order_number, buyer_id ON orders FOR EACH ROW WHEN (NOT ((NEW.order_number, NEW.buyer_id) IS NOT DISTINCT FROM (OLD.order_number, OLD.buyer_id))) EXECUTE FUNCTION refuse_change('ck_orders_buyer_and_number_are_fixed', 'Buyer and number of an order do not change');

ALTER TABLE orders ENABLE ALWAYS TRIGGER orders_buyer_and_number_are_fixed;

CREATE TRIGGER orders_guard BEFORE UPDATE OF status ON orders FOR EACH ROW EXECUTE FUNCTION guard_order();

ALTER TABLE orders ENABLE ALWAYS TRIGGER orders_guard;

CREATE TRIGGER order_items_guard BEFORE UPDATE OR DELETE ON order_items FOR EACH ROW EXECUTE FUNCTION guard_order_items();

ALTER TABLE order_items ENABLE ALWAYS TRIGGER order_items_guard;

CREATE TRIGGER order_items_price BEFORE INSERT ON order_items FOR EACH ROW WHEN (current_user = 'platform_app') EXECUTE FUNCTION guard_order_item_price();

ALTER TABLE order_items ENABLE ALWAYS TRIGGER order_items_price;

CREATE TRIGGER order_transactions_transition_allowed BEFORE UPDATE OF status ON order_transactions FOR EACH ROW WHEN (NOT (NEW.status = OLD.status OR (OLD.status = 'pending' AND NEW.status IN ('processing', 'approved', 'declined', 'error', 'cancelled')) OR (OLD.status = 'processing' AND NEW.status IN ('approved', 'declined', 'error', 'cancelled')))) EXECUTE FUNCTION refuse_change('ck_order_transactions_transition_allowed', 'An attempt that came to an end stays so; start another one');

ALTER TABLE order_transactions ENABLE ALWAYS TRIGGER order_transactions_transition_allowed;

CREATE TRIGGER order_transactions_terms_are_fixed BEFORE UPDATE OF transaction_reference, order_id, buyer_id, amount_cents, currency, method, gateway ON order_transactions FOR EACH ROW WHEN (NOT ((NEW.transaction_reference, NEW.order_id, NEW.buyer_id, NEW.amount_cents, NEW.currency, NEW.method, NEW.gateway) IS NOT DISTINCT FROM (OLD.transaction_reference, OLD.order_id, OLD.buyer_id, OLD.amount_cents, OLD.currency, OLD.method, OLD.gateway))) EXECUTE FUNCTION refuse_change('ck_order_transactions_terms_are_fixed', 'Order, buyer, amount and way of an attempt do not change');

ALTER TABLE order_transactions ENABLE ALWAYS TRIGGER order_transactions_terms_are_fixed;

CREATE TRIGGER order_transactions_gateway_transaction_is_final BEFORE UPDATE OF gateway_transaction_id ON order_transactions FOR EACH ROW WHEN (NOT (OLD.gateway_transaction_id IS NULL OR NEW.gateway_transaction_id IS NOT DISTINCT FROM OLD.gateway_transaction_id)) EXECUTE FUNCTION refuse_change('ck_order_transactions_gateway_transaction_is_final', 'The gateway''s number of an attempt stays');

ALTER TABLE order_transactions ENABLE ALWAYS TRIGGER order_transactions_gateway_transaction_is_final;

CREATE TRIGGER payment_webhook_events_transition_allowed BEFORE UPDATE OF status ON payment_webhook_events FOR EACH ROW WHEN (NOT (NEW.status = OLD.status OR (OLD.status = 'received' AND NEW.status IN ('processed', 'ignored', 'failed')) OR (OLD.status = 'failed' AND NEW.status IN ('processed', 'ignored')))) EXECUTE FUNCTION refuse_change('ck_payment_webhook_events_transition_allowed', 'The event cannot go from its status to this one');

ALTER TABLE payment_webhook_events ENABLE ALWAYS TRIGGER payment_webhook_events_transition_allowed;

CREATE TRIGGER payment_webhook_events_delivery_is_fixed BEFORE UPDATE OF provider, event_id, event_type, payload_hash, payload ON payment_webhook_events FOR EACH ROW WHEN (NOT ((NEW.provider, NEW.event_id, NEW.event_type, NEW.payload_hash, NEW.payload) IS NOT DISTINCT FROM (OLD.provider, OLD.event_id, OLD.event_type, OLD.payload_hash, OLD.payload))) EXECUTE FUNCTION refuse_change('ck_payment_webhook_events_delivery_is_fixed', 'What was delivered cannot be changed');

ALTER TABLE payment_webhook_events ENABLE ALWAYS TRIGGER payment_webhook_events_delivery_is_fixed;

CREATE TRIGGER payment_webhook_events_payment_is_final BEFORE UPDATE OF payment_id ON payment_webhook_events FOR EACH ROW WHEN (NOT (OLD.payment_id IS NULL OR NEW.payment_id IS NOT DISTINCT FROM OLD.payment_id)) EXECUTE FUNCTION refuse_change('ck_payment_webhook_events_payment_is_final', 'The payment of an event is found once');

ALTER TABLE payment_webhook_events ENABLE ALWAYS TRIGGER payment_webhook_events_payment_is_final;

DROP TRIGGER orders_record_insert ON orders;

CREATE TRIGGER orders_record_insert AFTER INSERT ON orders REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('cancellation_reason', 'notes', 'shipping_address', 'shipping_city', 'shipping_email', 'shipping_events', 'shipping_name', 'shipping_phone', 'shipping_postal_code', 'shipping_state', 'tracking_number');

DROP TRIGGER orders_record_update ON orders;

CREATE TRIGGER orders_record_update AFTER UPDATE ON orders REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('cancellation_reason', 'notes', 'shipping_address', 'shipping_city', 'shipping_email', 'shipping_events', 'shipping_name', 'shipping_phone', 'shipping_postal_code', 'shipping_state', 'tracking_number');

DROP TRIGGER orders_record_delete ON orders;

CREATE TRIGGER orders_record_delete AFTER DELETE ON orders REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('cancellation_reason', 'notes', 'shipping_address', 'shipping_city', 'shipping_email', 'shipping_events', 'shipping_name', 'shipping_phone', 'shipping_postal_code', 'shipping_state', 'tracking_number');

DROP TRIGGER orders_record_truncate ON orders;

CREATE TRIGGER orders_record_truncate AFTER TRUNCATE ON orders FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('cancellation_reason', 'notes', 'shipping_address', 'shipping_city', 'shipping_email', 'shipping_events', 'shipping_name', 'shipping_phone', 'shipping_postal_code', 'shipping_state', 'tracking_number');

DROP TRIGGER order_transactions_record_insert ON order_transactions;

CREATE TRIGGER order_transactions_record_insert AFTER INSERT ON order_transactions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('failure_reason', 'gateway_reference', 'gateway_response');

DROP TRIGGER order_transactions_record_update ON order_transactions;

CREATE TRIGGER order_transactions_record_update AFTER UPDATE ON order_transactions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('failure_reason', 'gateway_reference', 'gateway_response');

DROP TRIGGER order_transactions_record_delete ON order_transactions;

CREATE TRIGGER order_transactions_record_delete AFTER DELETE ON order_transactions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('failure_reason', 'gateway_reference', 'gateway_response');

DROP TRIGGER order_transactions_record_truncate ON order_transactions;

CREATE TRIGGER order_transactions_record_truncate AFTER TRUNCATE ON order_transactions FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('failure_reason', 'gateway_reference', 'gateway_response');

DROP TRIGGER payments_record_insert ON payments;

CREATE TRIGGER payments_record_insert AFTER INSERT ON payments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('failure_reason', 'meta', 'refund_reason');

DROP TRIGGER payments_record_update ON payments;

CREATE TRIGGER payments_record_update AFTER UPDATE ON payments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('failure_reason', 'meta', 'refund_reason');

DROP TRIGGER payments_record_delete ON payments;

CREATE TRIGGER payments_record_delete AFTER DELETE ON payments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('failure_reason', 'meta', 'refund_reason');

DROP TRIGGER payments_record_truncate ON payments;

CREATE TRIGGER payments_record_truncate AFTER TRUNCATE ON payments FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('failure_reason', 'meta', 'refund_reason');
