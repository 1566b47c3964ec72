SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

REVOKE INSERT ON audit_personal_data FROM platform_app;

GRANT INSERT ON audit_personal_data TO platform_app;

REVOKE INSERT, UPDATE ON invoice_lines FROM platform_app;

GRANT INSERT, UPDATE ON invoice_lines TO platform_app;

REVOKE INSERT, UPDATE ON invoice_tax_subtotals FROM platform_app;

GRANT INSERT, UPDATE ON invoice_tax_subtotals TO platform_app;

REVOKE INSERT, UPDATE ON invoice_withholdings FROM platform_app;

GRANT INSERT, UPDATE ON invoice_withholdings TO platform_app;

REVOKE INSERT, UPDATE ON invoices FROM platform_app;

GRANT INSERT, UPDATE ON invoices TO platform_app;

REVOKE INSERT ON order_items FROM platform_app;

GRANT INSERT ON order_items TO platform_app;

REVOKE INSERT, UPDATE ON order_transactions FROM platform_app;

GRANT INSERT, UPDATE ON order_transactions TO platform_app;

REVOKE INSERT, UPDATE ON orders FROM platform_app;

GRANT INSERT, UPDATE ON orders TO platform_app;

REVOKE INSERT, UPDATE ON payment_methods FROM platform_app;

GRANT INSERT, UPDATE ON payment_methods TO platform_app;

REVOKE INSERT ON payments FROM platform_app;

GRANT INSERT ON payments TO platform_app;
GRANT SELECT (cancellation_reason) ON invoices TO platform_readonly;

REVOKE SELECT ON invoice_lines FROM platform_readonly;

GRANT SELECT ON invoice_lines TO platform_readonly;

DROP TRIGGER invoices_record_insert ON invoices;

CREATE TRIGGER invoices_record_insert AFTER INSERT ON invoices REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('customer_address', 'customer_city', 'customer_country_code', 'customer_district', 'customer_email', 'customer_family_name', 'customer_first_name', 'customer_phone', 'customer_tax_number', 'customer_tax_number_kind', 'customer_tax_office', 'customer_title', 'issuer_address', 'issuer_city', 'issuer_district', 'issuer_family_name', 'issuer_first_name', 'issuer_tax_number', 'issuer_tax_number_kind', 'issuer_tax_office', 'issuer_title', 'meta', 'note', 'payment_iban', 'profile_data');

DROP TRIGGER invoices_record_update ON invoices;

CREATE TRIGGER invoices_record_update AFTER UPDATE ON invoices REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('customer_address', 'customer_city', 'customer_country_code', 'customer_district', 'customer_email', 'customer_family_name', 'customer_first_name', 'customer_phone', 'customer_tax_number', 'customer_tax_number_kind', 'customer_tax_office', 'customer_title', 'issuer_address', 'issuer_city', 'issuer_district', 'issuer_family_name', 'issuer_first_name', 'issuer_tax_number', 'issuer_tax_number_kind', 'issuer_tax_office', 'issuer_title', 'meta', 'note', 'payment_iban', 'profile_data');

DROP TRIGGER invoices_record_delete ON invoices;

CREATE TRIGGER invoices_record_delete AFTER DELETE ON invoices REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('customer_address', 'customer_city', 'customer_country_code', 'customer_district', 'customer_email', 'customer_family_name', 'customer_first_name', 'customer_phone', 'customer_tax_number', 'customer_tax_number_kind', 'customer_tax_office', 'customer_title', 'issuer_address', 'issuer_city', 'issuer_district', 'issuer_family_name', 'issuer_first_name', 'issuer_tax_number', 'issuer_tax_number_kind', 'issuer_tax_office', 'issuer_title', 'meta', 'note', 'payment_iban', 'profile_data');

DROP TRIGGER invoices_record_truncate ON invoices;

CREATE TRIGGER invoices_record_truncate AFTER TRUNCATE ON invoices FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('customer_address', 'customer_city', 'customer_country_code', 'customer_district', 'customer_email', 'customer_family_name', 'customer_first_name', 'customer_phone', 'customer_tax_number', 'customer_tax_number_kind', 'customer_tax_office', 'customer_title', 'issuer_address', 'issuer_city', 'issuer_district', 'issuer_family_name', 'issuer_first_name', 'issuer_tax_number', 'issuer_tax_number_kind', 'issuer_tax_office', 'issuer_title', 'meta', 'note', 'payment_iban', 'profile_data');
