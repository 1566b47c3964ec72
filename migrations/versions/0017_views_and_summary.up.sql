SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

-- Refresh the summary of the system while others read it; false when another refresh is at work.
-- SECURITY DEFINER: only the owner of a materialized view may refresh it.
CREATE OR REPLACE FUNCTION refresh_system_performance_summary() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    IF NOT pg_try_advisory_xact_lock('system_performance_summary'::regclass::oid::bigint) THEN
        RETURN false;
    END IF;
    REFRESH MATERIALIZED VIEW CONCURRENTLY system_performance_summary;
    RETURN true;
END
$function$;

REVOKE EXECUTE ON FUNCTION refresh_system_performance_summary() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION refresh_system_performance_summary() TO platform_worker;

CREATE VIEW invoice_amounts WITH (security_invoker = true) AS
SELECT
    id,
    user_id,
    license_id,
    order_id,
    return_of_invoice_id,
    type,
    type_code,
    profile,
    status,
    currency,
    exchange_rate,
    exchange_rate_date,
    exchange_rate_source,
    ettn,
    number,
    series,
    fiscal_year,
    sequence,
    issue_date,
    due_date,
    delivery_date,
    despatch_number,
    despatch_date,
    return_of_number,
    return_of_issue_date,
    issued_at,
    sent_at,
    viewed_at,
    paid_at,
    cancelled_at,
    rounding,
    tax_inclusive_prices,
    gross_cents * 0.01 AS gross,
    document_allowance_cents * 0.01 AS document_allowance,
    document_charge_cents * 0.01 AS document_charge,
    allowance_cents * 0.01 AS allowance,
    charge_cents * 0.01 AS charge,
    tax_exclusive_cents * 0.01 AS tax_exclusive,
    kdv_cents * 0.01 AS kdv,
    other_taxes_cents * 0.01 AS other_taxes,
    tax_inclusive_cents * 0.01 AS tax_inclusive,
    withheld_cents * 0.01 AS withheld,
    deferred_kdv_cents * 0.01 AS deferred_kdv,
    payable_cents * 0.01 AS payable,
    payable_try_cents * 0.01 AS payable_try,
    paid_cents * 0.01 AS paid,
    refunded_cents * 0.01 AS refunded,
    pdf_s3_key,
    created_at,
    version,
    updated_at,
    (payable_cents - paid_cents + refunded_cents) * 0.01 AS open
FROM invoices;

COMMENT ON VIEW invoice_amounts IS 'Invoices; open is payable − paid + refunded. Amounts in lira, two places.';

GRANT SELECT ON invoice_amounts TO platform_app, platform_worker, platform_readonly, platform_auditor;

CREATE VIEW invoice_line_amounts WITH (security_invoker = true) AS
SELECT
    id,
    invoice_id,
    line_number,
    description,
    product_id,
    quantity,
    unit_code,
    unit_price,
    discount_rate,
    gross_cents * 0.01 AS gross,
    discount_cents * 0.01 AS discount,
    charge_cents * 0.01 AS charge,
    net_cents * 0.01 AS net,
    allowance_share_cents * 0.01 AS allowance_share,
    charge_share_cents * 0.01 AS charge_share,
    other_taxes_cents * 0.01 AS other_taxes,
    other_taxes_in_base_cents * 0.01 AS other_taxes_in_base,
    kdv_base_cents * 0.01 AS kdv_base,
    kdv_rate,
    kdv_cents * 0.01 AS kdv,
    exemption_code,
    exemption_reason,
    withholding_code,
    withholding_percent,
    withheld_cents * 0.01 AS withheld
FROM invoice_lines;

COMMENT ON VIEW invoice_line_amounts IS 'Lines of invoices. Amounts in lira, two places.';

GRANT SELECT ON invoice_line_amounts TO platform_app, platform_worker, platform_readonly, platform_auditor;

CREATE VIEW kdv_period_summary WITH (security_invoker = true) AS
SELECT
    date_trunc('month', invoice.issue_date)::date AS month,
    invoice.type_code IN ('IADE', 'TEVKIFATIADE', 'YTBIADE', 'YTBTEVKIFATIADE') AS is_return,
    subtotal.rate,
    count(*) AS invoice_count,
    sum(round(subtotal.base_cents * coalesce(invoice.exchange_rate, 1))) * 0.01 AS base_try,
    sum(round(subtotal.amount_cents * coalesce(invoice.exchange_rate, 1))) * 0.01 AS kdv_try
