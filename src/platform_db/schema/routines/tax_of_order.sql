-- The KDV of an order, in minor units: the discount is out of the base and the shipping cost is in it, both spread over
-- the items in proportion to their totals by largest remainder, each item's KDV rounded half up (KDVK art. 24 and 25). Of
-- equal remainders the larger item is served first, then the higher rate, then the earlier line.
--
-- Whole numbers are divided by div and mod, a percent is a multiplication: a quotient of numerics is itself rounded.
CREATE OR REPLACE FUNCTION tax_of_order(of_order bigint, discount numeric, shipping numeric) RETURNS numeric
LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH item AS (
        SELECT total_price_cents::numeric AS net, kdv_rate, sum(total_price_cents) OVER () AS whole,
            row_number() OVER (ORDER BY total_price_cents DESC, kdv_rate DESC, line_number) AS turn
        FROM order_items WHERE order_id = of_order
    ), spread AS (
        SELECT net, kdv_rate,
            div(discount * net, whole) AS discounted,
            discount - sum(div(discount * net, whole)) OVER () AS discount_left,
            row_number() OVER (ORDER BY mod(discount * net, whole) DESC, turn) AS discount_turn,
            div(shipping * net, whole) AS charged,
            shipping - sum(div(shipping * net, whole)) OVER () AS shipping_left,
            row_number() OVER (ORDER BY mod(shipping * net, whole) DESC, turn) AS shipping_turn
        FROM item
    )
    SELECT coalesce(sum(round(0.01 * kdv_rate * (
        net
        - discounted - CASE WHEN discount_turn <= discount_left THEN 1 ELSE 0 END
        + charged + CASE WHEN shipping_turn <= shipping_left THEN 1 ELSE 0 END))), 0)
    FROM spread
$function$;
