SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

DROP MATERIALIZED VIEW system_performance_summary;
DROP VIEW product_prices;
DROP VIEW order_transaction_amounts;
DROP VIEW order_item_amounts;
DROP VIEW order_amounts;
DROP VIEW payment_amounts;
DROP VIEW kdv_period_summary;
DROP VIEW invoice_line_amounts;
DROP VIEW invoice_amounts;
DROP FUNCTION refresh_system_performance_summary();
