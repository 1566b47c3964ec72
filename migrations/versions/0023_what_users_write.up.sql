SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

REVOKE INSERT ON audit_personal_data FROM platform_app;

GRANT INSERT (commitment, subject_user_id, field, salt, value, erased_at) ON audit_personal_data TO platform_app;

REVOKE INSERT, UPDATE ON invoice_lines FROM platform_app;

GRANT INSERT (invoice_id, line_number, description, product_id, quantity, unit_code, unit_price, discount_rate, gross_cents, discount_cents, charge_cents, net_cents, allowance_share_cents, charge_share_cents, other_taxes, other_taxes_cents, other_taxes_in_base_cents, kdv_base_cents, kdv_rate, kdv_cents, exemption_code, exemption_reason, withholding_code, withholding_percent, withheld_cents, item_data) ON invoice_lines TO platform_app;
GRANT UPDATE (line_number, description, product_id, quantity, unit_code, unit_price, discount_rate, gross_cents, discount_cents, charge_cents, net_cents, allowance_share_cents, charge_share_cents, other_taxes, other_taxes_cents, other_taxes_in_base_cents, kdv_base_cents, kdv_rate, kdv_cents, exemption_code, exemption_reason, withholding_code, withholding_percent, withheld_cents, item_data) ON invoice_lines TO platform_app;

REVOKE INSERT, UPDATE ON invoice_tax_subtotals FROM platform_app;

GRANT INSERT (invoice_id, tax_code, rate, base_cents, amount_cents) ON invoice_tax_subtotals TO platform_app;
GRANT UPDATE (tax_code, rate, base_cents, amount_cents) ON invoice_tax_subtotals TO platform_app;

REVOKE INSERT, UPDATE ON invoice_withholdings FROM platform_app;

GRANT INSERT (invoice_id, code, percent, base_cents, amount_cents) ON invoice_withholdings TO platform_app;
GRANT UPDATE (code, percent, base_cents, amount_cents) ON invoice_withholdings TO platform_app;

REVOKE INSERT, UPDATE ON invoices FROM platform_app;

GRANT INSERT (user_id, license_id, order_id, return_of_invoice_id, type, type_code, profile, status, currency, exchange_rate, exchange_rate_date, exchange_rate_source, ettn, number, series, fiscal_year, sequence, issue_date, due_date, delivery_date, despatch_number, despatch_date, return_of_number, return_of_issue_date, issued_at, sent_at, viewed_at, paid_at, cancelled_at, cancellation_reason, rounding, tax_inclusive_prices, gross_cents, document_allowance_cents, document_charge_cents, allowance_cents, charge_cents, tax_exclusive_cents, kdv_cents, other_taxes_cents, tax_inclusive_cents, withheld_cents, deferred_kdv_cents, payable_cents, payable_try_cents, paid_cents, refunded_cents, issuer_title, issuer_first_name, issuer_family_name, issuer_tax_number, issuer_tax_number_kind, issuer_tax_office, issuer_address, issuer_district, issuer_city, customer_title, customer_first_name, customer_family_name, customer_tax_number, customer_tax_number_kind, customer_tax_office, customer_address, customer_district, customer_city, customer_country_code, customer_email, customer_phone, payment_iban, note, pdf_s3_key, profile_data, meta) ON invoices TO platform_app;
GRANT UPDATE (license_id, order_id, return_of_invoice_id, type, type_code, profile, status, currency, exchange_rate, exchange_rate_date, exchange_rate_source, ettn, number, series, fiscal_year, sequence, issue_date, due_date, delivery_date, despatch_number, despatch_date, return_of_number, return_of_issue_date, issued_at, sent_at, viewed_at, paid_at, cancelled_at, cancellation_reason, rounding, tax_inclusive_prices, gross_cents, document_allowance_cents, document_charge_cents, allowance_cents, charge_cents, tax_exclusive_cents, kdv_cents, other_taxes_cents, tax_inclusive_cents, withheld_cents, deferred_kdv_cents, payable_cents, payable_try_cents, paid_cents, refunded_cents, issuer_title, issuer_first_name, issuer_family_name, issuer_tax_number, issuer_tax_number_kind, issuer_tax_office, issuer_address, issuer_district, issuer_city, customer_title, customer_first_name, customer_family_name, customer_tax_number, customer_tax_number_kind, customer_tax_office, customer_address, customer_district, customer_city, customer_country_code, customer_email, customer_phone, payment_iban, note, pdf_s3_key, profile_data, meta, version) ON invoices TO platform_app;

REVOKE INSERT ON order_items FROM platform_app;

GRANT INSERT (order_id, product_id, unit_price_cents, total_price_cents, line_number, quantity, product_name, product_sku, product_image_url, kdv_rate, variant_attributes) ON order_items TO platform_app;

REVOKE INSERT, UPDATE ON order_transactions FROM platform_app;

GRANT INSERT (transaction_reference, order_id, buyer_id, amount_cents, currency, status, method, payment_method_id, gateway, gateway_transaction_id, gateway_reference, failure_code, failure_reason, gateway_response, paid_cents, refunded_cents, processed_at, confirmed_at) ON order_transactions TO platform_app;
GRANT UPDATE (transaction_reference, order_id, amount_cents, currency, status, method, payment_method_id, gateway, gateway_transaction_id, gateway_reference, failure_code, failure_reason, gateway_response, paid_cents, refunded_cents, processed_at, confirmed_at, version) ON order_transactions TO platform_app;

REVOKE INSERT, UPDATE ON orders FROM platform_app;

