-- Whether something invoices the order, beside one invoice: neither cancelled, nor a return, nor returned whole. A draft
-- does. Only an issued return gives back; one of a part, or of the price, leaves the rest invoiced.
CREATE OR REPLACE FUNCTION order_is_invoiced(of_order bigint, beside bigint DEFAULT NULL) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT EXISTS (
        SELECT FROM invoices sale
        WHERE sale.order_id = of_order
            AND sale.id IS DISTINCT FROM beside
            AND sale.status <> 'cancelled'
            AND sale.return_of_invoice_id IS NULL
            AND sale.type_code NOT IN {{return_types}}
            AND (sale.status = 'draft' OR sale.tax_inclusive_cents > (
                SELECT coalesce(sum(back.tax_inclusive_cents), 0) FROM invoices back
                WHERE back.return_of_invoice_id = sale.id AND back.status NOT IN ('draft', 'cancelled'))))
$function$;
