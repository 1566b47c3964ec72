-- BEFORE INSERT OR UPDATE OR DELETE on payments, row, ALWAYS.
--
-- Transitions: pending → processing, completed, failed, cancelled · processing → completed, failed, cancelled ·
-- completed → partial_refund, refunded, disputed · partial_refund → refunded, disputed · disputed → completed,
-- partial_refund, refunded · failed, cancelled and refunded are final. A payment is first recorded in one of the states
-- that need no earlier one: pending, processing, completed, failed, cancelled.
--
-- Terms are everything that says who pays what for what, from INSERT on; the provider's payment id and the method once
-- they are known; paid_at once the money came, on a day in Istanbul that has begun.
CREATE OR REPLACE FUNCTION guard_payment() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    came CONSTANT payment_status[] := '{completed,partial_refund,refunded,disputed}';
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'payments are kept'
            USING ERRCODE = '23001', CONSTRAINT = 'ck_payments_is_kept',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;

    IF (NEW.paid_at AT TIME ZONE 'Europe/Istanbul')::date > (clock_timestamp() AT TIME ZONE 'Europe/Istanbul')::date
        AND (TG_OP = 'INSERT' OR NEW.paid_at IS DISTINCT FROM OLD.paid_at)
    THEN
        RAISE EXCEPTION 'the money is told to have moved on a day to come'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_payments_paid_at_not_in_future',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'paid_at';
    END IF;

    IF TG_OP = 'INSERT' THEN
        IF NEW.refunded_cents <> 0 OR NEW.status IN ('partial_refund', 'refunded') THEN
            RAISE EXCEPTION 'a new payment has no refunds yet'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_payments_refunded_is_sum_of_refunds',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'refunded_cents';
        END IF;
        IF NEW.status = 'disputed' THEN
            RAISE EXCEPTION 'a payment is disputed after it came'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_payments_transition_allowed',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'status';
        END IF;
        RETURN NEW;
    END IF;

    IF (NEW.user_id, NEW.kind, NEW.amount_cents, NEW.currency, NEW.amount_try_cents, NEW.provider, NEW.provider_ref)
            IS DISTINCT FROM
            (OLD.user_id, OLD.kind, OLD.amount_cents, OLD.currency, OLD.amount_try_cents, OLD.provider, OLD.provider_ref)
        OR (NEW.invoice_id, NEW.order_transaction_id, NEW.refunds_payment_id, NEW.refund_reason)
            IS DISTINCT FROM (OLD.invoice_id, OLD.order_transaction_id, OLD.refunds_payment_id, OLD.refund_reason)
        OR (NEW.exchange_rate, NEW.exchange_rate_date, NEW.exchange_rate_source)
            IS DISTINCT FROM (OLD.exchange_rate, OLD.exchange_rate_date, OLD.exchange_rate_source)
        OR (OLD.provider_payment_id IS NOT NULL AND NEW.provider_payment_id IS DISTINCT FROM OLD.provider_payment_id)
        OR (OLD.method IS NOT NULL AND NEW.method IS DISTINCT FROM OLD.method)
        OR (OLD.status = ANY (came) AND NEW.paid_at IS DISTINCT FROM OLD.paid_at)
    THEN
        RAISE EXCEPTION 'the terms of a payment are fixed when it is recorded'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_payments_terms_are_fixed',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;

    IF NEW.status <> OLD.status AND NOT (CASE OLD.status
        WHEN 'pending' THEN NEW.status IN ('processing', 'completed', 'failed', 'cancelled')
        WHEN 'processing' THEN NEW.status IN ('completed', 'failed', 'cancelled')
        WHEN 'completed' THEN NEW.status IN ('partial_refund', 'refunded', 'disputed')
        WHEN 'partial_refund' THEN NEW.status IN ('refunded', 'disputed')
        WHEN 'disputed' THEN NEW.status IN ('completed', 'partial_refund', 'refunded')
        ELSE false
    END) THEN
        RAISE EXCEPTION 'a payment does not go from this state to that'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_payments_transition_allowed',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'status';
    END IF;

    IF NEW.refunded_cents <> OLD.refunded_cents
        OR (NEW.status <> OLD.status
            AND (NEW.status IN ('partial_refund', 'refunded') OR OLD.status = 'partial_refund'))
    THEN
        -- Who cannot see the charge cannot see its refunds either: a statement can hide both while it runs.
        IF NOT EXISTS (SELECT FROM payments WHERE id = NEW.id) THEN
            RAISE EXCEPTION 'this role cannot see the refunds that it sums'
                USING ERRCODE = '42501', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
        END IF;
        IF NEW.refunded_cents <> (
            SELECT coalesce(sum(amount_cents), 0) FROM payments
            WHERE refunds_payment_id = NEW.id AND status = 'completed')
        THEN
            RAISE EXCEPTION 'the refunded amount is the sum of the refunds'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_payments_refunded_is_sum_of_refunds',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'refunded_cents';
        END IF;
    END IF;
    RETURN NEW;
END
$function$;
