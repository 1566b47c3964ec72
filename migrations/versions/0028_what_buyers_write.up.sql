SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

REVOKE INSERT ON orders FROM platform_app;

GRANT INSERT (order_number, buyer_id, currency, exchange_rate, exchange_rate_date, exchange_rate_source, discount_cents, shipping_cents, notes, shipping_name, shipping_phone, shipping_address, shipping_city, shipping_state, shipping_postal_code, shipping_country, shipping_email, subtotal_cents, tax_cents, total_cents, total_try_cents) ON orders TO platform_app;

REVOKE UPDATE ON orders FROM platform_app;

GRANT UPDATE (shipping_name, shipping_phone, shipping_address, shipping_city, shipping_state, shipping_postal_code, shipping_country, shipping_email, status, cancelled_at, cancellation_reason) ON orders TO platform_app;

DROP POLICY orders_own ON orders;

CREATE POLICY orders_own ON orders TO platform_app USING (buyer_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)) WITH CHECK (buyer_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint) AND status IN ('pending', 'confirmed', 'cancelled'));
CREATE POLICY orders_change ON orders AS RESTRICTIVE FOR UPDATE TO platform_app USING (status IN ('pending', 'confirmed')) WITH CHECK (true);

GRANT DELETE ON order_items TO platform_worker;

REVOKE INSERT ON order_transactions FROM platform_app;

GRANT INSERT (transaction_reference, method, payment_method_id, gateway, order_id, buyer_id, amount_cents, currency) ON order_transactions TO platform_app;

REVOKE UPDATE ON order_transactions FROM platform_app;

GRANT UPDATE (status) ON order_transactions TO platform_app;

DROP POLICY order_transactions_own ON order_transactions;

CREATE POLICY order_transactions_own ON order_transactions TO platform_app USING (buyer_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)) WITH CHECK (buyer_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint) AND status IN ('pending', 'cancelled'));
CREATE POLICY order_transactions_change ON order_transactions AS RESTRICTIVE FOR UPDATE TO platform_app USING (status = 'pending') WITH CHECK (true);
