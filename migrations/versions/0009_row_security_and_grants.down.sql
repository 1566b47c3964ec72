SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

REVOKE SELECT, INSERT ON payments FROM platform_app;
REVOKE SELECT, INSERT, UPDATE ON payments FROM platform_worker;
REVOKE SELECT ON payments FROM platform_readonly;
REVOKE SELECT ON payments FROM platform_auditor;

DROP POLICY payments_own ON payments;
DROP POLICY payments_all ON payments;
DROP POLICY payments_read ON payments;

ALTER TABLE payments NO FORCE ROW LEVEL SECURITY;
ALTER TABLE payments DISABLE ROW LEVEL SECURITY;

REVOKE SELECT, INSERT, UPDATE, DELETE ON invoice_withholdings FROM platform_app;
REVOKE SELECT, INSERT, UPDATE, DELETE ON invoice_withholdings FROM platform_worker;
REVOKE SELECT ON invoice_withholdings FROM platform_readonly;
REVOKE SELECT ON invoice_withholdings FROM platform_auditor;

DROP POLICY invoice_withholdings_own ON invoice_withholdings;
DROP POLICY invoice_withholdings_all ON invoice_withholdings;
DROP POLICY invoice_withholdings_read ON invoice_withholdings;

ALTER TABLE invoice_withholdings NO FORCE ROW LEVEL SECURITY;
ALTER TABLE invoice_withholdings DISABLE ROW LEVEL SECURITY;

REVOKE SELECT, INSERT, UPDATE, DELETE ON invoice_tax_subtotals FROM platform_app;
REVOKE SELECT, INSERT, UPDATE, DELETE ON invoice_tax_subtotals FROM platform_worker;
REVOKE SELECT ON invoice_tax_subtotals FROM platform_readonly;
REVOKE SELECT ON invoice_tax_subtotals FROM platform_auditor;

DROP POLICY invoice_tax_subtotals_own ON invoice_tax_subtotals;
DROP POLICY invoice_tax_subtotals_all ON invoice_tax_subtotals;
DROP POLICY invoice_tax_subtotals_read ON invoice_tax_subtotals;

ALTER TABLE invoice_tax_subtotals NO FORCE ROW LEVEL SECURITY;
ALTER TABLE invoice_tax_subtotals DISABLE ROW LEVEL SECURITY;

REVOKE SELECT, INSERT, UPDATE, DELETE ON invoice_lines FROM platform_app;
REVOKE SELECT, INSERT, UPDATE, DELETE ON invoice_lines FROM platform_worker;
REVOKE SELECT ON invoice_lines FROM platform_readonly;
REVOKE SELECT ON invoice_lines FROM platform_auditor;

DROP POLICY invoice_lines_own ON invoice_lines;
DROP POLICY invoice_lines_all ON invoice_lines;
DROP POLICY invoice_lines_read ON invoice_lines;

ALTER TABLE invoice_lines NO FORCE ROW LEVEL SECURITY;
ALTER TABLE invoice_lines DISABLE ROW LEVEL SECURITY;

REVOKE SELECT, INSERT, UPDATE ON order_transactions FROM platform_app;
REVOKE SELECT, INSERT, UPDATE ON order_transactions FROM platform_worker;
REVOKE SELECT ON order_transactions FROM platform_readonly;
REVOKE SELECT ON order_transactions FROM platform_auditor;

DROP POLICY order_transactions_own ON order_transactions;
DROP POLICY order_transactions_all ON order_transactions;
DROP POLICY order_transactions_read ON order_transactions;

ALTER TABLE order_transactions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE order_transactions DISABLE ROW LEVEL SECURITY;

REVOKE SELECT, INSERT ON order_items FROM platform_app;
REVOKE SELECT, INSERT, UPDATE ON order_items FROM platform_worker;
REVOKE SELECT ON order_items FROM platform_readonly;
REVOKE SELECT ON order_items FROM platform_auditor;

DROP POLICY order_items_own ON order_items;
DROP POLICY order_items_all ON order_items;
DROP POLICY order_items_read ON order_items;

ALTER TABLE order_items NO FORCE ROW LEVEL SECURITY;
ALTER TABLE order_items DISABLE ROW LEVEL SECURITY;

REVOKE SELECT, INSERT, UPDATE, DELETE ON invoices FROM platform_app;
REVOKE SELECT, INSERT, UPDATE, DELETE ON invoices FROM platform_worker;
REVOKE SELECT ON invoices FROM platform_readonly;
REVOKE SELECT ON invoices FROM platform_auditor;

DROP POLICY invoices_own ON invoices;
DROP POLICY invoices_all ON invoices;
DROP POLICY invoices_read ON invoices;

ALTER TABLE invoices NO FORCE ROW LEVEL SECURITY;
ALTER TABLE invoices DISABLE ROW LEVEL SECURITY;