FROM invoices AS invoice
JOIN invoice_tax_subtotals AS subtotal ON subtotal.invoice_id = invoice.id
WHERE subtotal.tax_code = '0015' AND invoice.status NOT IN ('draft', 'cancelled')
GROUP BY 1, 2, 3;

COMMENT ON VIEW kdv_period_summary IS 'KDV by month of issue, return or not, and rate: invoices, base and KDV in TRY. Drafts and cancelled invoices are left out.';

GRANT SELECT ON kdv_period_summary TO platform_worker, platform_readonly, platform_auditor;

CREATE VIEW payment_amounts WITH (security_invoker = true) AS
SELECT
    id,
    user_id,
    amount_cents * 0.01 AS amount,
    amount_try_cents * 0.01 AS amount_try,
    invoice_id,
    order_transaction_id,
    refunds_payment_id,
    kind,
    status,
    currency,
    provider,
    method,
    refunded_cents * 0.01 AS refunded,
    fee_cents * 0.01 AS fee,
    exchange_rate,
    exchange_rate_date,
    exchange_rate_source,
    failure_code,
    paid_at,
    created_at,
    updated_at
FROM payments;

COMMENT ON VIEW payment_amounts IS 'Payments. Amounts in lira, two places.';

GRANT SELECT ON payment_amounts TO platform_app, platform_worker, platform_readonly, platform_auditor;

CREATE VIEW order_amounts WITH (security_invoker = true) AS
SELECT
    id,
    order_number,
    buyer_id,
    subtotal_cents * 0.01 AS subtotal,
    total_cents * 0.01 AS total,
    total_try_cents * 0.01 AS total_try,
    status,
    currency,
    exchange_rate,
    exchange_rate_date,
    exchange_rate_source,
    courier,
    tax_cents * 0.01 AS tax,
    shipping_cents * 0.01 AS shipping,
    discount_cents * 0.01 AS discount,
    confirmed_at,
    shipped_at,
    delivered_at,
    cancelled_at,
    estimated_delivery,
    shipping_country,
    created_at,
    updated_at
FROM orders;

COMMENT ON VIEW order_amounts IS 'Orders. Amounts in lira, two places.';

GRANT SELECT ON order_amounts TO platform_app, platform_worker, platform_readonly, platform_auditor;

CREATE VIEW order_item_amounts WITH (security_invoker = true) AS
SELECT
    id,
    order_id,
    product_id,
    unit_price_cents * 0.01 AS unit_price,
    total_price_cents * 0.01 AS total_price,
    line_number,
    quantity,
    product_name,
    product_sku,
    product_image_url,
    kdv_rate,
    created_at
FROM order_items;

COMMENT ON VIEW order_item_amounts IS 'Items of orders. Amounts in lira, two places.';

GRANT SELECT ON order_item_amounts TO platform_app, platform_worker, platform_readonly, platform_auditor;

CREATE VIEW order_transaction_amounts WITH (security_invoker = true) AS
SELECT
    id,
    order_id,
    buyer_id,
    amount_cents * 0.01 AS amount,
    currency,
    status,
    method,
    gateway,
    failure_code,
    paid_cents * 0.01 AS paid,
    refunded_cents * 0.01 AS refunded,
    processed_at,
    confirmed_at,
    created_at,
    updated_at
FROM order_transactions;

COMMENT ON VIEW order_transaction_amounts IS 'Payment attempts for orders. Amounts in lira, two places.';

GRANT SELECT ON order_transaction_amounts TO platform_app, platform_worker, platform_readonly, platform_auditor;

CREATE VIEW product_prices WITH (security_invoker = true) AS
SELECT
    id,
    sku,
    vendor_id,
    sale_price_cents * 0.01 AS sale_price,
    cost_price_cents * 0.01 AS cost_price,
    commission_cents * 0.01 AS commission,
    name,
    category,
    status,
    currency,
    kdv_rate,
    weight_kg,
    tags,
    stock_quantity,
    deleted_at,
    created_at,
    updated_at
