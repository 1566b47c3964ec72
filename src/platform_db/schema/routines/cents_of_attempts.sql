-- What the attempts to collect an order's money hold, and those without an answer may still bring; in minor units.
CREATE OR REPLACE FUNCTION cents_of_attempts(of_order bigint) RETURNS numeric
LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT coalesce(sum(paid_cents::numeric - refunded_cents + CASE
        WHEN status IN {{attempt_is_open}} THEN greatest(0, amount_cents - paid_cents) ELSE 0
    END), 0)
    FROM order_transactions WHERE order_id = of_order
$function$;
