SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

GRANT SELECT ON audit_chain_heads TO platform_auditor;
GRANT SELECT ON enterprise_audit_log TO platform_auditor;
GRANT SELECT ON exemption_codes TO platform_app;
GRANT SELECT ON exemption_codes TO platform_worker;
GRANT SELECT ON exemption_codes TO platform_readonly;
GRANT SELECT ON exemption_codes TO platform_auditor;
GRANT SELECT ON invoice_series TO platform_app;
GRANT UPDATE (last_sequence, last_issue_date) ON invoice_series TO platform_app;
GRANT SELECT, INSERT, UPDATE ON invoice_series TO platform_worker;
GRANT SELECT ON invoice_series TO platform_readonly;
GRANT SELECT ON invoice_series TO platform_auditor;
GRANT SELECT ON kdv_rates TO platform_app;
GRANT SELECT ON kdv_rates TO platform_worker;
GRANT SELECT ON kdv_rates TO platform_readonly;
GRANT SELECT ON kdv_rates TO platform_auditor;

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;

CREATE POLICY users_own ON users TO platform_app USING (id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)) WITH CHECK (id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint));
CREATE POLICY users_all ON users TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY users_read ON users FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT SELECT ON users TO platform_app;
GRANT UPDATE (phone, password_hash, full_name, company_name, tax_number, tax_number_kind, tax_office, address, locale, timezone, metadata, consents) ON users TO platform_app;
GRANT SELECT, INSERT, UPDATE ON users TO platform_worker;
GRANT SELECT ON users TO platform_auditor;
GRANT SELECT ON withholding_codes TO platform_app;
GRANT SELECT ON withholding_codes TO platform_worker;
GRANT SELECT ON withholding_codes TO platform_readonly;
GRANT SELECT ON withholding_codes TO platform_auditor;

ALTER TABLE audit_logs ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_logs FORCE ROW LEVEL SECURITY;

CREATE POLICY audit_logs_own ON audit_logs TO platform_app USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)) WITH CHECK (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint));
CREATE POLICY audit_logs_all ON audit_logs TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY audit_logs_read ON audit_logs FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT SELECT ON audit_logs TO platform_app;
GRANT INSERT (user_id, action, entity_type, entity_id, event_type, payload, ip_address, user_agent, session_id) ON audit_logs TO platform_app;
GRANT SELECT ON audit_logs TO platform_worker;
GRANT INSERT (user_id, action, entity_type, entity_id, event_type, payload, ip_address, user_agent, session_id) ON audit_logs TO platform_worker;
GRANT SELECT ON audit_logs TO platform_auditor;

ALTER TABLE audit_personal_data ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_personal_data FORCE ROW LEVEL SECURITY;

CREATE POLICY audit_personal_data_own ON audit_personal_data TO platform_app USING (subject_user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)) WITH CHECK (subject_user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint));
CREATE POLICY audit_personal_data_all ON audit_personal_data TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY audit_personal_data_read ON audit_personal_data FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT INSERT ON audit_personal_data TO platform_app;
GRANT SELECT, INSERT, UPDATE ON audit_personal_data TO platform_worker;
GRANT SELECT ON audit_personal_data TO platform_auditor;

ALTER TABLE licenses ENABLE ROW LEVEL SECURITY;
ALTER TABLE licenses FORCE ROW LEVEL SECURITY;

CREATE POLICY licenses_own ON licenses TO platform_app USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)) WITH CHECK (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint));
CREATE POLICY licenses_all ON licenses TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY licenses_read ON licenses FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT SELECT ON licenses TO platform_app;
GRANT SELECT, INSERT, UPDATE ON licenses TO platform_worker;
GRANT SELECT ON licenses TO platform_auditor;

ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;

