-- Called by invoices_guard at issue with the row as it will be; also by hand, to examine a draft. Raises the
-- first broken rule in the order below; DETAIL names the first line that breaks it.
--
-- VOLATILE on purpose: its statements see what was committed while the caller waited for the row lock.
--
-- Two modes of arithmetic (TURKISH_RULES §6); "rounded" is half up.
--   Prices without KDV:
--     gross = quantity × unit price, rounded; a discount by rate is the rate of that gross, rounded.
--     rounding line:     kdv = rate of the base, rounded, on each line.
--     rounding document: the kdv of all lines of one rate = rate of their summed base, rounded; how a line's share
--                        may deviate is bounded by ck_invoice_lines_kdv_is_rate_of_base.
--   Prices including KDV (always per line; no document allowances or charges, no other taxes):
--     L = G - D + C, all inclusive, and kdv = t(L), where t(x) = x·r/(100 + r), rounded; net + kdv = L. Stored
--     are d = D - t(D) and c = C - t(C), and gross = net + d - c closes the gap (ck_invoice_lines_net_is_sum). G is
--     quantity × unit price, rounded. D and C are not stored. D is the rate of G, rounded, where the discount is a
--     rate; otherwise it lies in floor((d - ½)(100 + r)/100) + 1 … floor((d + ½)(100 + r)/100), the amounts whose
--     tax-free part is d; C likewise. The product holds when some such D and C give L: each may leave one unit open.
--     Everything is compared by multiplication: a quotient of numerics is itself rounded.
--   Other taxes: an amount with a rate is the rate of the line's base after spreading, rounded.
--   Document allowances and charges: each line's share is within one unit of its share by net.
--   Withholding: per line (rounding line) or per code (rounding document) the percent of the KDV, rounded; or nothing
--   for the whole code, when it stayed at or below the limit of the year. The limit itself is the calculation's:
--   no table holds it.
--   A return of an invoice that is stored here carries shares of that invoice's taxes, so that all its returns together
--   are the invoice to the kuruş: its taxes stay within 1.5 of the rate of their base (the CHECKs of the lines bound KDV
--   and withholding, the taxes are bounded here), its withholding ratio may be one of the past, and
--   ck_invoices_returned_within_sold bounds the sums.
CREATE OR REPLACE FUNCTION check_invoice_is_sum_of_parts(invoice invoices) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    per_line CONSTANT boolean := invoice.tax_inclusive_prices OR invoice.rounding = 'line';
    returns CONSTANT boolean := invoice.type_code IN {{return_types}};
    shares CONSTANT boolean := returns AND invoice.return_of_invoice_id IS NOT NULL;
    broken text[];
