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
    is_return CONSTANT boolean := NEW.return_of_invoice_id IS NOT NULL OR NEW.type_code IN {{return_types}};
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
    IF NOT is_return AND status_of_order IN {{order_not_invoiced}} THEN
        RAISE EXCEPTION 'only an order that is confirmed, and not at an end, is invoiced'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_order_is_confirmed',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'order_id';
    END IF;
    RETURN NEW;
END
$function$;