CREATE POLICY orders_own ON orders TO platform_app USING (buyer_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)) WITH CHECK (buyer_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint));
CREATE POLICY orders_all ON orders TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY orders_read ON orders FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT SELECT, INSERT, UPDATE ON orders TO platform_app;
GRANT SELECT, INSERT, UPDATE ON orders TO platform_worker;
GRANT SELECT (id, order_number, buyer_id, subtotal_cents, total_cents, total_try_cents, status, currency, exchange_rate, exchange_rate_date, exchange_rate_source, courier, tax_cents, shipping_cents, discount_cents, confirmed_at, shipped_at, delivered_at, cancelled_at, estimated_delivery, shipping_country, created_at, updated_at) ON orders TO platform_readonly;
GRANT SELECT ON orders TO platform_auditor;

ALTER TABLE payment_methods ENABLE ROW LEVEL SECURITY;
ALTER TABLE payment_methods FORCE ROW LEVEL SECURITY;

CREATE POLICY payment_methods_own ON payment_methods TO platform_app USING (buyer_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)) WITH CHECK (buyer_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint));
CREATE POLICY payment_methods_all ON payment_methods TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY payment_methods_read ON payment_methods FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON payment_methods TO platform_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON payment_methods TO platform_worker;
GRANT SELECT ON payment_methods TO platform_auditor;
GRANT SELECT ON products TO platform_app;
GRANT UPDATE (stock_quantity) ON products TO platform_app;
GRANT SELECT, INSERT, UPDATE ON products TO platform_worker;
GRANT SELECT (id, sku, vendor_id, sale_price_cents, cost_price_cents, commission_cents, name, category, status, currency, kdv_rate, weight_kg, tags, stock_quantity, deleted_at, created_at, updated_at) ON products TO platform_readonly;
GRANT SELECT ON products TO platform_auditor;

ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices FORCE ROW LEVEL SECURITY;

CREATE POLICY invoices_own ON invoices TO platform_app USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)) WITH CHECK (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint));
CREATE POLICY invoices_all ON invoices TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY invoices_read ON invoices FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON invoices TO platform_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON invoices TO platform_worker;
GRANT SELECT (id, created_at, version, updated_at, user_id, license_id, order_id, return_of_invoice_id, type, type_code, profile, status, currency, exchange_rate, exchange_rate_date, exchange_rate_source, ettn, number, series, fiscal_year, sequence, issue_date, due_date, delivery_date, despatch_number, despatch_date, return_of_number, return_of_issue_date, issued_at, sent_at, viewed_at, paid_at, cancelled_at, cancellation_reason, rounding, tax_inclusive_prices, gross_cents, document_allowance_cents, document_charge_cents, allowance_cents, charge_cents, tax_exclusive_cents, kdv_cents, other_taxes_cents, tax_inclusive_cents, withheld_cents, deferred_kdv_cents, payable_cents, payable_try_cents, paid_cents, refunded_cents, pdf_s3_key) ON invoices TO platform_readonly;
GRANT SELECT ON invoices TO platform_auditor;

ALTER TABLE order_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE order_items FORCE ROW LEVEL SECURITY;

CREATE POLICY order_items_own ON order_items TO platform_app USING (EXISTS (SELECT FROM orders p WHERE p.id = order_items.order_id AND p.buyer_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint))) WITH CHECK (EXISTS (SELECT FROM orders p WHERE p.id = order_items.order_id AND p.buyer_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)));
CREATE POLICY order_items_all ON order_items TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY order_items_read ON order_items FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT SELECT, INSERT ON order_items TO platform_app;
GRANT SELECT, INSERT, UPDATE ON order_items TO platform_worker;
GRANT SELECT ON order_items TO platform_readonly;
GRANT SELECT ON order_items TO platform_auditor;

ALTER TABLE order_transactions ENABLE ROW LEVEL SECURITY;
ALTER TABLE order_transactions FORCE ROW LEVEL SECURITY;

