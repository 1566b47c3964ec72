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