REVOKE SELECT, UPDATE ON products FROM platform_app;
REVOKE SELECT, INSERT, UPDATE ON products FROM platform_worker;
REVOKE SELECT ON products FROM platform_readonly;
REVOKE SELECT ON products FROM platform_auditor;
REVOKE SELECT, INSERT, UPDATE, DELETE ON payment_methods FROM platform_app;
REVOKE SELECT, INSERT, UPDATE, DELETE ON payment_methods FROM platform_worker;
REVOKE SELECT ON payment_methods FROM platform_auditor;

DROP POLICY payment_methods_own ON payment_methods;
DROP POLICY payment_methods_all ON payment_methods;
DROP POLICY payment_methods_read ON payment_methods;

ALTER TABLE payment_methods NO FORCE ROW LEVEL SECURITY;
ALTER TABLE payment_methods DISABLE ROW LEVEL SECURITY;

REVOKE SELECT, INSERT, UPDATE ON orders FROM platform_app;
REVOKE SELECT, INSERT, UPDATE ON orders FROM platform_worker;
REVOKE SELECT ON orders FROM platform_readonly;
REVOKE SELECT ON orders FROM platform_auditor;

DROP POLICY orders_own ON orders;
DROP POLICY orders_all ON orders;
DROP POLICY orders_read ON orders;

ALTER TABLE orders NO FORCE ROW LEVEL SECURITY;
ALTER TABLE orders DISABLE ROW LEVEL SECURITY;

REVOKE SELECT ON licenses FROM platform_app;
REVOKE SELECT, INSERT, UPDATE ON licenses FROM platform_worker;
REVOKE SELECT ON licenses FROM platform_auditor;

DROP POLICY licenses_own ON licenses;
DROP POLICY licenses_all ON licenses;
DROP POLICY licenses_read ON licenses;

ALTER TABLE licenses NO FORCE ROW LEVEL SECURITY;
ALTER TABLE licenses DISABLE ROW LEVEL SECURITY;

REVOKE INSERT ON audit_personal_data FROM platform_app;
REVOKE SELECT, INSERT, UPDATE ON audit_personal_data FROM platform_worker;
REVOKE SELECT ON audit_personal_data FROM platform_auditor;

DROP POLICY audit_personal_data_own ON audit_personal_data;
DROP POLICY audit_personal_data_all ON audit_personal_data;
DROP POLICY audit_personal_data_read ON audit_personal_data;

ALTER TABLE audit_personal_data NO FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_personal_data DISABLE ROW LEVEL SECURITY;

REVOKE SELECT, INSERT ON audit_logs FROM platform_app;
REVOKE SELECT, INSERT ON audit_logs FROM platform_worker;
REVOKE SELECT ON audit_logs FROM platform_auditor;

DROP POLICY audit_logs_own ON audit_logs;
DROP POLICY audit_logs_all ON audit_logs;
DROP POLICY audit_logs_read ON audit_logs;

ALTER TABLE audit_logs NO FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_logs DISABLE ROW LEVEL SECURITY;

REVOKE SELECT ON withholding_codes FROM platform_app;
REVOKE SELECT ON withholding_codes FROM platform_worker;
REVOKE SELECT ON withholding_codes FROM platform_readonly;
REVOKE SELECT ON withholding_codes FROM platform_auditor;
REVOKE SELECT, UPDATE ON users FROM platform_app;
REVOKE SELECT, INSERT, UPDATE ON users FROM platform_worker;
REVOKE SELECT ON users FROM platform_auditor;

DROP POLICY users_own ON users;
DROP POLICY users_all ON users;
DROP POLICY users_read ON users;

ALTER TABLE users NO FORCE ROW LEVEL SECURITY;
ALTER TABLE users DISABLE ROW LEVEL SECURITY;

REVOKE SELECT ON kdv_rates FROM platform_app;
REVOKE SELECT ON kdv_rates FROM platform_worker;
REVOKE SELECT ON kdv_rates FROM platform_readonly;
REVOKE SELECT ON kdv_rates FROM platform_auditor;
REVOKE SELECT, UPDATE ON invoice_series FROM platform_app;
REVOKE SELECT, INSERT, UPDATE ON invoice_series FROM platform_worker;
REVOKE SELECT ON invoice_series FROM platform_readonly;
REVOKE SELECT ON invoice_series FROM platform_auditor;
REVOKE SELECT ON exemption_codes FROM platform_app;
REVOKE SELECT ON exemption_codes FROM platform_worker;
REVOKE SELECT ON exemption_codes FROM platform_readonly;
REVOKE SELECT ON exemption_codes FROM platform_auditor;
REVOKE SELECT ON enterprise_audit_log FROM platform_auditor;
REVOKE SELECT ON audit_chain_heads FROM platform_auditor;
