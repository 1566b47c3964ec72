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
