-- AFTER INSERT OR UPDATE OF status, refunded_cents on payments, row.
--
-- A completed refund is carried to its charge; the charge, by this same trigger, to its invoice or order transaction.
-- Each parent is locked first and summed after, in a statement of its own that sees what was committed meanwhile: sums
-- are never added to. Locks go refund → charge → invoice, or order → order transaction: while money comes, the order that
-- it is for is not cancelled.
--
-- What came are charges that are completed, partial_refund, refunded or disputed; what went back are completed refunds.
-- The money of a disputed charge counts until a refund says that it went back.
--
-- State of the invoice, with net = paid - refunded:
--   nothing came yet                  as it was (issued, sent, viewed, overdue)
--   net = 0                           refunded
--   0 < net < payable                 partial, also when it was overdue: overdue is only what nothing was paid on
--   net = payable                     paid; paid_at is when the last of the charges came
--   net > payable                     refused by ck_invoices_paid_within_payable
--   draft, cancelled                  as it was, so ck_invoices_status_matches_payments refuses the money
-- paid_at stays when money goes back, and moves when the invoice is paid again.
--
-- State of a charge: refunded when everything went back, partial_refund when a part did; a dispute stays open until all
-- went back or its end is recorded.
--
-- platform_app may only record a pending payment, so it comes here only with a pending refund, which locks nothing: the
-- sum that binds is taken when the refund completes.
CREATE OR REPLACE FUNCTION apply_payment() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    charge payments;
    charged bigint;
    returned bigint;
    came_at timestamptz;
BEGIN
    IF NEW.kind = 'refund' THEN
        IF NEW.status = 'completed' THEN
            SELECT * INTO charge FROM payments WHERE id = NEW.refunds_payment_id FOR NO KEY UPDATE;
        ELSIF TG_OP = 'INSERT' THEN
            SELECT * INTO charge FROM payments WHERE id = NEW.refunds_payment_id;
        ELSE
            RETURN NULL;
        END IF;
        IF charge.kind IS DISTINCT FROM 'charge'
            OR charge.invoice_id IS DISTINCT FROM NEW.invoice_id
            OR charge.order_transaction_id IS DISTINCT FROM NEW.order_transaction_id
            OR charge.status NOT IN ('completed', 'partial_refund', 'refunded', 'disputed')
        THEN
            RAISE EXCEPTION 'a refund returns a charge that came, for the same invoice or order transaction'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_payments_refund_matches_charge',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'refunds_payment_id';
        END IF;
        SELECT coalesce(sum(amount_cents), 0) INTO returned FROM payments
        WHERE refunds_payment_id = charge.id AND status = 'completed';
        -- An open refund is not among them yet.
        IF (returned::numeric + CASE WHEN NEW.status IN ('pending', 'processing') THEN NEW.amount_cents ELSE 0 END)
            > charge.amount_cents
        THEN
            RAISE EXCEPTION 'refunds exceed their charge'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_payments_refunds_within_charge',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'amount_cents';
        END IF;
        IF NEW.status = 'completed' AND charge.refunded_cents <> returned THEN
            UPDATE payments
            SET refunded_cents = returned, status = CASE
                    WHEN returned = charge.amount_cents THEN 'refunded'::payment_status
                    WHEN charge.status = 'disputed' THEN charge.status
                    ELSE 'partial_refund'
                END
            WHERE id = charge.id;
        END IF;
        RETURN NULL;
    END IF;

    IF NEW.status NOT IN ('completed', 'partial_refund', 'refunded', 'disputed') THEN
        RETURN NULL;
    END IF;

    IF NEW.invoice_id IS NOT NULL THEN
        PERFORM FROM invoices WHERE id = NEW.invoice_id FOR NO KEY UPDATE;
    ELSE
        PERFORM FROM orders
        WHERE id = (SELECT order_id FROM order_transactions WHERE id = NEW.order_transaction_id)
        FOR NO KEY UPDATE;
        PERFORM FROM order_transactions WHERE id = NEW.order_transaction_id FOR NO KEY UPDATE;
    END IF;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this role cannot change what the payment is for'
            USING ERRCODE = '42501', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;

    SELECT coalesce(sum(amount_cents) FILTER (WHERE kind = 'charge'), 0),
        coalesce(sum(amount_cents) FILTER (WHERE kind = 'refund'), 0),
        max(paid_at) FILTER (WHERE kind = 'charge')
    INTO charged, returned, came_at
    FROM payments
    WHERE (invoice_id = NEW.invoice_id OR order_transaction_id = NEW.order_transaction_id)
        AND status IN ('completed', 'partial_refund', 'refunded', 'disputed');

    IF NEW.invoice_id IS NOT NULL THEN
        UPDATE invoices
        SET paid_cents = charged,
            refunded_cents = returned,
            status = CASE
                WHEN status IN ('draft', 'cancelled') THEN status
                WHEN charged = returned THEN 'refunded'::invoice_status
                WHEN charged - returned < payable_cents THEN 'partial'
                ELSE 'paid'
            END,
            paid_at = CASE
                WHEN charged - returned >= payable_cents AND charged > returned AND status <> 'paid' THEN came_at
                ELSE paid_at
            END
        WHERE id = NEW.invoice_id AND (paid_cents <> charged OR refunded_cents <> returned);
    ELSE
        UPDATE order_transactions
        SET paid_cents = charged, refunded_cents = returned
        WHERE id = NEW.order_transaction_id AND (paid_cents <> charged OR refunded_cents <> returned);
    END IF;
    RETURN NULL;
END
$function$;
