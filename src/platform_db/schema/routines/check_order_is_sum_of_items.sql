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