CREATE POLICY order_transactions_own ON order_transactions TO platform_app USING (buyer_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)) WITH CHECK (buyer_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint));
CREATE POLICY order_transactions_all ON order_transactions TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY order_transactions_read ON order_transactions FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT SELECT, INSERT, UPDATE ON order_transactions TO platform_app;
GRANT SELECT, INSERT, UPDATE ON order_transactions TO platform_worker;
GRANT SELECT (id, order_id, buyer_id, amount_cents, currency, status, method, gateway, failure_code, paid_cents, refunded_cents, processed_at, confirmed_at, created_at, updated_at) ON order_transactions TO platform_readonly;
GRANT SELECT ON order_transactions TO platform_auditor;

ALTER TABLE invoice_lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice_lines FORCE ROW LEVEL SECURITY;

CREATE POLICY invoice_lines_own ON invoice_lines TO platform_app USING (EXISTS (SELECT FROM invoices p WHERE p.id = invoice_lines.invoice_id AND p.user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint))) WITH CHECK (EXISTS (SELECT FROM invoices p WHERE p.id = invoice_lines.invoice_id AND p.user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)));
CREATE POLICY invoice_lines_all ON invoice_lines TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY invoice_lines_read ON invoice_lines FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON invoice_lines TO platform_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON invoice_lines TO platform_worker;
GRANT SELECT ON invoice_lines TO platform_readonly;
GRANT SELECT ON invoice_lines TO platform_auditor;

ALTER TABLE invoice_tax_subtotals ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice_tax_subtotals FORCE ROW LEVEL SECURITY;

CREATE POLICY invoice_tax_subtotals_own ON invoice_tax_subtotals TO platform_app USING (EXISTS (SELECT FROM invoices p WHERE p.id = invoice_tax_subtotals.invoice_id AND p.user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint))) WITH CHECK (EXISTS (SELECT FROM invoices p WHERE p.id = invoice_tax_subtotals.invoice_id AND p.user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)));
CREATE POLICY invoice_tax_subtotals_all ON invoice_tax_subtotals TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY invoice_tax_subtotals_read ON invoice_tax_subtotals FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON invoice_tax_subtotals TO platform_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON invoice_tax_subtotals TO platform_worker;
GRANT SELECT ON invoice_tax_subtotals TO platform_readonly;
GRANT SELECT ON invoice_tax_subtotals TO platform_auditor;

ALTER TABLE invoice_withholdings ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice_withholdings FORCE ROW LEVEL SECURITY;

CREATE POLICY invoice_withholdings_own ON invoice_withholdings TO platform_app USING (EXISTS (SELECT FROM invoices p WHERE p.id = invoice_withholdings.invoice_id AND p.user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint))) WITH CHECK (EXISTS (SELECT FROM invoices p WHERE p.id = invoice_withholdings.invoice_id AND p.user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)));
CREATE POLICY invoice_withholdings_all ON invoice_withholdings TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY invoice_withholdings_read ON invoice_withholdings FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON invoice_withholdings TO platform_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON invoice_withholdings TO platform_worker;
GRANT SELECT ON invoice_withholdings TO platform_readonly;
GRANT SELECT ON invoice_withholdings TO platform_auditor;

ALTER TABLE payments ENABLE ROW LEVEL SECURITY;
ALTER TABLE payments FORCE ROW LEVEL SECURITY;

CREATE POLICY payments_own ON payments TO platform_app USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)) WITH CHECK (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint) AND status = 'pending');
CREATE POLICY payments_all ON payments TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY payments_read ON payments FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT SELECT, INSERT ON payments TO platform_app;
GRANT SELECT, INSERT, UPDATE ON payments TO platform_worker;
GRANT SELECT (id, user_id, amount_cents, amount_try_cents, invoice_id, order_transaction_id, refunds_payment_id, kind, status, currency, provider, method, refunded_cents, fee_cents, exchange_rate, exchange_rate_date, exchange_rate_source, failure_code, paid_at, created_at, updated_at) ON payments TO platform_readonly;
GRANT SELECT ON payments TO platform_auditor;