GRANT INSERT (order_number, buyer_id, subtotal_cents, total_cents, total_try_cents, status, currency, exchange_rate, exchange_rate_date, exchange_rate_source, cancellation_reason, shipping_email, shipping_state, shipping_postal_code, notes, tracking_number, courier, tax_cents, shipping_cents, discount_cents, confirmed_at, shipped_at, delivered_at, cancelled_at, estimated_delivery, shipping_name, shipping_phone, shipping_address, shipping_city, shipping_country, shipping_events) ON orders TO platform_app;
GRANT UPDATE (order_number, subtotal_cents, total_cents, total_try_cents, status, currency, exchange_rate, exchange_rate_date, exchange_rate_source, cancellation_reason, shipping_email, shipping_state, shipping_postal_code, notes, tracking_number, courier, tax_cents, shipping_cents, discount_cents, confirmed_at, shipped_at, delivered_at, cancelled_at, estimated_delivery, shipping_name, shipping_phone, shipping_address, shipping_city, shipping_country, shipping_events, version) ON orders TO platform_app;

REVOKE INSERT, UPDATE ON payment_methods FROM platform_app;

GRANT INSERT (buyer_id, method, is_default, is_active, card_brand, card_last_four, card_holder_name, bank_code, bank_name, holder_kind, gateway, gateway_token_hash, gateway_customer_id, card_exp_month, card_exp_year, holder_identity_encrypted, gateway_token_encrypted) ON payment_methods TO platform_app;
GRANT UPDATE (method, is_default, is_active, card_brand, card_last_four, card_holder_name, bank_code, bank_name, holder_kind, gateway, gateway_token_hash, gateway_customer_id, card_exp_month, card_exp_year, holder_identity_encrypted, gateway_token_encrypted, version) ON payment_methods TO platform_app;

REVOKE INSERT ON payments FROM platform_app;

GRANT INSERT (user_id, amount_cents, amount_try_cents, invoice_id, order_transaction_id, refunds_payment_id, kind, status, currency, provider, provider_ref, provider_payment_id, method, refunded_cents, fee_cents, exchange_rate, exchange_rate_date, exchange_rate_source, failure_code, failure_reason, refund_reason, paid_at, meta) ON payments TO platform_app;

REVOKE SELECT (cancellation_reason) ON invoices FROM platform_readonly;
REVOKE SELECT ON invoice_lines FROM platform_readonly;

GRANT SELECT (id, invoice_id, line_number, description, product_id, quantity, unit_code, unit_price, discount_rate, gross_cents, discount_cents, charge_cents, net_cents, allowance_share_cents, charge_share_cents, other_taxes, other_taxes_cents, other_taxes_in_base_cents, kdv_base_cents, kdv_rate, kdv_cents, exemption_code, exemption_reason, withholding_code, withholding_percent, withheld_cents) ON invoice_lines TO platform_readonly;

DROP TRIGGER invoices_record_insert ON invoices;

CREATE TRIGGER invoices_record_insert AFTER INSERT ON invoices REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('cancellation_reason', 'customer_address', 'customer_city', 'customer_country_code', 'customer_district', 'customer_email', 'customer_family_name', 'customer_first_name', 'customer_phone', 'customer_tax_number', 'customer_tax_number_kind', 'customer_tax_office', 'customer_title', 'issuer_address', 'issuer_city', 'issuer_district', 'issuer_family_name', 'issuer_first_name', 'issuer_tax_number', 'issuer_tax_number_kind', 'issuer_tax_office', 'issuer_title', 'meta', 'note', 'payment_iban', 'profile_data');

DROP TRIGGER invoices_record_update ON invoices;

CREATE TRIGGER invoices_record_update AFTER UPDATE ON invoices REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('cancellation_reason', 'customer_address', 'customer_city', 'customer_country_code', 'customer_district', 'customer_email', 'customer_family_name', 'customer_first_name', 'customer_phone', 'customer_tax_number', 'customer_tax_number_kind', 'customer_tax_office', 'customer_title', 'issuer_address', 'issuer_city', 'issuer_district', 'issuer_family_name', 'issuer_first_name', 'issuer_tax_number', 'issuer_tax_number_kind', 'issuer_tax_office', 'issuer_title', 'meta', 'note', 'payment_iban', 'profile_data');

DROP TRIGGER invoices_record_delete ON invoices;

CREATE TRIGGER invoices_record_delete AFTER DELETE ON invoices REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('cancellation_reason', 'customer_address', 'customer_city', 'customer_country_code', 'customer_district', 'customer_email', 'customer_family_name', 'customer_first_name', 'customer_phone', 'customer_tax_number', 'customer_tax_number_kind', 'customer_tax_office', 'customer_title', 'issuer_address', 'issuer_city', 'issuer_district', 'issuer_family_name', 'issuer_first_name', 'issuer_tax_number', 'issuer_tax_number_kind', 'issuer_tax_office', 'issuer_title', 'meta', 'note', 'payment_iban', 'profile_data');

DROP TRIGGER invoices_record_truncate ON invoices;

CREATE TRIGGER invoices_record_truncate AFTER TRUNCATE ON invoices FOR EACH STATEMENT EXECUTE FUNCTION record_row_change('cancellation_reason', 'customer_address', 'customer_city', 'customer_country_code', 'customer_district', 'customer_email', 'customer_family_name', 'customer_first_name', 'customer_phone', 'customer_tax_number', 'customer_tax_number_kind', 'customer_tax_office', 'customer_title', 'issuer_address', 'issuer_city', 'issuer_district', 'issuer_family_name', 'issuer_first_name', 'issuer_tax_number', 'issuer_tax_number_kind', 'issuer_tax_office', 'issuer_title', 'meta', 'note', 'payment_iban', 'profile_data');
