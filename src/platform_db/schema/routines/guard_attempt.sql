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
    IF ordered.status IN {{order_at_an_end}} THEN
        RAISE EXCEPTION 'nothing is collected for an order that is cancelled or refunded'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_order_transactions_order_is_live',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'order_id';
    END IF;
    IF NEW.status IN {{attempt_is_open}} AND cents_of_attempts(NEW.order_id) + NEW.amount_cents > ordered.total_cents THEN
        RAISE EXCEPTION 'attempts exceed what is still to be collected of the order'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_order_transactions_amount_within_order',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'amount_cents';
    END IF;
    RETURN NEW;
END
$function$;
