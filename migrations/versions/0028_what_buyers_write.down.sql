SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

REVOKE INSERT ON orders FROM platform_app;

GRANT INSERT (order_number, buyer_id, subtotal_cents, total_cents, total_try_cents, status, currency, exchange_rate, exchange_rate_date, exchange_rate_source, cancellation_reason, shipping_email, shipping_state, shipping_postal_code, notes, tracking_number, courier, tax_cents, shipping_cents, discount_cents, confirmed_at, shipped_at, delivered_at, cancelled_at, estimated_delivery, shipping_name, shipping_phone, shipping_address, shipping_city, shipping_country, shipping_events) ON orders TO platform_app;

REVOKE UPDATE ON orders FROM platform_app;

GRANT UPDATE (order_number, subtotal_cents, total_cents, total_try_cents, status, currency, exchange_rate, exchange_rate_date, exchange_rate_source, cancellation_reason, shipping_email, shipping_state, shipping_postal_code, notes, tracking_number, courier, tax_cents, shipping_cents, discount_cents, confirmed_at, shipped_at, delivered_at, cancelled_at, estimated_delivery, shipping_name, shipping_phone, shipping_address, shipping_city, shipping_country, shipping_events, version) ON orders TO platform_app;

DROP POLICY orders_own ON orders;

CREATE POLICY orders_own ON orders TO platform_app USING (buyer_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)) WITH CHECK (buyer_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint));

DROP POLICY orders_change ON orders;

REVOKE DELETE ON order_items FROM platform_worker;
REVOKE INSERT ON order_transactions FROM platform_app;

GRANT INSERT (transaction_reference, order_id, buyer_id, amount_cents, currency, status, method, payment_method_id, gateway, gateway_transaction_id, gateway_reference, failure_code, failure_reason, gateway_response, paid_cents, refunded_cents, processed_at, confirmed_at) ON order_transactions TO platform_app;

REVOKE UPDATE ON order_transactions FROM platform_app;

GRANT UPDATE (transaction_reference, order_id, amount_cents, currency, status, method, payment_method_id, gateway, gateway_transaction_id, gateway_reference, failure_code, failure_reason, gateway_response, paid_cents, refunded_cents, processed_at, confirmed_at, version) ON order_transactions TO platform_app;

DROP POLICY order_transactions_own ON order_transactions;

CREATE POLICY order_transactions_own ON order_transactions TO platform_app USING (buyer_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)) WITH CHECK (buyer_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint));

DROP POLICY order_transactions_change ON order_transactions;