FROM products;

COMMENT ON VIEW product_prices IS 'Products. Amounts in lira, two places.';

GRANT SELECT ON product_prices TO platform_app, platform_worker, platform_readonly, platform_auditor;

CREATE MATERIALIZED VIEW system_performance_summary AS
SELECT 'jobs'::text AS entity_type, count(*) AS total_count,
    count(*) FILTER (WHERE status IN ('running')) AS active_count,
    count(*) FILTER (WHERE status IN ('pending', 'queued')) AS pending_count,
    count(*) FILTER (WHERE status IN ('failed', 'timeout')) AS failed_count,
    jsonb_build_object('by_status', (SELECT coalesce(jsonb_object_agg(label, n), '{}') FROM (SELECT status::text AS label, count(*) AS n FROM jobs WHERE status IS NOT NULL GROUP BY 1) AS counted), 'oldest_due_seconds', round(extract(epoch FROM now() - min(available_at) FILTER (WHERE status IN ('pending', 'queued') AND available_at <= now())), 3), 'average_seconds', round(avg(extract(epoch FROM finished_at - started_at)) FILTER (WHERE status = 'completed'), 3), 'p95_seconds', round((percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - started_at)) FILTER (WHERE status = 'completed'))::numeric, 3)) AS details, now() AS refreshed_at
FROM jobs
UNION ALL
SELECT 'users'::text AS entity_type, count(*) AS total_count,
    count(*) FILTER (WHERE status IN ('active')) AS active_count,
    count(*) FILTER (WHERE status IN ('pending')) AS pending_count,
    count(*) FILTER (WHERE status IN ('suspended', 'deleted')) AS failed_count,
    jsonb_build_object('active_in_30_days', count(*) FILTER (WHERE last_login_at > now() - interval '30 days'), 'verified', count(*) FILTER (WHERE email_verified_at IS NOT NULL), 'new_in_30_days', count(*) FILTER (WHERE created_at > now() - interval '30 days')) AS details, now() AS refreshed_at
FROM users
UNION ALL
SELECT 'sessions'::text AS entity_type, count(*) AS total_count,
    count(*) FILTER (WHERE revoked_at IS NULL AND expires_at > now()) AS active_count,
    count(*) FILTER (WHERE false) AS pending_count,
    count(*) FILTER (WHERE revocation_reason = 'reuse_detected') AS failed_count,
    jsonb_build_object('by_revocation_reason', (SELECT coalesce(jsonb_object_agg(label, n), '{}') FROM (SELECT revocation_reason::text AS label, count(*) AS n FROM sessions WHERE revocation_reason IS NOT NULL GROUP BY 1) AS counted)) AS details, now() AS refreshed_at
FROM sessions
UNION ALL
SELECT 'licenses'::text AS entity_type, count(*) AS total_count,
    count(*) FILTER (WHERE status IN ('active')) AS active_count,
    count(*) FILTER (WHERE status IN ('suspended')) AS pending_count,
    count(*) FILTER (WHERE status IN ('expired', 'cancelled')) AS failed_count,
    jsonb_build_object('seats', coalesce(sum(seats) FILTER (WHERE status IN ('active')), 0), 'seats_used', coalesce(sum(seats_used) FILTER (WHERE status IN ('active')), 0), 'ending_in_30_days', count(*) FILTER (WHERE status IN ('active') AND ends_at >= now() AND ends_at < now() + interval '30 days')) AS details, now() AS refreshed_at
