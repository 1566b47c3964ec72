SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

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
    returns CONSTANT boolean := invoice.type_code IN ('IADE', 'TEVKIFATIADE', 'YTBIADE', 'YTBTEVKIFATIADE');
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
                    AND (t ->> 'code' NOT IN ('0071', '0073', '0074', '0075', '0076', '0077', '9077', '4171') OR t -> 'in_kdv_base' = 'true')
                    AND (t ->> 'code' NOT IN ('0059', '4080', '4081', '8006') OR t -> 'in_kdv_base' = 'false')
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
                        OR (e.code IN ('308', '339') AND (invoice.profile = 'YATIRIMTESVIK' OR invoice.type_code IN ('YTBSATIS', 'YTBIADE', 'YTBISTISNA', 'YTBTEVKIFAT', 'YTBTEVKIFATIADE'))))
                    AND (e.code NOT IN ('308', '339') OR (invoice.profile = 'YATIRIMTESVIK' OR invoice.type_code IN ('YTBSATIS', 'YTBIADE', 'YTBISTISNA', 'YTBTEVKIFAT', 'YTBTEVKIFATIADE')) OR invoice.issue_date < DATE '2026-07-01')
                    AND (e.code NOT IN ('233') OR invoice.issue_date >= DATE '2026-07-01')
                    AND (e.code <> '555'
                        OR (part.kdv_cents > 0 AND invoice.profile IN ('TEMELFATURA', 'TICARIFATURA', 'EARSIVFATURA')))
            ) AS exemption_admitted,
            part.kdv_rate <> 0 OR part.exemption_code IS NOT NULL
                OR invoice.type_code IN ('IADE', 'IHRACKAYITLI', 'KONAKLAMAVERGISI', 'OZELMATRAH', 'SGK', 'YTBIADE') AS zero_rate_has_reason,
            CASE WHEN (invoice.profile = 'HKS') THEN coalesce((jsonb_typeof(part.item_data #> '{kunye_no}') = 'string' AND part.item_data #>> '{kunye_no}' ~ '\A[!-~]{19}\Z'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'IHRACAT') THEN coalesce((jsonb_typeof(part.item_data #> '{gtip}') = 'string' AND part.item_data #>> '{gtip}' ~ '\A[0-9]{12}\Z'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'ILAC_TIBBICIHAZ') THEN coalesce((jsonb_typeof(part.item_data #> '{ilac}') = 'string' AND part.item_data #>> '{ilac}' ~ '[^ \t\n\r\f\v]') OR (jsonb_typeof(part.item_data #> '{tibbi_cihaz}') = 'string' AND part.item_data #>> '{tibbi_cihaz}' ~ '[^ \t\n\r\f\v]') OR (jsonb_typeof(part.item_data #> '{diger}') = 'string' AND part.item_data #>> '{diger}' ~ '[^ \t\n\r\f\v]'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'IDIS') THEN coalesce((jsonb_typeof(part.item_data #> '{etiket_no}') = 'string' AND part.item_data #>> '{etiket_no}' ~ '\A[A-Za-z]{2}[0-9]{7}\Z'), false) ELSE true END
        AND CASE WHEN (invoice.type_code = 'SARJANLIK') THEN coalesce((jsonb_typeof(part.item_data #> '{serial_no}') = 'string' AND part.item_data #>> '{serial_no}' ~ '[^ \t\n\r\f\v]'), false) ELSE true END
        AND CASE WHEN (invoice.type_code = 'IHRACKAYITLI' AND '702' = ANY (exemption_codes)) THEN coalesce((jsonb_typeof(part.item_data #> '{gtip}') = 'string' AND part.item_data #>> '{gtip}' ~ '\A[0-9]{12}\Z'), false) ELSE true END
        AND CASE WHEN (invoice.type_code = 'IHRACKAYITLI' AND '702' = ANY (exemption_codes)) THEN coalesce((jsonb_typeof(part.item_data #> '{alici_dib_satir_kod}') = 'string' AND part.item_data #>> '{alici_dib_satir_kod}' ~ '\A[!-~]{11}\Z'), false) ELSE true END
        AND CASE WHEN (invoice.type_code = 'TEKNOLOJIDESTEK') THEN coalesce((jsonb_typeof(part.item_data #> '{telefon}') = 'string' AND part.item_data #>> '{telefon}' ~ '[^ \t\n\r\f\v]') OR (jsonb_typeof(part.item_data #> '{tablet_pc}') = 'string' AND part.item_data #>> '{tablet_pc}' ~ '[^ \t\n\r\f\v]'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'YATIRIMTESVIK') OR (invoice.type_code = 'YTBSATIS') OR (invoice.type_code = 'YTBIADE') OR (invoice.type_code = 'YTBISTISNA') OR (invoice.type_code = 'YTBTEVKIFAT') OR (invoice.type_code = 'YTBTEVKIFATIADE') THEN coalesce((jsonb_typeof(part.item_data #> '{item_class}') = 'string' AND part.item_data #>> '{item_class}' ~ '\A0[1-4]\Z'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'YATIRIMTESVIK' AND invoice.type_code = 'ISTISNA') OR (invoice.type_code = 'YTBISTISNA') THEN coalesce((jsonb_typeof(part.item_data #> '{item_class}') = 'string' AND part.item_data #>> '{item_class}' ~ '\A0[12]\Z'), false) ELSE true END
        AND CASE WHEN ((invoice.profile = 'YATIRIMTESVIK') OR (invoice.type_code = 'YTBSATIS') OR (invoice.type_code = 'YTBIADE') OR (invoice.type_code = 'YTBISTISNA') OR (invoice.type_code = 'YTBTEVKIFAT') OR (invoice.type_code = 'YTBTEVKIFATIADE')) AND part.item_data #>> '{item_class}' IS NOT DISTINCT FROM '01' THEN coalesce((jsonb_typeof(part.item_data #> '{machine_name}') = 'string' AND part.item_data #>> '{machine_name}' ~ '[^ \t\n\r\f\v]'), false) ELSE true END
        AND CASE WHEN ((invoice.profile = 'YATIRIMTESVIK') OR (invoice.type_code = 'YTBSATIS') OR (invoice.type_code = 'YTBIADE') OR (invoice.type_code = 'YTBISTISNA') OR (invoice.type_code = 'YTBTEVKIFAT') OR (invoice.type_code = 'YTBTEVKIFATIADE')) AND part.item_data #>> '{item_class}' IS NOT DISTINCT FROM '01' THEN coalesce((jsonb_typeof(part.item_data #> '{machine_sequence_no}') = 'string' AND part.item_data #>> '{machine_sequence_no}' ~ '[^ \t\n\r\f\v]'), false) ELSE true END
        AND CASE WHEN ((invoice.profile = 'YATIRIMTESVIK') OR (invoice.type_code = 'YTBSATIS') OR (invoice.type_code = 'YTBIADE') OR (invoice.type_code = 'YTBISTISNA') OR (invoice.type_code = 'YTBTEVKIFAT') OR (invoice.type_code = 'YTBTEVKIFATIADE')) AND part.item_data #>> '{item_class}' IS NOT DISTINCT FROM '01' THEN coalesce((jsonb_typeof(part.item_data #> '{machine_id}') = 'string' AND part.item_data #>> '{machine_id}' ~ '[^ \t\n\r\f\v]'), false) ELSE true END AS item_data_complete
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
        WHEN NOT (CASE WHEN (invoice.profile = 'IHRACAT') THEN coalesce((jsonb_typeof(invoice.profile_data #> '{incoterms}') = 'string' AND invoice.profile_data #>> '{incoterms}' ~ '\A(CFR|CIF|CIP|CPT|DAF|DAP|DDP|DDU|DEQ|DES|DPU|EXW|FAS|FCA|FOB)\Z'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'IHRACAT') THEN coalesce((jsonb_typeof(invoice.profile_data #> '{transport_mode}') = 'string' AND invoice.profile_data #>> '{transport_mode}' ~ '\A[0-9]\Z'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'IHRACAT') THEN coalesce((jsonb_typeof(invoice.profile_data #> '{delivery,address}') = 'string' AND invoice.profile_data #>> '{delivery,address}' ~ '[^ \t\n\r\f\v]'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'IHRACAT') THEN coalesce((jsonb_typeof(invoice.profile_data #> '{delivery,city}') = 'string' AND invoice.profile_data #>> '{delivery,city}' ~ '[^ \t\n\r\f\v]'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'IHRACAT') THEN coalesce((jsonb_typeof(invoice.profile_data #> '{delivery,country_code}') = 'string' AND invoice.profile_data #>> '{delivery,country_code}' ~ '\A[A-Z]{2}\Z'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'IDIS') THEN coalesce((jsonb_typeof(invoice.profile_data #> '{sevkiyat_no}') = 'string' AND invoice.profile_data #>> '{sevkiyat_no}' ~ '\A(SE|ES)-[0-9]{7}\Z'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'ENERJI') THEN coalesce((jsonb_typeof(invoice.profile_data #> '{plaka}') = 'string' AND invoice.profile_data #>> '{plaka}' ~ '\A[A-Z0-9_-]{1,50}\Z'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'ENERJI') THEN coalesce((jsonb_typeof(invoice.profile_data #> '{invoice_period,start_date}') = 'string' AND invoice.profile_data #>> '{invoice_period,start_date}' ~ '\A20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'ENERJI') THEN coalesce((jsonb_typeof(invoice.profile_data #> '{invoice_period,start_time}') = 'string' AND invoice.profile_data #>> '{invoice_period,start_time}' ~ '\A([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\Z'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'ENERJI') THEN coalesce((jsonb_typeof(invoice.profile_data #> '{invoice_period,end_date}') = 'string' AND invoice.profile_data #>> '{invoice_period,end_date}' ~ '\A20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'ENERJI') THEN coalesce((jsonb_typeof(invoice.profile_data #> '{invoice_period,end_time}') = 'string' AND invoice.profile_data #>> '{invoice_period,end_time}' ~ '\A([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\Z'), false) ELSE true END
        AND CASE WHEN (invoice.type_code = 'SARJ') THEN coalesce((jsonb_typeof(invoice.profile_data #> '{esu_rapor_id}') = 'string' AND invoice.profile_data #>> '{esu_rapor_id}' ~ '\A[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\Z'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'YATIRIMTESVIK') OR (invoice.type_code = 'YTBSATIS') OR (invoice.type_code = 'YTBIADE') OR (invoice.type_code = 'YTBISTISNA') OR (invoice.type_code = 'YTBTEVKIFAT') OR (invoice.type_code = 'YTBTEVKIFATIADE') THEN coalesce((jsonb_typeof(invoice.profile_data #> '{ytb_no}') = 'string' AND invoice.profile_data #>> '{ytb_no}' ~ '\A[0-9]{6}\Z'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'YOLCUBERABERFATURA') THEN coalesce((jsonb_typeof(invoice.profile_data #> '{tax_free_buyer,first_name}') = 'string' AND invoice.profile_data #>> '{tax_free_buyer,first_name}' ~ '[^ \t\n\r\f\v]'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'YOLCUBERABERFATURA') THEN coalesce((jsonb_typeof(invoice.profile_data #> '{tax_free_buyer,family_name}') = 'string' AND invoice.profile_data #>> '{tax_free_buyer,family_name}' ~ '[^ \t\n\r\f\v]'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'YOLCUBERABERFATURA') THEN coalesce((jsonb_typeof(invoice.profile_data #> '{tax_free_buyer,nationality}') = 'string' AND invoice.profile_data #>> '{tax_free_buyer,nationality}' ~ '\A[A-Z]{2}\Z'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'YOLCUBERABERFATURA') THEN coalesce((jsonb_typeof(invoice.profile_data #> '{tax_free_buyer,passport_no}') = 'string' AND invoice.profile_data #>> '{tax_free_buyer,passport_no}' ~ '[^ \t\n\r\f\v]'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'YOLCUBERABERFATURA') THEN coalesce((jsonb_typeof(invoice.profile_data #> '{intermediary,tax_number}') = 'string' AND invoice.profile_data #>> '{intermediary,tax_number}' ~ '\A([0-9]{10}|[1-9][0-9]{9}[02468])\Z'), false) ELSE true END
        AND CASE WHEN (invoice.profile = 'YOLCUBERABERFATURA') THEN coalesce((jsonb_typeof(invoice.profile_data #> '{intermediary,label}') = 'string' AND invoice.profile_data #>> '{intermediary,label}' ~ '[^ \t\n\r\f\v]'), false) ELSE true END)
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

-- BEFORE INSERT OR UPDATE OR DELETE on invoices, row, ALWAYS.
--
-- A draft is free and has no number. `issue` is one UPDATE by the caller: status = 'issued' with series and fiscal_year.
-- Here the parts and the law are examined first; the series row is locked last and gives the number, so other writers
-- of the series wait only for the rest of this transaction. The caller's own row is all that is locked before.
--
-- issued_at is the beginning of the transaction: any later stamp of the same transaction, now() included, follows it.
-- The day is Istanbul's, read from the clock at the moment of the statement.
--
-- A return of an invoice that is stored here returns line n of it in its own line n. It counts as a change of that
-- invoice, so returns of one invoice are issued one after the other under every isolation level, and each sees those
-- before it: together they give back no more than was sold. A price reduction (type credit) gives back no quantity.
--
-- After issue everything but the columns copied into `frozen` below stays as it was, byte for byte. Ten full years after
-- the fiscal year platform_worker may replace an identity by [anonymised] (an IBAN by NULL or TR and 24 zeros, which its
-- format admits).
CREATE OR REPLACE FUNCTION guard_issued_invoice() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    frozen invoices;
    term_is_over boolean;
    party_path text[];
    charged bigint;
    returned bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status <> 'draft' THEN
            RAISE EXCEPTION 'an issued invoice is never deleted: cancel or return it'
                USING ERRCODE = '23001', CONSTRAINT = 'ck_invoices_issued_is_kept',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'status';
        END IF;
        -- Here the draft is still there for the parts' guards to see; the foreign keys' cascade finds nothing left.
        -- (Before PostgreSQL 18 the cascade's triggers run as the role that deletes, to which the draft is gone.)
        DELETE FROM invoice_lines WHERE invoice_id = OLD.id;
        DELETE FROM invoice_tax_subtotals WHERE invoice_id = OLD.id;
        DELETE FROM invoice_withholdings WHERE invoice_id = OLD.id;
        RETURN OLD;
    END IF;

    IF TG_OP = 'INSERT' AND NEW.status <> 'draft' THEN
        RAISE EXCEPTION 'an invoice begins as a draft'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_begins_as_draft',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'status';
    END IF;

    IF TG_OP = 'INSERT' OR OLD.status = 'draft' THEN
        IF '[anonymised]' IN (
                NEW.issuer_title, NEW.issuer_tax_number, NEW.issuer_tax_office, NEW.issuer_address, NEW.issuer_district,
                NEW.issuer_city, NEW.issuer_first_name, NEW.issuer_family_name, NEW.customer_title,
                NEW.customer_tax_number, NEW.customer_tax_office, NEW.customer_address, NEW.customer_district,
                NEW.customer_city, NEW.customer_first_name, NEW.customer_family_name, NEW.payment_iban)
            OR (NEW.profile_data <> '{}' AND EXISTS (
                SELECT FROM unnest(ARRAY['delivery.address', 'delivery.city', 'plaka', 'tax_free_buyer.first_name', 'tax_free_buyer.family_name', 'tax_free_buyer.nationality', 'tax_free_buyer.passport_no', 'intermediary.tax_number', 'intermediary.label']) AS path
                WHERE NEW.profile_data #>> string_to_array(path, '.') = '[anonymised]'))
        THEN
            RAISE EXCEPTION 'identities become [anonymised] only ten years after the fiscal year'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_anonymised_after_term',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
        END IF;
        -- A number on a draft is ck_invoices_numbered_when_issued.
        IF TG_OP = 'INSERT' OR NEW.status = 'draft' THEN
            RETURN NEW;
        END IF;
        IF NEW.status <> 'issued' THEN
            RAISE EXCEPTION 'a draft can only be issued'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_transition_allowed',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'status';
        END IF;
        IF num_nonnulls(NEW.number, NEW.sequence, NEW.issued_at) > 0 THEN
            RAISE EXCEPTION 'number, sequence and issued_at are set by the database'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_number_is_allocated',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'number';
        END IF;
        IF NEW.issue_date > (clock_timestamp() AT TIME ZONE 'Europe/Istanbul')::date THEN
            RAISE EXCEPTION 'the issue date lies in the future'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_issue_date_not_in_future',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'issue_date';
        END IF;
        -- The CHECK of this name runs only after the series row has been touched.
        IF extract(year FROM NEW.issue_date) <> NEW.fiscal_year THEN
            RAISE EXCEPTION 'the issue date lies outside the fiscal year'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_issue_date_in_fiscal_year',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'issue_date';
        END IF;

        PERFORM check_invoice_is_sum_of_parts(NEW);

        IF NEW.return_of_invoice_id IS NOT NULL THEN
            UPDATE invoices SET version = version WHERE id = NEW.return_of_invoice_id;
            IF EXISTS (
                SELECT FROM (
                    SELECT line.line_number,
                        coalesce(sum(line.quantity) FILTER (WHERE back.type <> 'credit'), 0) AS quantity,
                        sum(line.net_cents - line.allowance_share_cents + line.charge_share_cents) AS spread_cents,
                        sum(line.other_taxes_cents) AS other_taxes_cents,
                        sum(line.kdv_cents) AS kdv_cents,
                        sum(line.withheld_cents) AS withheld_cents
                    FROM invoices back JOIN invoice_lines line ON line.invoice_id = back.id
                    WHERE back.return_of_invoice_id = NEW.return_of_invoice_id
                        AND (back.id = NEW.id OR back.status NOT IN ('draft', 'cancelled'))
                    GROUP BY line.line_number
                ) AS returned
                LEFT JOIN (
                    invoice_lines sold JOIN invoices sale ON sale.id = sold.invoice_id
                        AND sale.status NOT IN ('draft', 'cancelled')
                ) ON sold.invoice_id = NEW.return_of_invoice_id AND sold.line_number = returned.line_number
                WHERE (returned.quantity <= sold.quantity
                    AND returned.spread_cents
                        <= sold.net_cents::numeric - sold.allowance_share_cents + sold.charge_share_cents
                    AND returned.other_taxes_cents <= sold.other_taxes_cents
                    AND returned.kdv_cents <= sold.kdv_cents
                    AND returned.withheld_cents <= sold.withheld_cents) IS NOT TRUE)
            THEN
                RAISE EXCEPTION 'returns give back more than was sold'
                    USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_returned_within_sold',
                        SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'return_of_invoice_id';
            END IF;
        END IF;

        UPDATE invoice_series
        SET last_sequence = last_sequence + 1, last_issue_date = NEW.issue_date
        WHERE series = NEW.series AND fiscal_year = NEW.fiscal_year AND is_active
        RETURNING last_sequence INTO NEW.sequence;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'there is no active series to take the number from'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_number_is_allocated',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'series';
        END IF;
        NEW.number := NEW.series || NEW.fiscal_year || lpad(NEW.sequence::text, 9, '0');
        NEW.issued_at := now();
        RETURN NEW;
    END IF;

    IF NEW.status = 'draft' OR (OLD.status = 'cancelled' AND NEW.status <> 'cancelled') THEN
        RAISE EXCEPTION 'an issued invoice is never a draft again, and a cancelled one stays cancelled'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_transition_allowed',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'status';
    END IF;

    IF NEW.status = 'cancelled' AND OLD.status <> 'cancelled' AND EXISTS (
            SELECT FROM invoices WHERE return_of_invoice_id = NEW.id AND status NOT IN ('draft', 'cancelled'))
    THEN
        RAISE EXCEPTION 'an invoice that was returned, in part or whole, is not cancelled'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_returned_within_sold',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'status';
    END IF;

    frozen := OLD;
    frozen.status := NEW.status;
    frozen.sent_at := NEW.sent_at;
    frozen.viewed_at := NEW.viewed_at;
    frozen.paid_at := NEW.paid_at;
    frozen.cancelled_at := NEW.cancelled_at;
    frozen.cancellation_reason := NEW.cancellation_reason;
    frozen.paid_cents := NEW.paid_cents;
    frozen.refunded_cents := NEW.refunded_cents;
    frozen.customer_email := NEW.customer_email;
    frozen.customer_phone := NEW.customer_phone;
    frozen.pdf_s3_key := NEW.pdf_s3_key;
    frozen.meta := NEW.meta;
    IF NEW.note IS NULL THEN
        frozen.note := NULL;
    END IF;
    -- invoices_touch, which fires after this trigger, decides these.
    frozen.version := NEW.version;
    frozen.created_at := NEW.created_at;
    frozen.updated_at := NEW.updated_at;

    IF NEW *<> frozen THEN
        term_is_over :=
            (clock_timestamp() AT TIME ZONE 'Europe/Istanbul')::date >= make_date(OLD.fiscal_year + 10 + 1, 1, 1);
        IF NEW.issuer_title = '[anonymised]' THEN frozen.issuer_title := NEW.issuer_title; END IF;
        IF NEW.issuer_tax_number = '[anonymised]' THEN frozen.issuer_tax_number := NEW.issuer_tax_number; END IF;
        IF NEW.issuer_tax_office = '[anonymised]' THEN frozen.issuer_tax_office := NEW.issuer_tax_office; END IF;
        IF NEW.issuer_address = '[anonymised]' THEN frozen.issuer_address := NEW.issuer_address; END IF;
        IF NEW.issuer_district = '[anonymised]' THEN frozen.issuer_district := NEW.issuer_district; END IF;
        IF NEW.issuer_city = '[anonymised]' THEN frozen.issuer_city := NEW.issuer_city; END IF;
        IF NEW.issuer_first_name = '[anonymised]' THEN frozen.issuer_first_name := NEW.issuer_first_name; END IF;
        IF NEW.issuer_family_name = '[anonymised]' THEN frozen.issuer_family_name := NEW.issuer_family_name; END IF;
        IF NEW.customer_title = '[anonymised]' THEN frozen.customer_title := NEW.customer_title; END IF;
        IF NEW.customer_tax_number = '[anonymised]' THEN frozen.customer_tax_number := NEW.customer_tax_number; END IF;
        IF NEW.customer_tax_office = '[anonymised]' THEN frozen.customer_tax_office := NEW.customer_tax_office; END IF;
        IF NEW.customer_address = '[anonymised]' THEN frozen.customer_address := NEW.customer_address; END IF;
        IF NEW.customer_district = '[anonymised]' THEN frozen.customer_district := NEW.customer_district; END IF;
        IF NEW.customer_city = '[anonymised]' THEN frozen.customer_city := NEW.customer_city; END IF;
        IF NEW.customer_first_name = '[anonymised]' THEN frozen.customer_first_name := NEW.customer_first_name; END IF;
        IF NEW.customer_family_name = '[anonymised]' THEN frozen.customer_family_name := NEW.customer_family_name; END IF;
        IF NEW.payment_iban = '[anonymised]' OR (term_is_over
            AND (NEW.payment_iban IS NULL OR NEW.payment_iban = 'TR000000000000000000000000'))
        THEN
            frozen.payment_iban := NEW.payment_iban;
        END IF;
        FOR party_path IN SELECT string_to_array(path, '.') FROM unnest(ARRAY['delivery.address', 'delivery.city', 'plaka', 'tax_free_buyer.first_name', 'tax_free_buyer.family_name', 'tax_free_buyer.nationality', 'tax_free_buyer.passport_no', 'intermediary.tax_number', 'intermediary.label']) AS path LOOP
            IF NEW.profile_data #>> party_path = '[anonymised]' AND frozen.profile_data #> party_path IS NOT NULL THEN
                frozen.profile_data := jsonb_set(frozen.profile_data, party_path, to_jsonb('[anonymised]'::text), false);
            END IF;
        END LOOP;
        IF (CASE
                WHEN NEW *<> frozen THEN true
                WHEN term_is_over THEN NOT pg_has_role('platform_worker', 'USAGE')
                ELSE false
            END)
        THEN
            RAISE EXCEPTION 'an issued invoice is not edited: cancel or return it'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_issued_is_immutable',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
        END IF;
        IF NOT term_is_over THEN
            RAISE EXCEPTION 'identities become [anonymised] only ten years after the fiscal year'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_anonymised_after_term',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
        END IF;
    END IF;

    IF NEW.paid_cents <> OLD.paid_cents OR NEW.refunded_cents <> OLD.refunded_cents
        OR (NEW.status <> OLD.status
            AND (NEW.status IN ('partial', 'paid', 'refunded') OR OLD.status IN ('partial', 'paid', 'refunded')))
    THEN
        -- Who cannot see the invoice cannot see its payments either: a statement can hide both while it runs.
        IF NOT EXISTS (SELECT FROM invoices WHERE id = NEW.id) THEN
            RAISE EXCEPTION 'this role cannot see the payments that it sums'
                USING ERRCODE = '42501', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
        END IF;
        SELECT coalesce(sum(amount_cents) FILTER (WHERE kind = 'charge'), 0),
            coalesce(sum(amount_cents) FILTER (WHERE kind = 'refund'), 0)
        INTO charged, returned
        FROM payments
        WHERE invoice_id = NEW.id AND status IN ('completed', 'partial_refund', 'refunded', 'disputed');
        IF NEW.paid_cents <> charged OR NEW.refunded_cents <> returned THEN
            RAISE EXCEPTION 'paid and refunded amounts are the sums of the payments'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_paid_is_sum_of_payments',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'paid_cents';
        END IF;
    END IF;
    RETURN NEW;
END
$function$;
