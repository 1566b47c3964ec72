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