FROM licenses
UNION ALL
SELECT 'invoices'::text AS entity_type, count(*) AS total_count,
    count(*) FILTER (WHERE status IN ('issued', 'sent', 'viewed', 'partial')) AS active_count,
    count(*) FILTER (WHERE status IN ('draft')) AS pending_count,
    count(*) FILTER (WHERE status IN ('overdue')) AS failed_count,
    jsonb_build_object('by_status', (SELECT coalesce(jsonb_object_agg(label, n), '{}') FROM (SELECT status::text AS label, count(*) AS n FROM invoices WHERE status IS NOT NULL GROUP BY 1) AS counted), 'payable_try_cents_by_status', (SELECT coalesce(jsonb_object_agg(label, n), '{}') FROM (SELECT status::text AS label, sum(payable_try_cents) AS n FROM invoices WHERE status IS NOT NULL GROUP BY 1) AS counted), 'kdv_try_cents_this_month', (SELECT trunc(100 * coalesce(sum(CASE WHEN is_return THEN -kdv_try ELSE kdv_try END), 0)) FROM kdv_period_summary WHERE month = date_trunc('month', now() AT TIME ZONE 'Europe/Istanbul')::date)) AS details, now() AS refreshed_at
FROM invoices
UNION ALL
SELECT 'payments'::text AS entity_type, count(*) AS total_count,
    count(*) FILTER (WHERE status IN ('completed', 'partial_refund')) AS active_count,
    count(*) FILTER (WHERE status IN ('pending', 'processing')) AS pending_count,
    count(*) FILTER (WHERE status IN ('failed', 'disputed')) AS failed_count,
    jsonb_build_object('by_status', (SELECT coalesce(jsonb_object_agg(label, n), '{}') FROM (SELECT status::text AS label, count(*) AS n FROM payments WHERE status IS NOT NULL GROUP BY 1) AS counted), 'net_try_cents_by_status', (SELECT coalesce(jsonb_object_agg(label, n), '{}') FROM (SELECT status::text AS label, sum(CASE kind WHEN 'refund' THEN -amount_try_cents ELSE amount_try_cents END) AS n FROM payments WHERE status IS NOT NULL GROUP BY 1) AS counted)) AS details, now() AS refreshed_at
FROM payments
UNION ALL
SELECT 'orders'::text AS entity_type, count(*) AS total_count,
    count(*) FILTER (WHERE status IN ('confirmed', 'processing', 'shipped')) AS active_count,
    count(*) FILTER (WHERE status IN ('pending')) AS pending_count,
    count(*) FILTER (WHERE status IN ('cancelled', 'refunded')) AS failed_count,
    jsonb_build_object('by_status', (SELECT coalesce(jsonb_object_agg(label, n), '{}') FROM (SELECT status::text AS label, count(*) AS n FROM orders WHERE status IS NOT NULL GROUP BY 1) AS counted)) AS details, now() AS refreshed_at
FROM orders
UNION ALL
SELECT 'outbox_events'::text AS entity_type, count(*) AS total_count,
    count(*) FILTER (WHERE delivered_at IS NULL AND claimed_until > now()) AS active_count,
    count(*) FILTER (WHERE delivered_at IS NULL) AS pending_count,
    count(*) FILTER (WHERE delivered_at IS NULL AND attempts >= 5) AS failed_count,
    jsonb_build_object('oldest_undelivered_seconds', round(extract(epoch FROM now() - min(created_at) FILTER (WHERE delivered_at IS NULL)), 3)) AS details, now() AS refreshed_at
FROM outbox_events
UNION ALL
SELECT 'erp_mes_sync'::text AS entity_type, count(*) AS total_count,
    count(*) FILTER (WHERE status IN ('in_progress')) AS active_count,
    count(*) FILTER (WHERE status IN ('pending')) AS pending_count,
    count(*) FILTER (WHERE status IN ('failed', 'conflict')) AS failed_count,
    jsonb_build_object('by_status', (SELECT coalesce(jsonb_object_agg(label, n), '{}') FROM (SELECT status::text AS label, count(*) AS n FROM erp_mes_sync WHERE status IS NOT NULL GROUP BY 1) AS counted)) AS details, now() AS refreshed_at
FROM erp_mes_sync;

CREATE UNIQUE INDEX idx_system_performance_entity_type ON system_performance_summary (entity_type);

COMMENT ON MATERIALIZED VIEW system_performance_summary IS 'How many rows of each kind are active, pending and failed, as of refreshed_at; counts only.';
COMMENT ON INDEX idx_system_performance_entity_type IS 'The row of one entity; lets the summary be refreshed concurrently.';

GRANT SELECT ON system_performance_summary TO platform_worker, platform_readonly, platform_auditor;