BEGIN
    WITH part AS MATERIALIZED (
        SELECT l.*,
            round(l.quantity * l.unit_price * 100) AS product,
            l.net_cents::numeric + l.kdv_cents AS inclusive_cents,
            l.net_cents::numeric - l.allowance_share_cents + l.charge_share_cents AS spread_cents,
            sum(l.net_cents) OVER () AS all_net_cents,
            sum(l.kdv_base_cents) OVER of_rate AS rate_base_cents,
            sum(l.kdv_cents) OVER of_rate AS rate_kdv_cents,
            array_agg(l.exemption_code) OVER () AS exemption_codes
        FROM invoice_lines l
        WHERE l.invoice_id = invoice.id
        WINDOW of_rate AS (PARTITION BY l.kdv_rate)
    ), tax AS MATERIALIZED (
        SELECT part.line_number, part.spread_cents, t ->> 'code' AS code, given.rate,
            t -> 'in_kdv_base' = 'true' AS in_base,
            -- A tax that is not written as the calculation writes it, KDV itself, a known code on the wrong side of the
            -- KDV base, or an amount that is not the rate of the base, counts as not listed.
            CASE
                WHEN jsonb_typeof(t -> 'code') = 'string' AND t ->> 'code' <> '0015'
                    AND t -> 'in_kdv_base' IN ('true', 'false')
                    AND (t ->> 'code' NOT IN {{taxes_in_base}} OR t -> 'in_kdv_base' = 'true')
                    AND (t ->> 'code' NOT IN {{taxes_beside_base}} OR t -> 'in_kdv_base' = 'false')
                    AND (t -> 'rate' = 'null' OR given.amount_cents = round(part.spread_cents * given.rate * 0.01)
                        OR (shares AND abs(given.amount_cents - part.spread_cents * given.rate * 0.01) < 1.5))
                THEN given.amount_cents
            END AS amount_cents
        FROM part CROSS JOIN LATERAL jsonb_array_elements(part.other_taxes) t
        CROSS JOIN LATERAL (
            SELECT
                CASE WHEN t ->> 'rate' ~ '^[0-9]{1,9}([.][0-9]{1,9})?$' THEN (t ->> 'rate')::numeric END AS rate,
                CASE
                    WHEN jsonb_typeof(t -> 'amount_cents') = 'number' AND t ->> 'amount_cents' ~ '^[0-9]{1,18}$'
                    THEN (t ->> 'amount_cents')::numeric
                END AS amount_cents
        ) given
        WHERE part.other_taxes <> '[]'
    ), verdict AS MATERIALIZED (
        SELECT part.*,
            CASE
                WHEN part.other_taxes = '[]' THEN part.other_taxes_cents = 0
                ELSE (
                    SELECT count(*) = count(tax.amount_cents) AND sum(tax.amount_cents) = part.other_taxes_cents
                        AND coalesce(sum(tax.amount_cents) FILTER (WHERE tax.in_base), 0) = part.other_taxes_in_base_cents
                    FROM tax WHERE tax.line_number = part.line_number
                )
            END AS taxes_listed,
            (invoice.document_allowance_cents = 0 OR abs(part.allowance_share_cents * all_net_cents
                    - invoice.document_allowance_cents * part.net_cents::numeric) < all_net_cents)
                AND (invoice.document_charge_cents = 0 OR abs(part.charge_share_cents * all_net_cents
                    - invoice.document_charge_cents * part.net_cents::numeric) < all_net_cents) AS spread_by_net,
            CASE
                WHEN invoice.tax_inclusive_prices
                THEN part.inclusive_cents - product BETWEEN c.lowest - d.highest AND c.highest - d.lowest
                ELSE part.gross_cents = product
                    AND (part.discount_rate IS NULL
                        OR part.discount_cents = round(part.gross_cents * part.discount_rate * 0.01))
            END AS gross_is_product,
            CASE
                WHEN shares THEN true
                WHEN invoice.tax_inclusive_prices
                THEN part.other_taxes_cents + part.allowance_share_cents + part.charge_share_cents = 0
                    AND 2 * inclusive_cents * part.kdv_rate >= (2 * part.kdv_cents - 1) * (100 + part.kdv_rate)
                    AND 2 * inclusive_cents * part.kdv_rate < (2 * part.kdv_cents + 1) * (100 + part.kdv_rate)
                WHEN per_line
                THEN part.kdv_cents = round(part.kdv_base_cents * part.kdv_rate * 0.01)
                ELSE rate_kdv_cents = round(rate_base_cents * part.kdv_rate * 0.01)
            END AS kdv_rounded,
            part.kdv_rate = 0 OR EXISTS (
                SELECT FROM kdv_rates k
                WHERE k.rate = part.kdv_rate AND k.valid_from <= invoice.issue_date
                    AND (returns OR k.valid_to IS NULL OR k.valid_to >= invoice.issue_date)
            ) AS rate_in_force,
            part.withholding_code IS NULL OR EXISTS (
                SELECT FROM withholding_codes w
                WHERE w.code = part.withholding_code AND w.percent = part.withholding_percent
                    AND w.valid_from <= invoice.issue_date
                    AND (shares OR w.valid_to IS NULL OR w.valid_to >= invoice.issue_date)
            ) AS withholding_in_force,
            part.exemption_code IS NULL OR EXISTS (
                SELECT FROM exemption_codes e
                WHERE e.code = part.exemption_code
                    AND (e.invoice_types IS NULL OR invoice.type_code = ANY (e.invoice_types))
                    -- Incentive documents show under these codes (308, 339) the KDV that they do not charge.
                    AND (e.rate_must_be_zero IS NOT TRUE OR part.kdv_rate = 0
                        OR (e.code IN {{incentive_codes}} AND {{is_incentive}}))
                    AND (e.code NOT IN {{incentive_codes}} OR {{is_incentive}} OR invoice.issue_date < {{rule_set}})
                    AND (e.code NOT IN {{new_codes}} OR invoice.issue_date >= {{rule_set}})
                    AND (e.code <> {{outside_rate_control}}
                        OR (part.kdv_cents > 0 AND invoice.profile IN {{rate_control_profiles}}))
            ) AS exemption_admitted,
            part.kdv_rate <> 0 OR part.exemption_code IS NOT NULL
                OR invoice.type_code IN {{zero_rate_types}} AS zero_rate_has_reason,
            {{item_data_complete}} AS item_data_complete
        FROM part
        CROSS JOIN LATERAL (
            SELECT coalesce(round(product * part.discount_rate * 0.01),
                    floor((part.discount_cents - 0.5) * (100 + part.kdv_rate) * 0.01) + 1) AS lowest,
                coalesce(round(product * part.discount_rate * 0.01),
                    floor((part.discount_cents + 0.5) * (100 + part.kdv_rate) * 0.01)) AS highest
        ) d
        CROSS JOIN LATERAL (
            SELECT floor((part.charge_cents - 0.5) * (100 + part.kdv_rate) * 0.01) + 1 AS lowest,
                floor((part.charge_cents + 0.5) * (100 + part.kdv_rate) * 0.01) AS highest
        ) c
    ), total AS (
        SELECT count(*) AS lines, sum(gross_cents) AS gross_cents, sum(discount_cents) AS discount_cents,
            sum(charge_cents) AS charge_cents, sum(allowance_share_cents) AS allowance_share_cents,
            sum(charge_share_cents) AS charge_share_cents, sum(kdv_cents) AS kdv_cents,
            sum(other_taxes_cents) AS other_taxes_cents, sum(withheld_cents) AS withheld_cents,
            coalesce(sum(kdv_cents) FILTER (WHERE exemption_code LIKE '70_'), 0) AS export_registered_cents,
            min(line_number) FILTER (WHERE taxes_listed IS NOT TRUE) AS taxes_listed,
            min(line_number) FILTER (WHERE NOT spread_by_net) AS spread_by_net,
            min(line_number) FILTER (WHERE NOT gross_is_product) AS gross_is_product,
            min(line_number) FILTER (WHERE NOT kdv_rounded) AS kdv_rounded,
            min(line_number) FILTER (WHERE NOT rate_in_force) AS rate_in_force,
            min(line_number) FILTER (WHERE NOT withholding_in_force) AS withholding_in_force,
            min(line_number) FILTER (WHERE NOT exemption_admitted) AS exemption_admitted,
            min(line_number) FILTER (WHERE NOT zero_rate_has_reason) AS zero_rate_has_reason,
            min(line_number) FILTER (WHERE NOT item_data_complete) AS item_data_complete
        FROM verdict
    )
    SELECT CASE
        WHEN lines = 0 THEN ARRAY['ck_invoices_has_lines', 'id', NULL]
        WHEN invoice.gross_cents <> gross_cents THEN ARRAY['ck_invoices_is_sum_of_lines', 'gross_cents', NULL]
        WHEN invoice.document_allowance_cents <> allowance_share_cents
            THEN ARRAY['ck_invoices_is_sum_of_lines', 'document_allowance_cents', NULL]
        WHEN invoice.document_charge_cents <> charge_share_cents
            THEN ARRAY['ck_invoices_is_sum_of_lines', 'document_charge_cents', NULL]
        WHEN invoice.allowance_cents <> discount_cents + invoice.document_allowance_cents
            THEN ARRAY['ck_invoices_is_sum_of_lines', 'allowance_cents', NULL]
        WHEN invoice.charge_cents <> charge_cents + invoice.document_charge_cents
            THEN ARRAY['ck_invoices_is_sum_of_lines', 'charge_cents', NULL]
        WHEN invoice.kdv_cents <> kdv_cents THEN ARRAY['ck_invoices_is_sum_of_lines', 'kdv_cents', NULL]
        WHEN invoice.other_taxes_cents <> other_taxes_cents
            THEN ARRAY['ck_invoices_is_sum_of_lines', 'other_taxes_cents', NULL]
        WHEN invoice.withheld_cents <> withheld_cents THEN ARRAY['ck_invoices_is_sum_of_lines', 'withheld_cents', NULL]
        WHEN invoice.deferred_kdv_cents
                <> CASE invoice.type_code WHEN 'IHRACKAYITLI' THEN export_registered_cents ELSE 0 END
            THEN ARRAY['ck_invoices_is_sum_of_lines', 'deferred_kdv_cents', NULL]
        WHEN taxes_listed IS NOT NULL THEN ARRAY['ck_invoices_is_sum_of_lines', 'other_taxes_cents', taxes_listed::text]
        WHEN spread_by_net IS NOT NULL
            THEN ARRAY['ck_invoices_is_sum_of_lines', 'document_allowance_cents', spread_by_net::text]
        WHEN gross_is_product IS NOT NULL
            THEN ARRAY['ck_invoice_lines_gross_is_product', 'gross_cents', gross_is_product::text]
        WHEN kdv_rounded IS NOT NULL THEN ARRAY['ck_invoice_lines_kdv_rounded_per_line', 'kdv_cents', kdv_rounded::text]
        WHEN rate_in_force IS NOT NULL THEN ARRAY['ck_invoice_lines_kdv_rate_in_force', 'kdv_rate', rate_in_force::text]
        WHEN withholding_in_force IS NOT NULL
            THEN ARRAY['ck_invoice_lines_withholding_in_force', 'withholding_code', withholding_in_force::text]
        WHEN exemption_admitted IS NOT NULL
            THEN ARRAY['ck_invoice_lines_exemption_admitted', 'exemption_code', exemption_admitted::text]
        WHEN zero_rate_has_reason IS NOT NULL
            THEN ARRAY['ck_invoice_lines_zero_rate_has_reason', 'exemption_code', zero_rate_has_reason::text]
        WHEN item_data_complete IS NOT NULL
            THEN ARRAY['ck_invoice_lines_item_data_complete', 'item_data', item_data_complete::text]
        WHEN NOT ({{profile_data_complete}})
            THEN ARRAY['ck_invoices_profile_data_complete', 'profile_data', NULL]
        -- An original among our own invoices is one that has a number.
        WHEN returns AND NOT (num_nonnulls(invoice.return_of_number, invoice.return_of_issue_date) = 2 OR EXISTS (
                SELECT FROM invoices original
                WHERE original.id = invoice.return_of_invoice_id AND original.status <> 'draft'))
            THEN ARRAY['ck_invoices_return_has_reference', 'return_of_invoice_id', NULL]
        WHEN invoice.type_code = 'TEKNOLOJIDESTEK' AND invoice.customer_tax_number_kind IS DISTINCT FROM 'tckn'
            THEN ARRAY['ck_invoices_technology_buyer_is_tckn', 'customer_tax_number_kind', NULL]
        -- Equal when each expected row meets exactly one stored row.
        WHEN EXISTS (
                SELECT FROM (
                    SELECT '0015' AS code, kdv_rate AS rate, sum(kdv_base_cents) AS base, sum(kdv_cents) AS amount
                    FROM part GROUP BY kdv_rate
                    UNION ALL
                    SELECT code, rate, sum(spread_cents), sum(amount_cents) FROM tax GROUP BY code, rate
                    UNION ALL
                    SELECT tax_code, rate, base_cents, amount_cents FROM invoice_tax_subtotals WHERE invoice_id = invoice.id
                ) AS subtotal
                GROUP BY code, rate, base, amount HAVING count(*) <> 2)
            THEN ARRAY['ck_invoice_tax_subtotals_is_sum_of_lines', 'amount_cents', NULL]
        -- A code either withholds on all its lines and has its row, or on none and has no row.
        WHEN EXISTS (
                SELECT FROM part
                WHERE withholding_code IS NOT NULL
                GROUP BY withholding_code, withholding_percent
                HAVING NOT shares AND sum(withheld_cents) > 0 AND CASE
                    WHEN per_line THEN bool_or(withheld_cents <> round(kdv_cents * withholding_percent * 0.01))
                    ELSE sum(withheld_cents) <> round(sum(kdv_cents) * withholding_percent * 0.01)
                END
            ) OR EXISTS (
                SELECT FROM (
                    SELECT withholding_code AS code, withholding_percent AS percent, sum(kdv_cents) AS base,
                        sum(withheld_cents) AS amount
                    FROM part WHERE withholding_code IS NOT NULL
                    GROUP BY withholding_code, withholding_percent HAVING sum(withheld_cents) > 0
                    UNION ALL
                    SELECT code, percent, base_cents, amount_cents FROM invoice_withholdings WHERE invoice_id = invoice.id
                ) AS withheld
                GROUP BY code, percent, base, amount HAVING count(*) <> 2)
            THEN ARRAY['ck_invoice_withholdings_is_sum_of_lines', 'amount_cents', NULL]
    END INTO broken
    FROM total;

    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'the invoice cannot be issued: %', broken[1]
            USING ERRCODE = '23514', CONSTRAINT = broken[1], SCHEMA = 'public', COLUMN = broken[2],
                TABLE = substring(broken[1] FROM '^ck_(invoices|invoice_lines|invoice_tax_subtotals|invoice_withholdings)_'),
                DETAIL = coalesce('line_number = ' || broken[3], '');
    END IF;
END
$function$;
