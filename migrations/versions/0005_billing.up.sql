SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

CREATE TABLE invoice_series (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    series TEXT COLLATE "C" NOT NULL,
    fiscal_year INTEGER NOT NULL,
    last_sequence INTEGER DEFAULT 0 NOT NULL,
    last_issue_date DATE,
    description TEXT,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_invoice_series PRIMARY KEY (id),
    CONSTRAINT uq_invoice_series_series_fiscal_year UNIQUE (series, fiscal_year),
    CONSTRAINT ck_invoice_series_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_invoice_series_version_positive CHECK (version > 0),
    CONSTRAINT ck_invoice_series_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_invoice_series_series_format CHECK (series ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT ck_invoice_series_fiscal_year_valid CHECK (fiscal_year >= 2005 AND fiscal_year <= 2099),
    CONSTRAINT ck_invoice_series_last_sequence_valid CHECK (last_sequence >= 0 AND last_sequence <= 999999999),
    CONSTRAINT ck_invoice_series_last_issue_date_finite CHECK (last_issue_date BETWEEN DATE '2005-01-01' AND DATE '2099-12-31'),
    CONSTRAINT ck_invoice_series_description_length CHECK (char_length(description) BETWEEN 1 AND 200),
    CONSTRAINT ck_invoice_series_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ck_invoice_series_used_has_date CHECK ((last_sequence = 0) = (last_issue_date IS NULL)),
    CONSTRAINT ck_invoice_series_date_in_fiscal_year CHECK (extract(year FROM last_issue_date) = fiscal_year)
);

CREATE TABLE invoices (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    user_id BIGINT NOT NULL,
    license_id BIGINT,
    order_id BIGINT,
    return_of_invoice_id BIGINT,
    type invoice_type DEFAULT 'one_time' NOT NULL,
    type_code invoice_type_code DEFAULT 'SATIS' NOT NULL,
    profile invoice_profile NOT NULL,
    status invoice_status DEFAULT 'draft' NOT NULL,
    currency currency DEFAULT 'TRY' NOT NULL,
    exchange_rate NUMERIC,
    exchange_rate_date DATE,
    exchange_rate_source TEXT,
    ettn UUID DEFAULT gen_random_uuid() NOT NULL,
    number TEXT COLLATE "C",
    series TEXT COLLATE "C",
    fiscal_year INTEGER,
    sequence INTEGER,
    issue_date DATE NOT NULL,
    due_date DATE,
    delivery_date DATE,
    despatch_number TEXT,
    despatch_date DATE,
    return_of_number TEXT COLLATE "C",
    return_of_issue_date DATE,
    issued_at TIMESTAMP WITH TIME ZONE,
    sent_at TIMESTAMP WITH TIME ZONE,
    viewed_at TIMESTAMP WITH TIME ZONE,
    paid_at TIMESTAMP WITH TIME ZONE,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    cancellation_reason TEXT,
    rounding invoice_rounding DEFAULT 'line' NOT NULL,
    tax_inclusive_prices BOOLEAN DEFAULT false NOT NULL,
    gross_cents BIGINT NOT NULL,
    document_allowance_cents BIGINT DEFAULT 0 NOT NULL,
    document_charge_cents BIGINT DEFAULT 0 NOT NULL,
    allowance_cents BIGINT DEFAULT 0 NOT NULL,
    charge_cents BIGINT DEFAULT 0 NOT NULL,
    tax_exclusive_cents BIGINT NOT NULL,
    kdv_cents BIGINT NOT NULL,
    other_taxes_cents BIGINT DEFAULT 0 NOT NULL,
    tax_inclusive_cents BIGINT NOT NULL,
    withheld_cents BIGINT DEFAULT 0 NOT NULL,
    deferred_kdv_cents BIGINT DEFAULT 0 NOT NULL,
    payable_cents BIGINT NOT NULL,
    payable_try_cents BIGINT NOT NULL,
    paid_cents BIGINT DEFAULT 0 NOT NULL,
    refunded_cents BIGINT DEFAULT 0 NOT NULL,
    issuer_title TEXT NOT NULL,
    issuer_first_name TEXT,
    issuer_family_name TEXT,
    issuer_tax_number TEXT NOT NULL,
    issuer_tax_number_kind tax_number_kind NOT NULL,
    issuer_tax_office TEXT NOT NULL,
    issuer_address TEXT NOT NULL,
    issuer_district TEXT NOT NULL,
    issuer_city TEXT NOT NULL,
    customer_title TEXT NOT NULL,
    customer_first_name TEXT,
    customer_family_name TEXT,
    customer_tax_number TEXT,
    customer_tax_number_kind tax_number_kind,
    customer_tax_office TEXT,
    customer_address TEXT NOT NULL,
    customer_district TEXT NOT NULL,
    customer_city TEXT NOT NULL,
    customer_country_code TEXT DEFAULT 'TR' NOT NULL,
    customer_email TEXT,
    customer_phone TEXT,
    payment_iban TEXT,
    note TEXT,
    pdf_s3_key TEXT,
    profile_data JSONB DEFAULT '{}' NOT NULL,
    meta JSONB DEFAULT '{}' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_invoices PRIMARY KEY (id),
    CONSTRAINT uq_invoices_ettn UNIQUE (ettn),
    CONSTRAINT uq_invoices_id_user_id_currency UNIQUE (id, user_id, currency),
    CONSTRAINT uq_invoices_number UNIQUE (number),
    CONSTRAINT uq_invoices_series_fiscal_year_sequence UNIQUE (series, fiscal_year, sequence),
    CONSTRAINT ck_invoices_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_invoices_version_positive CHECK (version > 0),
    CONSTRAINT ck_invoices_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_invoices_exchange_rate_valid CHECK (exchange_rate > 0 AND exchange_rate < 1000000000 AND scale(exchange_rate) <= 6),
    CONSTRAINT ck_invoices_exchange_rate_date_finite CHECK (exchange_rate_date BETWEEN DATE '2005-01-01' AND DATE '2099-12-31'),
    CONSTRAINT ck_invoices_exchange_rate_source_length CHECK (char_length(exchange_rate_source) BETWEEN 1 AND 50),
    CONSTRAINT ck_invoices_number_format CHECK (number ~ '^[A-Z0-9]{3}20[0-9]{2}[0-9]{9}$'),
    CONSTRAINT ck_invoices_sequence_valid CHECK (sequence >= 1 AND sequence <= 999999999),
    CONSTRAINT ck_invoices_issue_date_finite CHECK (issue_date BETWEEN DATE '2005-01-01' AND DATE '2099-12-31'),
    CONSTRAINT ck_invoices_due_date_finite CHECK (due_date BETWEEN DATE '2005-01-01' AND DATE '2099-12-31'),
    CONSTRAINT ck_invoices_delivery_date_finite CHECK (delivery_date BETWEEN DATE '2005-01-01' AND DATE '2099-12-31'),
    CONSTRAINT ck_invoices_despatch_number_length CHECK (char_length(despatch_number) BETWEEN 1 AND 50),
    CONSTRAINT ck_invoices_despatch_date_finite CHECK (despatch_date BETWEEN DATE '2005-01-01' AND DATE '2099-12-31'),
    CONSTRAINT ck_invoices_return_of_number_format CHECK (return_of_number ~ '^[A-Z0-9]{16}$'),
    CONSTRAINT ck_invoices_return_of_issue_date_finite CHECK (return_of_issue_date BETWEEN DATE '2005-01-01' AND DATE '2099-12-31'),
    CONSTRAINT ck_invoices_issued_at_finite CHECK (issued_at >= to_timestamp(946684800) AND issued_at < to_timestamp(4102444800)),
    CONSTRAINT ck_invoices_sent_at_finite CHECK (sent_at >= to_timestamp(946684800) AND sent_at < to_timestamp(4102444800)),
    CONSTRAINT ck_invoices_viewed_at_finite CHECK (viewed_at >= to_timestamp(946684800) AND viewed_at < to_timestamp(4102444800)),
    CONSTRAINT ck_invoices_paid_at_finite CHECK (paid_at >= to_timestamp(946684800) AND paid_at < to_timestamp(4102444800)),
    CONSTRAINT ck_invoices_cancelled_at_finite CHECK (cancelled_at >= to_timestamp(946684800) AND cancelled_at < to_timestamp(4102444800)),
    CONSTRAINT ck_invoices_cancellation_reason_length CHECK (char_length(cancellation_reason) BETWEEN 1 AND 500),
    CONSTRAINT ck_invoices_amount_non_negative CHECK ((gross_cents >= 0) AND (document_allowance_cents >= 0) AND (document_charge_cents >= 0) AND (allowance_cents >= 0) AND (charge_cents >= 0) AND (tax_exclusive_cents >= 0) AND (kdv_cents >= 0) AND (other_taxes_cents >= 0) AND (withheld_cents >= 0) AND (deferred_kdv_cents >= 0) AND (payable_try_cents >= 0)),
    CONSTRAINT ck_invoices_total_positive CHECK ((tax_inclusive_cents >= 0) AND (payable_cents >= 0)),
    CONSTRAINT ck_invoices_issuer_title_length CHECK (char_length(issuer_title) BETWEEN 1 AND 255),
    CONSTRAINT ck_invoices_issuer_first_name_length CHECK (char_length(issuer_first_name) BETWEEN 1 AND 100),
    CONSTRAINT ck_invoices_issuer_family_name_length CHECK (char_length(issuer_family_name) BETWEEN 1 AND 100),
    CONSTRAINT ck_invoices_issuer_tax_office_length CHECK (char_length(issuer_tax_office) BETWEEN 1 AND 100),
    CONSTRAINT ck_invoices_issuer_address_length CHECK (char_length(issuer_address) BETWEEN 1 AND 1000),
    CONSTRAINT ck_invoices_issuer_district_length CHECK (char_length(issuer_district) BETWEEN 1 AND 100),
    CONSTRAINT ck_invoices_issuer_city_length CHECK (char_length(issuer_city) BETWEEN 1 AND 100),
    CONSTRAINT ck_invoices_customer_title_length CHECK (char_length(customer_title) BETWEEN 1 AND 255),
    CONSTRAINT ck_invoices_customer_first_name_length CHECK (char_length(customer_first_name) BETWEEN 1 AND 100),
    CONSTRAINT ck_invoices_customer_family_name_length CHECK (char_length(customer_family_name) BETWEEN 1 AND 100),
    CONSTRAINT ck_invoices_customer_tax_office_length CHECK (char_length(customer_tax_office) BETWEEN 1 AND 100),
    CONSTRAINT ck_invoices_customer_address_length CHECK (char_length(customer_address) BETWEEN 1 AND 1000),
    CONSTRAINT ck_invoices_customer_district_length CHECK (char_length(customer_district) BETWEEN 1 AND 100),
    CONSTRAINT ck_invoices_customer_city_length CHECK (char_length(customer_city) BETWEEN 1 AND 100),
    CONSTRAINT ck_invoices_customer_country_code_format CHECK (customer_country_code ~ '^[A-Z]{2}$'),
    CONSTRAINT ck_invoices_customer_email_length CHECK (char_length(customer_email) BETWEEN 1 AND 254),
    CONSTRAINT ck_invoices_customer_phone_format CHECK (customer_phone ~ '^\+(90(5[0-9]{2}|[234][0-9]{2}|800|850)[0-9]{7}|([1-8][0-9]|9[1-9])[0-9]{5,13})$'),
    CONSTRAINT ck_invoices_payment_iban_format CHECK (payment_iban ~ '^TR[0-9]{7}[A-Z0-9]{17}$'),
    CONSTRAINT ck_invoices_note_length CHECK (char_length(note) BETWEEN 1 AND 4000),
    CONSTRAINT ck_invoices_pdf_s3_key_length CHECK (char_length(pdf_s3_key) BETWEEN 1 AND 1024),
    CONSTRAINT ck_invoices_profile_data_object CHECK (jsonb_typeof(profile_data) = 'object'),
    CONSTRAINT ck_invoices_profile_data_size CHECK (octet_length(profile_data::text) <= 65536),
    CONSTRAINT ck_invoices_meta_object CHECK (jsonb_typeof(meta) = 'object'),
    CONSTRAINT ck_invoices_meta_size CHECK (octet_length(meta::text) <= 65536),
    CONSTRAINT ck_invoices_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ck_invoices_document_allowance_within_allowance CHECK (document_allowance_cents <= allowance_cents),
    CONSTRAINT ck_invoices_document_charge_within_charge CHECK (document_charge_cents <= charge_cents),
    CONSTRAINT ck_invoices_tax_exclusive_is_sum CHECK (tax_exclusive_cents = gross_cents::numeric - allowance_cents + charge_cents),
    CONSTRAINT ck_invoices_total_is_sum CHECK (tax_inclusive_cents = tax_exclusive_cents::numeric + kdv_cents + other_taxes_cents),
    CONSTRAINT ck_invoices_payable_is_sum CHECK (payable_cents = tax_inclusive_cents::numeric - withheld_cents - deferred_kdv_cents),
    CONSTRAINT ck_invoices_withheld_within_kdv CHECK (withheld_cents::numeric + deferred_kdv_cents <= kdv_cents),
    CONSTRAINT ck_invoices_deferred_kdv_only_export_registered CHECK (deferred_kdv_cents = 0 OR type_code = 'IHRACKAYITLI'),
    CONSTRAINT ck_invoices_withheld_type CHECK (withheld_cents = 0 OR type_code IN ('TEVKIFAT', 'YTBTEVKIFAT', 'IADE', 'YTBIADE', 'SGK', 'SARJ', 'SARJANLIK')),
    CONSTRAINT ck_invoices_currency_policy CHECK ((currency = 'TRY') = (exchange_rate IS NULL) AND (exchange_rate IS NULL) = (exchange_rate_date IS NULL) AND (exchange_rate IS NULL) = (exchange_rate_source IS NULL)),
    CONSTRAINT ck_invoices_payable_try_is_converted CHECK (payable_try_cents = round(payable_cents * coalesce(exchange_rate, 1))),
    CONSTRAINT ck_invoices_paid_within_payable CHECK (refunded_cents >= 0 AND paid_cents >= refunded_cents AND paid_cents::numeric - refunded_cents <= payable_cents),
    CONSTRAINT ck_invoices_status_matches_payments CHECK (CASE status WHEN 'paid' THEN paid_cents::numeric - refunded_cents = payable_cents WHEN 'partial' THEN paid_cents > refunded_cents AND paid_cents::numeric - refunded_cents < payable_cents WHEN 'refunded' THEN paid_cents > 0 AND refunded_cents = paid_cents WHEN 'cancelled' THEN refunded_cents = paid_cents ELSE paid_cents = 0 END),
    CONSTRAINT ck_invoices_number_is_series_year_sequence CHECK (number = series || fiscal_year || lpad(sequence::text, 9, '0')),
    CONSTRAINT ck_invoices_numbered_when_issued CHECK (num_nonnulls(number, series, fiscal_year, sequence, issued_at) = CASE status WHEN 'draft' THEN 0 ELSE 5 END),
    CONSTRAINT ck_invoices_issue_date_in_fiscal_year CHECK (extract(year FROM issue_date) = fiscal_year),
    CONSTRAINT ck_invoices_due_after_issued CHECK (due_date >= issue_date),
    CONSTRAINT ck_invoices_sent_after_issued CHECK (sent_at IS NULL OR (issued_at IS NOT NULL AND sent_at >= issued_at)),
    CONSTRAINT ck_invoices_viewed_after_sent CHECK (viewed_at IS NULL OR (sent_at IS NOT NULL AND viewed_at >= sent_at)),
    CONSTRAINT ck_invoices_sent_at_matches_status CHECK (CASE status WHEN 'sent' THEN sent_at IS NOT NULL WHEN 'viewed' THEN viewed_at IS NOT NULL ELSE true END),
    CONSTRAINT ck_invoices_overdue_has_due_date CHECK (status <> 'overdue' OR due_date IS NOT NULL),
    CONSTRAINT ck_invoices_cancelled_at_matches_status CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)),
    CONSTRAINT ck_invoices_cancelled_has_reason CHECK ((cancelled_at IS NULL) = (cancellation_reason IS NULL)),
    CONSTRAINT ck_invoices_paid_at_matches_status CHECK (status <> 'paid' OR paid_at IS NOT NULL),
    CONSTRAINT ck_invoices_return_has_original CHECK (return_of_invoice_id IS NULL OR type_code IN ('IADE', 'TEVKIFATIADE', 'YTBIADE', 'YTBTEVKIFATIADE')),
    CONSTRAINT ck_invoices_return_of_another CHECK (return_of_invoice_id <> id),
    CONSTRAINT ck_invoices_despatch_has_number CHECK ((despatch_number IS NULL) = (despatch_date IS NULL)),
    CONSTRAINT ck_invoices_profile_admits_type CHECK (CASE WHEN profile = 'ENERJI' OR type_code IN ('SARJ', 'SARJANLIK') THEN profile = 'ENERJI' AND type_code IN ('SARJ', 'SARJANLIK') WHEN type_code IN ('TEKNOLOJIDESTEK', 'YTBSATIS', 'YTBIADE', 'YTBISTISNA', 'YTBTEVKIFAT', 'YTBTEVKIFATIADE') THEN profile = 'EARSIVFATURA' WHEN profile = 'YATIRIMTESVIK' THEN type_code IN ('SATIS', 'ISTISNA', 'IADE', 'TEVKIFAT', 'TEVKIFATIADE') WHEN profile = 'ILAC_TIBBICIHAZ' THEN type_code IN ('SATIS', 'ISTISNA', 'TEVKIFAT', 'TEVKIFATIADE', 'IADE', 'IHRACKAYITLI') WHEN profile = 'IDIS' THEN type_code IN ('SATIS', 'ISTISNA', 'TEVKIFAT', 'TEVKIFATIADE', 'IADE', 'IHRACKAYITLI') WHEN type_code = 'IADE' THEN profile IN ('TEMELFATURA', 'EARSIVFATURA', 'KAMU') ELSE true END),
    CONSTRAINT ck_invoices_issuer_tax_number_format CHECK (issuer_tax_number = '[anonymised]' OR (issuer_tax_number ~ CASE issuer_tax_number_kind WHEN 'vkn' THEN '^[0-9]{10}$' ELSE '^[1-9][0-9]{9}[02468]$' END AND issuer_tax_number <> '11111111111')),
    CONSTRAINT ck_invoices_customer_tax_number_format CHECK (customer_tax_number = '[anonymised]' OR customer_tax_number ~ CASE customer_tax_number_kind WHEN 'vkn' THEN '^[0-9]{10}$' ELSE '^([1-9][0-9]{9}[02468]|11111111111)$' END),
    CONSTRAINT ck_invoices_customer_tax_number_has_kind CHECK ((customer_tax_number IS NULL) = (customer_tax_number_kind IS NULL)),
    CONSTRAINT ck_invoices_customer_identified CHECK (customer_tax_number IS NOT NULL OR customer_country_code <> 'TR'),
    CONSTRAINT ck_invoices_customer_vkn_has_tax_office CHECK (customer_tax_number_kind <> 'vkn' OR customer_tax_office IS NOT NULL),
    CONSTRAINT ck_invoices_final_consumer_is_e_archive CHECK (customer_tax_number <> '11111111111' OR profile = 'EARSIVFATURA'),
    CONSTRAINT ck_invoices_issuer_tckn_has_person CHECK (issuer_tax_number_kind <> 'tckn' OR num_nonnulls(issuer_first_name, issuer_family_name) = 2),
    CONSTRAINT ck_invoices_customer_tckn_has_person CHECK (customer_tax_number_kind <> 'tckn' OR num_nonnulls(customer_first_name, customer_family_name) = 2),
    CONSTRAINT ck_invoices_public_buyer_has_iban CHECK (profile <> 'KAMU' OR payment_iban IS NOT NULL)
);

CREATE TABLE invoice_lines (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    invoice_id BIGINT NOT NULL,
    line_number INTEGER NOT NULL,
    description TEXT NOT NULL,
    product_id BIGINT,
    quantity NUMERIC NOT NULL,
    unit_code TEXT DEFAULT 'C62' NOT NULL,
    unit_price NUMERIC NOT NULL,
    discount_rate NUMERIC,
    gross_cents BIGINT NOT NULL,
    discount_cents BIGINT DEFAULT 0 NOT NULL,
    charge_cents BIGINT DEFAULT 0 NOT NULL,
    net_cents BIGINT NOT NULL,
    allowance_share_cents BIGINT DEFAULT 0 NOT NULL,
    charge_share_cents BIGINT DEFAULT 0 NOT NULL,
    other_taxes JSONB DEFAULT '[]' NOT NULL,
    other_taxes_cents BIGINT DEFAULT 0 NOT NULL,
    other_taxes_in_base_cents BIGINT DEFAULT 0 NOT NULL,
    kdv_base_cents BIGINT NOT NULL,
    kdv_rate NUMERIC DEFAULT 20 NOT NULL,
    kdv_cents BIGINT NOT NULL,
    exemption_code TEXT,
    exemption_reason TEXT,
    withholding_code TEXT,
    withholding_percent INTEGER,
    withheld_cents BIGINT DEFAULT 0 NOT NULL,
    item_data JSONB DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_invoice_lines PRIMARY KEY (id),
    CONSTRAINT uq_invoice_lines_invoice_id_line_number UNIQUE (invoice_id, line_number),
    CONSTRAINT ck_invoice_lines_line_number_positive CHECK (line_number > 0),
    CONSTRAINT ck_invoice_lines_description_length CHECK (char_length(description) BETWEEN 1 AND 500),
    CONSTRAINT ck_invoice_lines_quantity_positive CHECK (quantity > 0 AND quantity < 1000000000000000000 AND scale(quantity) <= 8),
    CONSTRAINT ck_invoice_lines_unit_code_format CHECK (unit_code ~ '^[A-Z0-9]{1,3}$'),
    CONSTRAINT ck_invoice_lines_unit_price_valid CHECK (unit_price >= 0 AND unit_price < 1000000000000000000 AND scale(unit_price) <= 8),
    CONSTRAINT ck_invoice_lines_discount_rate_valid CHECK (discount_rate >= 0 AND discount_rate <= 100 AND scale(discount_rate) <= 4),
    CONSTRAINT ck_invoice_lines_amount_non_negative CHECK ((gross_cents >= 0) AND (discount_cents >= 0) AND (charge_cents >= 0) AND (net_cents >= 0) AND (allowance_share_cents >= 0) AND (charge_share_cents >= 0) AND (other_taxes_cents >= 0) AND (other_taxes_in_base_cents >= 0) AND (kdv_base_cents >= 0) AND (kdv_cents >= 0) AND (withheld_cents >= 0)),
    CONSTRAINT ck_invoice_lines_other_taxes_array CHECK (jsonb_typeof(other_taxes) = 'array'),
    CONSTRAINT ck_invoice_lines_other_taxes_size CHECK (octet_length(other_taxes::text) <= 65536),
    CONSTRAINT ck_invoice_lines_tax_rate_valid CHECK (kdv_rate >= 0 AND kdv_rate <= 100 AND scale(kdv_rate) <= 2),
    CONSTRAINT ck_invoice_lines_exemption_code_format CHECK (exemption_code ~ '^[0-9]{3}$'),
    CONSTRAINT ck_invoice_lines_exemption_reason_length CHECK (char_length(exemption_reason) BETWEEN 1 AND 500),
    CONSTRAINT ck_invoice_lines_withholding_code_format CHECK (withholding_code ~ '^[68][0-9]{2}$'),
    CONSTRAINT ck_invoice_lines_withholding_percent_valid CHECK (withholding_percent >= 10 AND withholding_percent <= 100 AND withholding_percent % 10 = 0),
    CONSTRAINT ck_invoice_lines_item_data_object CHECK (jsonb_typeof(item_data) = 'object'),
    CONSTRAINT ck_invoice_lines_item_data_size CHECK (octet_length(item_data::text) <= 65536),
    CONSTRAINT ck_invoice_lines_net_is_sum CHECK (net_cents = gross_cents::numeric - discount_cents + charge_cents),
    CONSTRAINT ck_invoice_lines_other_taxes_listed CHECK (other_taxes_cents = 0 OR other_taxes <> '[]'),
    CONSTRAINT ck_invoice_lines_in_base_within_other_taxes CHECK (other_taxes_in_base_cents <= other_taxes_cents),
    CONSTRAINT ck_invoice_lines_kdv_base_is_sum CHECK (kdv_base_cents = net_cents::numeric - allowance_share_cents + charge_share_cents + other_taxes_in_base_cents),
    CONSTRAINT ck_invoice_lines_kdv_is_rate_of_base CHECK (abs(kdv_cents - kdv_base_cents * kdv_rate * 0.01) < 1.5),
    CONSTRAINT ck_invoice_lines_exemption_reason_has_code CHECK (exemption_reason IS NULL OR exemption_code IS NOT NULL),
    CONSTRAINT ck_invoice_lines_withholding_has_percent CHECK ((withholding_code IS NULL) = (withholding_percent IS NULL) AND (withholding_code IS NOT NULL OR withheld_cents = 0)),
    CONSTRAINT ck_invoice_lines_withheld_is_share_of_kdv CHECK (withheld_cents <= kdv_cents AND (withheld_cents = 0 OR abs(withheld_cents - kdv_cents::numeric * withholding_percent * 0.01) < 1.5))
);

CREATE TABLE invoice_tax_subtotals (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    invoice_id BIGINT NOT NULL,
    tax_code TEXT DEFAULT '0015' NOT NULL,
    rate NUMERIC,
    base_cents BIGINT NOT NULL,
    amount_cents BIGINT NOT NULL,
    CONSTRAINT pk_invoice_tax_subtotals PRIMARY KEY (id),
    CONSTRAINT uq_invoice_tax_subtotals_invoice_id_tax_code_rate UNIQUE NULLS NOT DISTINCT (invoice_id, tax_code, rate),
    CONSTRAINT ck_invoice_tax_subtotals_tax_code_format CHECK (tax_code ~ '^[0-9]{4}$'),
    CONSTRAINT ck_invoice_tax_subtotals_tax_rate_valid CHECK (rate >= 0 AND rate <= 100000 AND scale(rate) <= 4),
    CONSTRAINT ck_invoice_tax_subtotals_amount_non_negative CHECK ((base_cents >= 0) AND (amount_cents >= 0)),
    CONSTRAINT ck_invoice_tax_subtotals_kdv_has_rate CHECK (tax_code <> '0015' OR (rate IS NOT NULL AND rate <= 100))
);

CREATE TABLE invoice_withholdings (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    invoice_id BIGINT NOT NULL,
    code TEXT NOT NULL,
    percent INTEGER NOT NULL,
    base_cents BIGINT NOT NULL,
    amount_cents BIGINT NOT NULL,
    CONSTRAINT pk_invoice_withholdings PRIMARY KEY (id),
    CONSTRAINT uq_invoice_withholdings_invoice_id_code UNIQUE (invoice_id, code),
    CONSTRAINT ck_invoice_withholdings_code_format CHECK (code ~ '^[68][0-9]{2}$'),
    CONSTRAINT ck_invoice_withholdings_percent_valid CHECK (percent >= 10 AND percent <= 100 AND percent % 10 = 0),
    CONSTRAINT ck_invoice_withholdings_base_positive CHECK (base_cents > 0),
    CONSTRAINT ck_invoice_withholdings_amount_within_base CHECK (amount_cents BETWEEN 0 AND base_cents)
);

CREATE TABLE payments (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    user_id BIGINT NOT NULL,
    amount_cents BIGINT NOT NULL,
    amount_try_cents BIGINT NOT NULL,
    invoice_id BIGINT,
    order_transaction_id BIGINT,
    refunds_payment_id BIGINT,
    kind payment_kind DEFAULT 'charge' NOT NULL,
    status payment_status DEFAULT 'pending' NOT NULL,
    currency currency DEFAULT 'TRY' NOT NULL,
    provider TEXT COLLATE "C" NOT NULL,
    provider_ref TEXT COLLATE "C" NOT NULL,
    provider_payment_id TEXT COLLATE "C",
    method payment_method,
    refunded_cents BIGINT DEFAULT 0 NOT NULL,
    fee_cents BIGINT DEFAULT 0 NOT NULL,
    exchange_rate NUMERIC,
    exchange_rate_date DATE,
    exchange_rate_source TEXT,
    failure_code TEXT,
    failure_reason TEXT,
    refund_reason TEXT,
    paid_at TIMESTAMP WITH TIME ZONE,
    meta JSONB DEFAULT '{}' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_payments PRIMARY KEY (id),
    CONSTRAINT uq_payments_id_user_id_currency UNIQUE (id, user_id, currency),
    CONSTRAINT uq_payments_provider_provider_payment_id UNIQUE (provider, provider_payment_id),
    CONSTRAINT uq_payments_provider_provider_ref UNIQUE (provider, provider_ref),
    CONSTRAINT ck_payments_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_payments_version_positive CHECK (version > 0),
    CONSTRAINT ck_payments_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_payments_amount_positive CHECK (amount_cents > 0),
    CONSTRAINT ck_payments_provider_length CHECK (char_length(provider) BETWEEN 1 AND 50),
    CONSTRAINT ck_payments_provider_ref_length CHECK (char_length(provider_ref) BETWEEN 1 AND 255),
    CONSTRAINT ck_payments_provider_payment_id_length CHECK (char_length(provider_payment_id) BETWEEN 1 AND 255),
    CONSTRAINT ck_payments_exchange_rate_valid CHECK (exchange_rate > 0 AND exchange_rate < 1000000000 AND scale(exchange_rate) <= 6),
    CONSTRAINT ck_payments_exchange_rate_date_finite CHECK (exchange_rate_date BETWEEN DATE '2005-01-01' AND DATE '2099-12-31'),
    CONSTRAINT ck_payments_exchange_rate_source_length CHECK (char_length(exchange_rate_source) BETWEEN 1 AND 50),
    CONSTRAINT ck_payments_failure_code_length CHECK (char_length(failure_code) BETWEEN 1 AND 50),
    CONSTRAINT ck_payments_failure_reason_length CHECK (char_length(failure_reason) BETWEEN 1 AND 1000),
    CONSTRAINT ck_payments_refund_reason_length CHECK (char_length(refund_reason) BETWEEN 1 AND 500),
    CONSTRAINT ck_payments_paid_at_finite CHECK (paid_at >= to_timestamp(946684800) AND paid_at < to_timestamp(4102444800)),
    CONSTRAINT ck_payments_meta_object CHECK (jsonb_typeof(meta) = 'object'),
    CONSTRAINT ck_payments_meta_size CHECK (octet_length(meta::text) <= 65536),
    CONSTRAINT ck_payments_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ck_payments_one_purpose CHECK (num_nonnulls(invoice_id, order_transaction_id) = 1),
    CONSTRAINT ck_payments_refund_has_charge CHECK ((kind = 'refund') = (refunds_payment_id IS NOT NULL)),
    CONSTRAINT ck_payments_refund_has_reason CHECK (kind <> 'refund' OR refund_reason IS NOT NULL),
    CONSTRAINT ck_payments_refund_status CHECK (kind <> 'refund' OR status NOT IN ('refunded', 'partial_refund', 'disputed')),
    CONSTRAINT ck_payments_refunded_matches_status CHECK (CASE status WHEN 'refunded' THEN refunded_cents = amount_cents WHEN 'partial_refund' THEN refunded_cents > 0 AND refunded_cents < amount_cents WHEN 'disputed' THEN refunded_cents BETWEEN 0 AND amount_cents ELSE refunded_cents = 0 END),
    CONSTRAINT ck_payments_fee_within_amount CHECK (fee_cents BETWEEN 0 AND amount_cents),
    CONSTRAINT ck_payments_currency_policy CHECK ((currency = 'TRY') = (exchange_rate IS NULL) AND (exchange_rate IS NULL) = (exchange_rate_date IS NULL) AND (exchange_rate IS NULL) = (exchange_rate_source IS NULL)),
    CONSTRAINT ck_payments_amount_try_is_converted CHECK (amount_try_cents = round(amount_cents * coalesce(exchange_rate, 1))),
    CONSTRAINT ck_payments_completed_has_paid_at CHECK (status NOT IN ('completed', 'refunded', 'partial_refund', 'disputed') OR paid_at IS NOT NULL),
    CONSTRAINT ck_payments_failed_has_code CHECK ((status = 'failed') = (failure_code IS NOT NULL))
);

ALTER TABLE invoices ADD CONSTRAINT fk_invoices_license_id_licenses FOREIGN KEY (license_id, user_id) REFERENCES licenses (id, user_id) ON DELETE RESTRICT;
ALTER TABLE invoices ADD CONSTRAINT fk_invoices_order_id_orders FOREIGN KEY (order_id, user_id, currency) REFERENCES orders (id, buyer_id, currency) ON DELETE RESTRICT;
ALTER TABLE invoices ADD CONSTRAINT fk_invoices_return_of_invoice_id_invoices FOREIGN KEY (return_of_invoice_id, user_id, currency) REFERENCES invoices (id, user_id, currency) ON DELETE RESTRICT;
ALTER TABLE invoices ADD CONSTRAINT fk_invoices_series_invoice_series FOREIGN KEY (series, fiscal_year) REFERENCES invoice_series (series, fiscal_year) ON DELETE RESTRICT;
ALTER TABLE invoices ADD CONSTRAINT fk_invoices_user_id_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT;

CREATE INDEX gin_invoices_meta ON invoices USING gin (meta) WITH (fastupdate = on, gin_pending_list_limit = 4096);
CREATE INDEX idx_invoices_due_date ON invoices (due_date) WHERE due_date IS NOT NULL AND status NOT IN ('draft', 'paid', 'cancelled', 'refunded');
CREATE INDEX idx_invoices_issue_date ON invoices (issue_date) WHERE status <> 'draft';
CREATE INDEX idx_invoices_license_id ON invoices (license_id) WHERE license_id IS NOT NULL;
CREATE INDEX idx_invoices_order_id ON invoices (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX idx_invoices_return_of_invoice_id ON invoices (return_of_invoice_id) WHERE return_of_invoice_id IS NOT NULL;
CREATE INDEX idx_invoices_status ON invoices (status);
CREATE INDEX idx_invoices_user_created ON invoices (user_id, created_at DESC, id DESC);
CREATE INDEX idx_invoices_user_currency_status ON invoices (user_id, currency, status, issued_at);
CREATE INDEX idx_invoices_user_status ON invoices (user_id, status) WHERE status IN ('issued', 'sent', 'viewed', 'partial', 'overdue');

ALTER TABLE invoice_lines ADD CONSTRAINT fk_invoice_lines_invoice_id_invoices FOREIGN KEY (invoice_id) REFERENCES invoices (id) ON DELETE CASCADE;
ALTER TABLE invoice_lines ADD CONSTRAINT fk_invoice_lines_product_id_products FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE RESTRICT;

CREATE INDEX idx_invoice_lines_product_id ON invoice_lines (product_id) WHERE product_id IS NOT NULL;

ALTER TABLE invoice_tax_subtotals ADD CONSTRAINT fk_invoice_tax_subtotals_invoice_id_invoices FOREIGN KEY (invoice_id) REFERENCES invoices (id) ON DELETE CASCADE;
ALTER TABLE invoice_withholdings ADD CONSTRAINT fk_invoice_withholdings_invoice_id_invoices FOREIGN KEY (invoice_id) REFERENCES invoices (id) ON DELETE CASCADE;
ALTER TABLE payments ADD CONSTRAINT fk_payments_invoice_id_invoices FOREIGN KEY (invoice_id, user_id, currency) REFERENCES invoices (id, user_id, currency) ON DELETE RESTRICT;
ALTER TABLE payments ADD CONSTRAINT fk_payments_order_transaction_id_order_transactions FOREIGN KEY (order_transaction_id, user_id, currency) REFERENCES order_transactions (id, buyer_id, currency) ON DELETE RESTRICT;
ALTER TABLE payments ADD CONSTRAINT fk_payments_refunds_payment_id_payments FOREIGN KEY (refunds_payment_id, user_id, currency) REFERENCES payments (id, user_id, currency) ON DELETE RESTRICT;
ALTER TABLE payments ADD CONSTRAINT fk_payments_user_id_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT;

CREATE INDEX gin_payments_meta ON payments USING gin (meta) WITH (fastupdate = on, gin_pending_list_limit = 4096);
CREATE INDEX idx_payments_invoice_id ON payments (invoice_id) WHERE invoice_id IS NOT NULL;
CREATE INDEX idx_payments_order_transaction_id ON payments (order_transaction_id) WHERE order_transaction_id IS NOT NULL;
CREATE INDEX idx_payments_paid_at ON payments (paid_at) WHERE paid_at IS NOT NULL;
CREATE INDEX idx_payments_refunds_payment_id ON payments (refunds_payment_id) WHERE refunds_payment_id IS NOT NULL;
CREATE INDEX idx_payments_status_created ON payments (status, created_at) WHERE status IN ('pending', 'processing', 'disputed');
CREATE INDEX idx_payments_user_created ON payments (user_id, created_at DESC, id DESC);
CREATE INDEX idx_payments_user_currency_status ON payments (user_id, currency, status, paid_at);

COMMENT ON TABLE invoice_series IS 'The counter of a series in a fiscal year; its row lock is the queue for numbers.';
COMMENT ON COLUMN invoice_series.id IS 'Key, given by the server.';
COMMENT ON COLUMN invoice_series.series IS 'Three characters that begin each number.';
COMMENT ON COLUMN invoice_series.fiscal_year IS 'Year of the issue dates.';
COMMENT ON COLUMN invoice_series.last_sequence IS 'The last number given; above 0 at the start it continues an older system''s series.';
COMMENT ON COLUMN invoice_series.last_issue_date IS 'Issue date of the last number.';
COMMENT ON COLUMN invoice_series.description IS 'What the series is for.';
COMMENT ON COLUMN invoice_series.is_active IS 'Whether new numbers are given.';
COMMENT ON COLUMN invoice_series.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN invoice_series.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN invoice_series.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_invoice_series_created_at_finite ON invoice_series IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_invoice_series_date_in_fiscal_year ON invoice_series IS 'Son tarih mali yılın içinde olmalıdır / The last issue date must lie in the fiscal year';
COMMENT ON CONSTRAINT ck_invoice_series_description_length ON invoice_series IS 'description: 1 ile 200 karakter arasında olmalıdır / description must have 1 to 200 characters';
COMMENT ON CONSTRAINT ck_invoice_series_fiscal_year_valid ON invoice_series IS 'fiscal_year: en az 2005 ve en çok 2099 olmalıdır / fiscal_year must be at least 2005 and at most 2099';
COMMENT ON CONSTRAINT ck_invoice_series_last_issue_date_finite ON invoice_series IS 'last_issue_date: 2005-01-01 ile 2099-12-31 arasında bir gün olmalıdır / last_issue_date must be a day from 2005-01-01 to 2099-12-31';
COMMENT ON CONSTRAINT ck_invoice_series_last_sequence_valid ON invoice_series IS 'last_sequence: en az 0 ve en çok 999999999 olmalıdır / last_sequence must be at least 0 and at most 999999999';
COMMENT ON CONSTRAINT ck_invoice_series_series_format ON invoice_series IS 'Seri üç büyük harf veya rakamdır / A series is three capital letters or digits';
COMMENT ON CONSTRAINT ck_invoice_series_updated_after_created ON invoice_series IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_invoice_series_updated_at_finite ON invoice_series IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_invoice_series_used_has_date ON invoice_series IS 'Kullanılmış serinin son tarihi vardır, kullanılmamışınki yoktur / A used series has a last issue date, an unused one has none';
COMMENT ON CONSTRAINT ck_invoice_series_version_positive ON invoice_series IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT pk_invoice_series ON invoice_series IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_invoice_series_series_fiscal_year ON invoice_series IS 'Bu seri bu yıl için açılmış / The series is open for this year already';
COMMENT ON TABLE invoices IS 'Turkish financial compliance (KDV) and multi-currency support: an e-Fatura/e-Arşiv document with the issuer''s and customer''s data as they were (VUK 230).';
COMMENT ON COLUMN invoices.id IS 'Key, given by the server.';
COMMENT ON COLUMN invoices.user_id IS 'Who owns the invoice.';
COMMENT ON COLUMN invoices.license_id IS 'The licence it bills, of the same user.';
COMMENT ON COLUMN invoices.order_id IS 'The order it bills, of the same user and currency.';
COMMENT ON COLUMN invoices.return_of_invoice_id IS 'The invoice this one returns, of the same user and currency.';
COMMENT ON COLUMN invoices.type IS 'What is billed.';
COMMENT ON COLUMN invoices.type_code IS 'GİB invoice type.';
COMMENT ON COLUMN invoices.profile IS 'GİB profile.';
COMMENT ON COLUMN invoices.status IS 'Where the invoice stands.';
COMMENT ON COLUMN invoices.currency IS 'Currency of every amount in this row (ISO 4217).';
COMMENT ON COLUMN invoices.exchange_rate IS 'TRY for one unit of the currency; NULL for TRY, required for every other.';
COMMENT ON COLUMN invoices.exchange_rate_date IS 'Day (Europe/Istanbul) for which the rate was published; NULL for TRY.';
COMMENT ON COLUMN invoices.exchange_rate_source IS 'Who published the rate, and which of its rates: TCMB forex buying; NULL for TRY.';
COMMENT ON COLUMN invoices.ettn IS 'ETTN, the document''s universal key.';
COMMENT ON COLUMN invoices.number IS 'Number, given by the database when the invoice is issued.';
COMMENT ON COLUMN invoices.series IS 'Series of the number.';
COMMENT ON COLUMN invoices.fiscal_year IS 'Year of the number.';
COMMENT ON COLUMN invoices.sequence IS 'Running number in series and year, without gaps.';
COMMENT ON COLUMN invoices.issue_date IS 'Legal date of the invoice, decided in Europe/Istanbul.';
COMMENT ON COLUMN invoices.due_date IS 'Day by which it is to be paid.';
COMMENT ON COLUMN invoices.delivery_date IS 'Day of delivery (VUK art. 230).';
COMMENT ON COLUMN invoices.despatch_number IS 'Number of the despatch note.';
COMMENT ON COLUMN invoices.despatch_date IS 'Date of the despatch note.';
COMMENT ON COLUMN invoices.return_of_number IS 'Number of a returned invoice that is not stored here.';
COMMENT ON COLUMN invoices.return_of_issue_date IS 'Its issue date.';
COMMENT ON COLUMN invoices.issued_at IS 'When the number was given (UTC).';
COMMENT ON COLUMN invoices.sent_at IS 'When it was sent (UTC).';
COMMENT ON COLUMN invoices.viewed_at IS 'When the customer saw it (UTC).';
COMMENT ON COLUMN invoices.paid_at IS 'When it was fully paid (UTC).';
COMMENT ON COLUMN invoices.cancelled_at IS 'When it was cancelled (UTC); set with status cancelled, and only then.';
COMMENT ON COLUMN invoices.cancellation_reason IS 'Why it was cancelled, in the words of whoever did; set together with cancelled_at.';
COMMENT ON COLUMN invoices.rounding IS 'Where KDV is rounded.';
COMMENT ON COLUMN invoices.tax_inclusive_prices IS 'Whether unit prices include KDV.';
COMMENT ON COLUMN invoices.gross_cents IS 'Sum of the lines'' gross; minor units.';
COMMENT ON COLUMN invoices.document_allowance_cents IS 'Allowances of the document; minor units.';
COMMENT ON COLUMN invoices.document_charge_cents IS 'Charges of the document; minor units.';
COMMENT ON COLUMN invoices.allowance_cents IS 'All discounts and allowances; minor units.';
COMMENT ON COLUMN invoices.charge_cents IS 'All charges; minor units.';
COMMENT ON COLUMN invoices.tax_exclusive_cents IS 'Gross less allowances plus charges; minor units.';
COMMENT ON COLUMN invoices.kdv_cents IS 'KDV in full; minor units.';
COMMENT ON COLUMN invoices.other_taxes_cents IS 'Other taxes; minor units.';
COMMENT ON COLUMN invoices.tax_inclusive_cents IS 'Tax exclusive plus KDV and other taxes; minor units.';
COMMENT ON COLUMN invoices.withheld_cents IS 'KDV the buyer withholds (tevkifat); minor units.';
COMMENT ON COLUMN invoices.deferred_kdv_cents IS 'KDV not collected on export-registered sales; minor units.';
COMMENT ON COLUMN invoices.payable_cents IS 'What is to be paid; minor units.';
COMMENT ON COLUMN invoices.payable_try_cents IS 'Payable in kuruş at the exchange rate.';
COMMENT ON COLUMN invoices.paid_cents IS 'Sum of completed charges, kept by the payments.';
COMMENT ON COLUMN invoices.refunded_cents IS 'Sum of completed refunds, kept by the payments.';
COMMENT ON COLUMN invoices.issuer_title IS 'Issuer''s title as printed.';
COMMENT ON COLUMN invoices.issuer_first_name IS 'Issuer''s first name, of a person.';
COMMENT ON COLUMN invoices.issuer_family_name IS 'Issuer''s family name, of a person.';
COMMENT ON COLUMN invoices.issuer_tax_number IS 'Issuer''s VKN or TCKN.';
COMMENT ON COLUMN invoices.issuer_tax_number_kind IS 'Which of the two it is.';
COMMENT ON COLUMN invoices.issuer_tax_office IS 'Issuer''s tax office.';
COMMENT ON COLUMN invoices.issuer_address IS 'Issuer''s address.';
COMMENT ON COLUMN invoices.issuer_district IS 'Issuer''s district (ilçe).';
COMMENT ON COLUMN invoices.issuer_city IS 'Issuer''s province (il).';
COMMENT ON COLUMN invoices.customer_title IS 'Customer''s title or name as printed.';
COMMENT ON COLUMN invoices.customer_first_name IS 'First name, of a person.';
COMMENT ON COLUMN invoices.customer_family_name IS 'Family name, of a person.';
COMMENT ON COLUMN invoices.customer_tax_number IS 'Customer''s VKN or TCKN; 11111111111 is the consumer whose TCKN is unknown (e-Arşiv).';
COMMENT ON COLUMN invoices.customer_tax_number_kind IS 'Which of the two it is.';
COMMENT ON COLUMN invoices.customer_tax_office IS 'Customer''s tax office.';
COMMENT ON COLUMN invoices.customer_address IS 'Customer''s address.';
COMMENT ON COLUMN invoices.customer_district IS 'Customer''s district (ilçe).';
COMMENT ON COLUMN invoices.customer_city IS 'Customer''s province (il) or city.';
COMMENT ON COLUMN invoices.customer_country_code IS 'Customer''s country (ISO 3166-1 alpha-2).';
COMMENT ON COLUMN invoices.customer_email IS 'Where the document is sent; erasable.';
COMMENT ON COLUMN invoices.customer_phone IS 'Customer''s phone (E.164); erasable.';
COMMENT ON COLUMN invoices.payment_iban IS 'Account to pay to; required for public buyers (KAMU).';
COMMENT ON COLUMN invoices.note IS 'Free text; erasable.';
COMMENT ON COLUMN invoices.pdf_s3_key IS 'Where the rendered document lies.';
COMMENT ON COLUMN invoices.profile_data IS 'What the profile or type asks of the document.';
COMMENT ON COLUMN invoices.meta IS 'Free data of the calling service.';
COMMENT ON COLUMN invoices.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN invoices.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN invoices.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_invoices_amount_non_negative ON invoices IS 'Tutarlar sıfırdan küçük olamaz / Amounts must not be below zero';
COMMENT ON CONSTRAINT ck_invoices_cancellation_reason_length ON invoices IS 'cancellation_reason: 1 ile 500 karakter arasında olmalıdır / cancellation_reason must have 1 to 500 characters';
COMMENT ON CONSTRAINT ck_invoices_cancelled_at_finite ON invoices IS 'cancelled_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / cancelled_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_invoices_cancelled_at_matches_status ON invoices IS 'İptal anı, durum iptal ise bulunur, değilse bulunmaz / The moment of cancellation is there if, and only if, the status is cancelled';
COMMENT ON CONSTRAINT ck_invoices_cancelled_has_reason ON invoices IS 'İptal, gerekçesiyle birlikte yazılır; iptal yoksa gerekçe de yoktur / A cancellation is written with its reason; without one there is no reason';
COMMENT ON CONSTRAINT ck_invoices_created_at_finite ON invoices IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_invoices_currency_policy ON invoices IS 'TRY dışındaki belgede kur, kur tarihi ve kur kaynağı birlikte bulunur; TRY belgede hiçbiri bulunmaz / A document in another currency than TRY carries rate, date and source of the rate; one in TRY carries none';
COMMENT ON CONSTRAINT ck_invoices_customer_address_length ON invoices IS 'customer_address: 1 ile 1000 karakter arasında olmalıdır / customer_address must have 1 to 1000 characters';
COMMENT ON CONSTRAINT ck_invoices_customer_city_length ON invoices IS 'customer_city: 1 ile 100 karakter arasında olmalıdır / customer_city must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_invoices_customer_country_code_format ON invoices IS 'Ülke kodu iki büyük harftir (ISO 3166) / A country code is two capital letters (ISO 3166)';
COMMENT ON CONSTRAINT ck_invoices_customer_district_length ON invoices IS 'customer_district: 1 ile 100 karakter arasında olmalıdır / customer_district must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_invoices_customer_email_length ON invoices IS 'customer_email: 1 ile 254 karakter arasında olmalıdır / customer_email must have 1 to 254 characters';
COMMENT ON CONSTRAINT ck_invoices_customer_family_name_length ON invoices IS 'customer_family_name: 1 ile 100 karakter arasında olmalıdır / customer_family_name must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_invoices_customer_first_name_length ON invoices IS 'customer_first_name: 1 ile 100 karakter arasında olmalıdır / customer_first_name must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_invoices_customer_identified ON invoices IS 'Türkiye''deki alıcının vergi numarası gereklidir / A customer in Türkiye needs a tax number';
COMMENT ON CONSTRAINT ck_invoices_customer_phone_format ON invoices IS 'Telefon uluslararası biçimde olmalıdır (+90 ve on hane) / A phone number is stored in international form (+90 and ten digits)';
COMMENT ON CONSTRAINT ck_invoices_customer_tax_number_format ON invoices IS 'Alıcının vergi numarası VKN veya TCKN olmalıdır / The customer''s tax number must be a VKN or TCKN';
COMMENT ON CONSTRAINT ck_invoices_customer_tax_number_has_kind ON invoices IS 'Vergi numarası türüyle birlikte verilir / A tax number comes with its kind';
COMMENT ON CONSTRAINT ck_invoices_customer_tax_office_length ON invoices IS 'customer_tax_office: 1 ile 100 karakter arasında olmalıdır / customer_tax_office must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_invoices_customer_tckn_has_person ON invoices IS 'TCKN''li tarafın adı ve soyadı yazılır / A party with a TCKN has a first and a family name';
COMMENT ON CONSTRAINT ck_invoices_customer_title_length ON invoices IS 'customer_title: 1 ile 255 karakter arasında olmalıdır / customer_title must have 1 to 255 characters';
COMMENT ON CONSTRAINT ck_invoices_customer_vkn_has_tax_office ON invoices IS 'VKN''li alıcının vergi dairesi yazılır / A customer with a VKN needs a tax office';
COMMENT ON CONSTRAINT ck_invoices_deferred_kdv_only_export_registered ON invoices IS 'KDV yalnız ihraç kayıtlı satışta tahsil edilmez / KDV stays uncollected on export-registered sales only';
COMMENT ON CONSTRAINT ck_invoices_delivery_date_finite ON invoices IS 'delivery_date: 2005-01-01 ile 2099-12-31 arasında bir gün olmalıdır / delivery_date must be a day from 2005-01-01 to 2099-12-31';
COMMENT ON CONSTRAINT ck_invoices_despatch_date_finite ON invoices IS 'despatch_date: 2005-01-01 ile 2099-12-31 arasında bir gün olmalıdır / despatch_date must be a day from 2005-01-01 to 2099-12-31';
COMMENT ON CONSTRAINT ck_invoices_despatch_has_number ON invoices IS 'İrsaliye numarası ve tarihi birlikte verilir / A despatch note has both number and date';
COMMENT ON CONSTRAINT ck_invoices_despatch_number_length ON invoices IS 'despatch_number: 1 ile 50 karakter arasında olmalıdır / despatch_number must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_invoices_document_allowance_within_allowance ON invoices IS 'Belge iskontosu toplam iskontoyu aşamaz / Document allowances cannot exceed all allowances';
COMMENT ON CONSTRAINT ck_invoices_document_charge_within_charge ON invoices IS 'Belge ilavesi toplam ilaveyi aşamaz / Document charges cannot exceed all charges';
COMMENT ON CONSTRAINT ck_invoices_due_after_issued ON invoices IS 'Vade, düzenleme tarihinden önce olamaz / The due date must not be before the issue date';
COMMENT ON CONSTRAINT ck_invoices_due_date_finite ON invoices IS 'due_date: 2005-01-01 ile 2099-12-31 arasında bir gün olmalıdır / due_date must be a day from 2005-01-01 to 2099-12-31';
COMMENT ON CONSTRAINT ck_invoices_exchange_rate_date_finite ON invoices IS 'exchange_rate_date: 2005-01-01 ile 2099-12-31 arasında bir gün olmalıdır / exchange_rate_date must be a day from 2005-01-01 to 2099-12-31';
COMMENT ON CONSTRAINT ck_invoices_exchange_rate_source_length ON invoices IS 'exchange_rate_source: 1 ile 50 karakter arasında olmalıdır / exchange_rate_source must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_invoices_exchange_rate_valid ON invoices IS 'Kur sıfırdan büyük ve bir milyardan küçük olmalı, en çok altı ondalık basamak taşımalıdır / The exchange rate must be above zero and below one billion, with at most six decimal places';
COMMENT ON CONSTRAINT ck_invoices_final_consumer_is_e_archive ON invoices IS '11111111111 yalnız e-Arşiv faturada kullanılır / 11111111111 is for e-Arşiv invoices only';
COMMENT ON CONSTRAINT ck_invoices_issue_date_finite ON invoices IS 'issue_date: 2005-01-01 ile 2099-12-31 arasında bir gün olmalıdır / issue_date must be a day from 2005-01-01 to 2099-12-31';
COMMENT ON CONSTRAINT ck_invoices_issue_date_in_fiscal_year ON invoices IS 'Düzenleme tarihi mali yılın içinde olmalıdır / The issue date must lie in the fiscal year';
COMMENT ON CONSTRAINT ck_invoices_issued_at_finite ON invoices IS 'issued_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / issued_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_invoices_issuer_address_length ON invoices IS 'issuer_address: 1 ile 1000 karakter arasında olmalıdır / issuer_address must have 1 to 1000 characters';
COMMENT ON CONSTRAINT ck_invoices_issuer_city_length ON invoices IS 'issuer_city: 1 ile 100 karakter arasında olmalıdır / issuer_city must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_invoices_issuer_district_length ON invoices IS 'issuer_district: 1 ile 100 karakter arasında olmalıdır / issuer_district must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_invoices_issuer_family_name_length ON invoices IS 'issuer_family_name: 1 ile 100 karakter arasında olmalıdır / issuer_family_name must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_invoices_issuer_first_name_length ON invoices IS 'issuer_first_name: 1 ile 100 karakter arasında olmalıdır / issuer_first_name must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_invoices_issuer_tax_number_format ON invoices IS 'Düzenleyenin vergi numarası VKN veya TCKN olmalıdır / The issuer''s tax number must be a VKN or TCKN';
COMMENT ON CONSTRAINT ck_invoices_issuer_tax_office_length ON invoices IS 'issuer_tax_office: 1 ile 100 karakter arasında olmalıdır / issuer_tax_office must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_invoices_issuer_tckn_has_person ON invoices IS 'TCKN''li tarafın adı ve soyadı yazılır / A party with a TCKN has a first and a family name';
COMMENT ON CONSTRAINT ck_invoices_issuer_title_length ON invoices IS 'issuer_title: 1 ile 255 karakter arasında olmalıdır / issuer_title must have 1 to 255 characters';
COMMENT ON CONSTRAINT ck_invoices_meta_object ON invoices IS 'meta bir JSON nesnesi olmalıdır / meta must be a JSON object';
COMMENT ON CONSTRAINT ck_invoices_meta_size ON invoices IS 'meta en çok 65536 bayt olabilir / meta must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_invoices_note_length ON invoices IS 'note: 1 ile 4000 karakter arasında olmalıdır / note must have 1 to 4000 characters';
COMMENT ON CONSTRAINT ck_invoices_number_format ON invoices IS 'Fatura numarası üç karakter, yıl ve dokuz hanedir (ABC2026000000001) / An invoice number is three characters, the year and nine digits (ABC2026000000001)';
COMMENT ON CONSTRAINT ck_invoices_number_is_series_year_sequence ON invoices IS 'Numara; seri, yıl ve sıradan oluşur / The number is made of series, year and sequence';
COMMENT ON CONSTRAINT ck_invoices_numbered_when_issued ON invoices IS 'Taslağın numarası yoktur, kesilmiş faturanın vardır / A draft has no number, an issued invoice has one';
COMMENT ON CONSTRAINT ck_invoices_overdue_has_due_date ON invoices IS 'Gecikmiş faturanın vadesi vardır / An overdue invoice has a due date';
COMMENT ON CONSTRAINT ck_invoices_paid_at_finite ON invoices IS 'paid_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / paid_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_invoices_paid_at_matches_status ON invoices IS 'Ödenmiş faturanın ödeme zamanı vardır / A paid invoice has its time of payment';
COMMENT ON CONSTRAINT ck_invoices_paid_within_payable ON invoices IS 'Ödenen, ödenecek tutarı aşamaz / What is paid cannot exceed the payable amount';
COMMENT ON CONSTRAINT ck_invoices_payable_is_sum ON invoices IS 'Ödenecek tutar, vergiler dahil tutar eksi tevkifat eksi tahsil edilmeyen KDV''dir / The payable amount is the tax inclusive amount less what is withheld and the KDV not collected';
COMMENT ON CONSTRAINT ck_invoices_payable_try_is_converted ON invoices IS 'TRY karşılığı, tutarın kurla çarpılıp kuruşa yuvarlanmış hâli olmalıdır / The TRY equivalent must be the amount times the rate, rounded to whole kuruş';
COMMENT ON CONSTRAINT ck_invoices_payment_iban_format ON invoices IS 'IBAN TR ile başlayan 26 karakterdir / An IBAN has 26 characters and begins with TR';
COMMENT ON CONSTRAINT ck_invoices_pdf_s3_key_length ON invoices IS 'pdf_s3_key: 1 ile 1024 karakter arasında olmalıdır / pdf_s3_key must have 1 to 1024 characters';
COMMENT ON CONSTRAINT ck_invoices_profile_admits_type ON invoices IS 'Bu senaryoda bu fatura tipi kullanılamaz / The profile does not admit this type of invoice';
COMMENT ON CONSTRAINT ck_invoices_profile_data_object ON invoices IS 'profile_data bir JSON nesnesi olmalıdır / profile_data must be a JSON object';
COMMENT ON CONSTRAINT ck_invoices_profile_data_size ON invoices IS 'profile_data en çok 65536 bayt olabilir / profile_data must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_invoices_public_buyer_has_iban ON invoices IS 'Kamu alıcısına kesilen faturada IBAN gereklidir / An invoice to a public buyer (KAMU) needs an IBAN';
COMMENT ON CONSTRAINT ck_invoices_return_has_original ON invoices IS 'Yalnız iade tipleri bir faturayı iade eder / Only a return type refers to a returned invoice';
COMMENT ON CONSTRAINT ck_invoices_return_of_another ON invoices IS 'Fatura kendisini iade edemez / An invoice cannot return itself';
COMMENT ON CONSTRAINT ck_invoices_return_of_issue_date_finite ON invoices IS 'return_of_issue_date: 2005-01-01 ile 2099-12-31 arasında bir gün olmalıdır / return_of_issue_date must be a day from 2005-01-01 to 2099-12-31';
COMMENT ON CONSTRAINT ck_invoices_return_of_number_format ON invoices IS 'İade edilen faturanın numarası 16 karakterdir / The returned invoice''s number has 16 characters';
COMMENT ON CONSTRAINT ck_invoices_sent_after_issued ON invoices IS 'Fatura kesilmeden gönderilmez / An invoice is not sent before it is issued';
COMMENT ON CONSTRAINT ck_invoices_sent_at_finite ON invoices IS 'sent_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / sent_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_invoices_sent_at_matches_status ON invoices IS 'Gönderildi veya görüldü durumunun zamanı yazılmalıdır / Being sent or viewed has its time';
COMMENT ON CONSTRAINT ck_invoices_sequence_valid ON invoices IS 'sequence: en az 1 ve en çok 999999999 olmalıdır / sequence must be at least 1 and at most 999999999';
COMMENT ON CONSTRAINT ck_invoices_status_matches_payments ON invoices IS 'Durum, ödemelerle uyuşmalıdır / The status must agree with the payments';
COMMENT ON CONSTRAINT ck_invoices_tax_exclusive_is_sum ON invoices IS 'Vergiler hariç tutar, brüt eksi iskonto artı ilavedir / The tax exclusive amount is the gross less allowances plus charges';
COMMENT ON CONSTRAINT ck_invoices_total_is_sum ON invoices IS 'Vergiler dahil tutar, vergiler hariç tutar artı KDV artı diğer vergilerdir / The tax inclusive amount is the tax exclusive amount plus KDV plus other taxes';
COMMENT ON CONSTRAINT ck_invoices_total_positive ON invoices IS 'Toplam ve ödenecek tutar sıfırdan küçük olamaz / Total and payable must not be below zero';
COMMENT ON CONSTRAINT ck_invoices_updated_after_created ON invoices IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_invoices_updated_at_finite ON invoices IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_invoices_version_positive ON invoices IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT ck_invoices_viewed_after_sent ON invoices IS 'Fatura gönderilmeden görülmez / An invoice is not viewed before it is sent';
COMMENT ON CONSTRAINT ck_invoices_viewed_at_finite ON invoices IS 'viewed_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / viewed_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_invoices_withheld_type ON invoices IS 'Bu fatura tipinde tevkifat olmaz / Nothing is withheld on this type of invoice';
COMMENT ON CONSTRAINT ck_invoices_withheld_within_kdv ON invoices IS 'Tevkifat ve tahsil edilmeyen KDV, KDV''yi aşamaz / What is withheld or deferred cannot exceed the KDV';
COMMENT ON CONSTRAINT fk_invoices_license_id_licenses ON invoices IS 'license_id, user_id, licenses tablosundaki bir kayda bağlıdır / license_id, user_id refers to a row of licenses';
COMMENT ON CONSTRAINT fk_invoices_order_id_orders ON invoices IS 'order_id, user_id, currency, orders tablosundaki bir kayda bağlıdır / order_id, user_id, currency refers to a row of orders';
COMMENT ON CONSTRAINT fk_invoices_return_of_invoice_id_invoices ON invoices IS 'return_of_invoice_id, user_id, currency, invoices tablosundaki bir kayda bağlıdır / return_of_invoice_id, user_id, currency refers to a row of invoices';
COMMENT ON CONSTRAINT fk_invoices_series_invoice_series ON invoices IS 'series, fiscal_year, invoice_series tablosundaki bir kayda bağlıdır / series, fiscal_year refers to a row of invoice_series';
COMMENT ON CONSTRAINT fk_invoices_user_id_users ON invoices IS 'user_id, users tablosundaki bir kayda bağlıdır / user_id refers to a row of users';
COMMENT ON CONSTRAINT pk_invoices ON invoices IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_invoices_ettn ON invoices IS 'Bu ETTN kullanılmış / The ETTN is in use already';
COMMENT ON CONSTRAINT uq_invoices_id_user_id_currency ON invoices IS 'Bu fatura var / The invoice exists already';
COMMENT ON CONSTRAINT uq_invoices_number ON invoices IS 'Bu fatura numarası verilmiş / The invoice number is in use already';
COMMENT ON CONSTRAINT uq_invoices_series_fiscal_year_sequence ON invoices IS 'Bu sıra numarası verilmiş / The sequence number is in use already';
COMMENT ON INDEX gin_invoices_meta IS 'invoices by a caller''s own data (meta @> …)';
COMMENT ON INDEX idx_invoices_due_date IS 'the overdue sweep: open invoices due before a day';
COMMENT ON INDEX idx_invoices_issue_date IS 'the KDV summary of a period';
COMMENT ON INDEX idx_invoices_license_id IS 'invoices of a licence';
COMMENT ON INDEX idx_invoices_order_id IS 'invoices of an order';
COMMENT ON INDEX idx_invoices_return_of_invoice_id IS 'returns of an invoice';
COMMENT ON INDEX idx_invoices_status IS 'the worker''s lists by status';
COMMENT ON INDEX idx_invoices_user_created IS 'a user''s invoices, newest first, by page';
COMMENT ON INDEX idx_invoices_user_currency_status IS 'a user''s statement by currency and status';
COMMENT ON INDEX idx_invoices_user_status IS 'a user''s open invoices';
COMMENT ON TABLE invoice_lines IS 'A line of an invoice, with its share of document allowances and charges, its tax base and taxes.';
COMMENT ON COLUMN invoice_lines.id IS 'Key, given by the server.';
COMMENT ON COLUMN invoice_lines.invoice_id IS 'The invoice this line belongs to.';
COMMENT ON COLUMN invoice_lines.line_number IS 'Place in the document, from 1.';
COMMENT ON COLUMN invoice_lines.description IS 'What is sold, as printed (VUK art. 230).';
COMMENT ON COLUMN invoice_lines.product_id IS 'The catalogue product, if there is one.';
COMMENT ON COLUMN invoice_lines.quantity IS 'Quantity in `unit_code`, at most 8 places.';
COMMENT ON COLUMN invoice_lines.unit_code IS 'Unit of measure (UN/ECE Recommendation 20); C62 is a piece.';
COMMENT ON COLUMN invoice_lines.unit_price IS 'Price of one unit in whole units of the currency, at most 8 places.';
COMMENT ON COLUMN invoice_lines.discount_rate IS 'Discount in percent of the gross, where it was given as a rate.';
COMMENT ON COLUMN invoice_lines.gross_cents IS 'Quantity times unit price, rounded; minor units.';
COMMENT ON COLUMN invoice_lines.discount_cents IS 'The line''s own discount; minor units.';
COMMENT ON COLUMN invoice_lines.charge_cents IS 'The line''s own charge; minor units.';
COMMENT ON COLUMN invoice_lines.net_cents IS 'Gross less discount plus charge, before document allowances; minor units.';
COMMENT ON COLUMN invoice_lines.allowance_share_cents IS 'Share of the document allowances; minor units.';
COMMENT ON COLUMN invoice_lines.charge_share_cents IS 'Share of the document charges; minor units.';
COMMENT ON COLUMN invoice_lines.other_taxes IS 'Other taxes: array of {code, rate or null, amount_cents, in_kdv_base}.';
COMMENT ON COLUMN invoice_lines.other_taxes_cents IS 'Sum of the other taxes; minor units.';
COMMENT ON COLUMN invoice_lines.other_taxes_in_base_cents IS 'Those other taxes that enter the KDV base; minor units.';
COMMENT ON COLUMN invoice_lines.kdv_base_cents IS 'The amount KDV is computed from; minor units.';
COMMENT ON COLUMN invoice_lines.kdv_rate IS 'KDV rate in percent, in force on the issue date.';
COMMENT ON COLUMN invoice_lines.kdv_cents IS 'KDV, in full; minor units.';
COMMENT ON COLUMN invoice_lines.exemption_code IS 'Why no, or special, KDV is due (GİB TaxExemptionReasonCode).';
COMMENT ON COLUMN invoice_lines.exemption_reason IS 'The reason in words, as printed.';
COMMENT ON COLUMN invoice_lines.withholding_code IS 'Withholding (tevkifat) code of the line.';
COMMENT ON COLUMN invoice_lines.withholding_percent IS 'Percent of the KDV that the code withholds on the issue date.';
COMMENT ON COLUMN invoice_lines.withheld_cents IS 'KDV the buyer withholds; 0 at or below the limit; minor units.';
COMMENT ON COLUMN invoice_lines.item_data IS 'What the profile or type asks of a line (for example GTİP).';
COMMENT ON CONSTRAINT ck_invoice_lines_amount_non_negative ON invoice_lines IS 'Tutarlar sıfırdan küçük olamaz / Amounts must not be below zero';
COMMENT ON CONSTRAINT ck_invoice_lines_description_length ON invoice_lines IS 'description: 1 ile 500 karakter arasında olmalıdır / description must have 1 to 500 characters';
COMMENT ON CONSTRAINT ck_invoice_lines_discount_rate_valid ON invoice_lines IS 'discount_rate: en az 0 ve en çok 100 olmalıdır, virgülden sonra en çok 4 basamak / discount_rate must be at least 0 and at most 100, with at most 4 decimal places';
COMMENT ON CONSTRAINT ck_invoice_lines_exemption_code_format ON invoice_lines IS 'İstisna kodu üç hanedir / An exemption code has three digits';
COMMENT ON CONSTRAINT ck_invoice_lines_exemption_reason_has_code ON invoice_lines IS 'İstisna sebebi kodsuz olamaz / An exemption reason needs its code';
COMMENT ON CONSTRAINT ck_invoice_lines_exemption_reason_length ON invoice_lines IS 'exemption_reason: 1 ile 500 karakter arasında olmalıdır / exemption_reason must have 1 to 500 characters';
COMMENT ON CONSTRAINT ck_invoice_lines_in_base_within_other_taxes ON invoice_lines IS 'KDV matrahına giren vergiler toplamı aşamaz / Taxes in the KDV base cannot exceed all other taxes';
COMMENT ON CONSTRAINT ck_invoice_lines_item_data_object ON invoice_lines IS 'item_data bir JSON nesnesi olmalıdır / item_data must be a JSON object';
COMMENT ON CONSTRAINT ck_invoice_lines_item_data_size ON invoice_lines IS 'item_data en çok 65536 bayt olabilir / item_data must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_invoice_lines_kdv_base_is_sum ON invoice_lines IS 'KDV matrahı, net eksi iskonto payı artı ilave payı artı matraha giren vergilerdir / The KDV base is the net less allowances plus charges of the document and the taxes in the base';
COMMENT ON CONSTRAINT ck_invoice_lines_kdv_is_rate_of_base ON invoice_lines IS 'KDV, matrahın oranı kadar olmalıdır / KDV must be the rate of its base';
COMMENT ON CONSTRAINT ck_invoice_lines_line_number_positive ON invoice_lines IS 'line_number: 0 değerinden büyük olmalıdır / line_number must be greater than 0';
COMMENT ON CONSTRAINT ck_invoice_lines_net_is_sum ON invoice_lines IS 'Net, brüt eksi iskonto artı ilavedir / The net is the gross less the discount plus the charge';
COMMENT ON CONSTRAINT ck_invoice_lines_other_taxes_array ON invoice_lines IS 'other_taxes bir JSON dizisi olmalıdır / other_taxes must be a JSON array';
COMMENT ON CONSTRAINT ck_invoice_lines_other_taxes_listed ON invoice_lines IS 'Diğer vergilerin dökümü gereklidir / Other taxes need their breakdown';
COMMENT ON CONSTRAINT ck_invoice_lines_other_taxes_size ON invoice_lines IS 'other_taxes en çok 65536 bayt olabilir / other_taxes must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_invoice_lines_quantity_positive ON invoice_lines IS 'quantity: 0 değerinden büyük ve 1000000000000000000 değerinden küçük olmalıdır, virgülden sonra en çok 8 basamak / quantity must be greater than 0 and less than 1000000000000000000, with at most 8 decimal places';
COMMENT ON CONSTRAINT ck_invoice_lines_tax_rate_valid ON invoice_lines IS 'kdv_rate: en az 0 ve en çok 100 olmalıdır, virgülden sonra en çok 2 basamak / kdv_rate must be at least 0 and at most 100, with at most 2 decimal places';
COMMENT ON CONSTRAINT ck_invoice_lines_unit_code_format ON invoice_lines IS 'Birim kodu bir ile üç arası büyük harf veya rakamdır (UN/ECE 20) / A unit code is one to three capital letters or digits (UN/ECE Recommendation 20)';
COMMENT ON CONSTRAINT ck_invoice_lines_unit_price_valid ON invoice_lines IS 'unit_price: en az 0 ve 1000000000000000000 değerinden küçük olmalıdır, virgülden sonra en çok 8 basamak / unit_price must be at least 0 and less than 1000000000000000000, with at most 8 decimal places';
COMMENT ON CONSTRAINT ck_invoice_lines_withheld_is_share_of_kdv ON invoice_lines IS 'Tevkifat, KDV''nin oranı kadar olmalıdır / What is withheld must be the code''s share of the KDV';
COMMENT ON CONSTRAINT ck_invoice_lines_withholding_code_format ON invoice_lines IS 'Tevkifat kodu 6 veya 8 ile başlayan üç hanedir / A withholding code has three digits, the first 6 or 8';
COMMENT ON CONSTRAINT ck_invoice_lines_withholding_has_percent ON invoice_lines IS 'Tevkifat kodu ve oranı birlikte verilir; kodsuz tevkifat olmaz / A withholding code comes with its percent, and nothing is withheld without a code';
COMMENT ON CONSTRAINT ck_invoice_lines_withholding_percent_valid ON invoice_lines IS 'withholding_percent: en az 10 ve en çok 100 olmalıdır / withholding_percent must be at least 10 and at most 100';
COMMENT ON CONSTRAINT fk_invoice_lines_invoice_id_invoices ON invoice_lines IS 'invoice_id, invoices tablosundaki bir kayda bağlıdır / invoice_id refers to a row of invoices';
COMMENT ON CONSTRAINT fk_invoice_lines_product_id_products ON invoice_lines IS 'product_id, products tablosundaki bir kayda bağlıdır / product_id refers to a row of products';
COMMENT ON CONSTRAINT pk_invoice_lines ON invoice_lines IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_invoice_lines_invoice_id_line_number ON invoice_lines IS 'Bu satır numarası faturada var / The invoice has a line of this number already';
COMMENT ON INDEX idx_invoice_lines_product_id IS 'lines that sold a product';
COMMENT ON TABLE invoice_tax_subtotals IS 'Base and amount per tax and rate (`0015` is KDV).';
COMMENT ON COLUMN invoice_tax_subtotals.id IS 'Key, given by the server.';
COMMENT ON COLUMN invoice_tax_subtotals.invoice_id IS 'The invoice this subtotal belongs to.';
COMMENT ON COLUMN invoice_tax_subtotals.tax_code IS 'GİB tax code; 0015 is KDV.';
COMMENT ON COLUMN invoice_tax_subtotals.rate IS 'Rate in percent; NULL where the tax was given as an amount.';
COMMENT ON COLUMN invoice_tax_subtotals.base_cents IS 'Sum of the bases; minor units.';
COMMENT ON COLUMN invoice_tax_subtotals.amount_cents IS 'Sum of the tax; minor units.';
COMMENT ON CONSTRAINT ck_invoice_tax_subtotals_amount_non_negative ON invoice_tax_subtotals IS 'Tutarlar sıfırdan küçük olamaz / Amounts must not be below zero';
COMMENT ON CONSTRAINT ck_invoice_tax_subtotals_kdv_has_rate ON invoice_tax_subtotals IS 'KDV ara toplamının oranı vardır ve en çok 100''dür / A KDV subtotal has a rate of at most 100';
COMMENT ON CONSTRAINT ck_invoice_tax_subtotals_tax_code_format ON invoice_tax_subtotals IS 'Vergi kodu dört hanedir / A tax code has four digits';
COMMENT ON CONSTRAINT ck_invoice_tax_subtotals_tax_rate_valid ON invoice_tax_subtotals IS 'rate: en az 0 ve en çok 100000 olmalıdır, virgülden sonra en çok 4 basamak / rate must be at least 0 and at most 100000, with at most 4 decimal places';
COMMENT ON CONSTRAINT fk_invoice_tax_subtotals_invoice_id_invoices ON invoice_tax_subtotals IS 'invoice_id, invoices tablosundaki bir kayda bağlıdır / invoice_id refers to a row of invoices';
COMMENT ON CONSTRAINT pk_invoice_tax_subtotals ON invoice_tax_subtotals IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_invoice_tax_subtotals_invoice_id_tax_code_rate ON invoice_tax_subtotals IS 'Bu vergi ve oranın ara toplamı var / The invoice has a subtotal of this tax and rate already';
COMMENT ON TABLE invoice_withholdings IS 'KDV withheld per code: `base_cents` is the KDV, `amount_cents` the withheld part.';
COMMENT ON COLUMN invoice_withholdings.id IS 'Key, given by the server.';
COMMENT ON COLUMN invoice_withholdings.invoice_id IS 'The invoice this withholding belongs to.';
COMMENT ON COLUMN invoice_withholdings.code IS 'Withholding code.';
COMMENT ON COLUMN invoice_withholdings.percent IS 'Percent of the KDV that is withheld.';
COMMENT ON COLUMN invoice_withholdings.base_cents IS 'KDV of the code''s lines; minor units.';
COMMENT ON COLUMN invoice_withholdings.amount_cents IS 'What the buyer withholds; minor units.';
COMMENT ON CONSTRAINT ck_invoice_withholdings_amount_within_base ON invoice_withholdings IS 'Tevkifat, KDV''yi aşamaz / What is withheld cannot exceed the KDV';
COMMENT ON CONSTRAINT ck_invoice_withholdings_base_positive ON invoice_withholdings IS 'base_cents: 0 değerinden büyük olmalıdır / base_cents must be greater than 0';
COMMENT ON CONSTRAINT ck_invoice_withholdings_code_format ON invoice_withholdings IS 'Tevkifat kodu 6 veya 8 ile başlayan üç hanedir / A withholding code has three digits, the first 6 or 8';
COMMENT ON CONSTRAINT ck_invoice_withholdings_percent_valid ON invoice_withholdings IS 'percent: en az 10 ve en çok 100 olmalıdır / percent must be at least 10 and at most 100';
COMMENT ON CONSTRAINT fk_invoice_withholdings_invoice_id_invoices ON invoice_withholdings IS 'invoice_id, invoices tablosundaki bir kayda bağlıdır / invoice_id refers to a row of invoices';
COMMENT ON CONSTRAINT pk_invoice_withholdings ON invoice_withholdings IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_invoice_withholdings_invoice_id_code ON invoice_withholdings IS 'Bu tevkifat kodu faturada var / The invoice withholds by this code already';
COMMENT ON TABLE payments IS 'Payments and refunds: Turkish financial compliance (KDV) and multi-currency support.';
COMMENT ON COLUMN payments.id IS 'Key, given by the server.';
COMMENT ON COLUMN payments.user_id IS 'Who pays, or is paid back.';
COMMENT ON COLUMN payments.amount_cents IS 'Amount in minor units of currency, above zero for charges and refunds alike.';
COMMENT ON COLUMN payments.amount_try_cents IS 'The amount in kuruş at the exchange rate.';
COMMENT ON COLUMN payments.invoice_id IS 'The invoice that is paid; NULL when an order transaction is.';
COMMENT ON COLUMN payments.order_transaction_id IS 'The order transaction that is paid; NULL when an invoice is.';
COMMENT ON COLUMN payments.refunds_payment_id IS 'The charge that a refund pays back; NULL for a charge.';
COMMENT ON COLUMN payments.kind IS 'Whether money came or went back.';
COMMENT ON COLUMN payments.status IS 'State of the payment; moved by the provider''s reports.';
COMMENT ON COLUMN payments.currency IS 'Currency of every amount in this row (ISO 4217).';
COMMENT ON COLUMN payments.provider IS 'Payment provider.';
COMMENT ON COLUMN payments.provider_ref IS 'Reference of the payment, unique within the provider: the same again is the same payment.';
COMMENT ON COLUMN payments.provider_payment_id IS 'The provider''s own number of the payment, unique within the provider.';
COMMENT ON COLUMN payments.method IS 'The way to pay; NULL until the provider tells it.';
COMMENT ON COLUMN payments.refunded_cents IS 'Sum of the completed refunds of a charge in minor units of currency, kept by a trigger.';
COMMENT ON COLUMN payments.fee_cents IS 'What the provider keeps of the amount, in minor units of currency.';
COMMENT ON COLUMN payments.exchange_rate IS 'TRY for one unit of the currency; NULL for TRY, required for every other.';
COMMENT ON COLUMN payments.exchange_rate_date IS 'Day (Europe/Istanbul) for which the rate was published; NULL for TRY.';
COMMENT ON COLUMN payments.exchange_rate_source IS 'Who published the rate, and which of its rates: TCMB forex buying; NULL for TRY.';
COMMENT ON COLUMN payments.failure_code IS 'The provider''s code of the failure; set with status failed, and only then.';
COMMENT ON COLUMN payments.failure_reason IS 'The provider''s words for the failure.';
COMMENT ON COLUMN payments.refund_reason IS 'Why the money goes back; required for a refund.';
COMMENT ON COLUMN payments.paid_at IS 'When the money moved (UTC), as the provider says.';
COMMENT ON COLUMN payments.meta IS 'What the caller attaches to the payment, as a JSON object.';
COMMENT ON COLUMN payments.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN payments.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN payments.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_payments_amount_positive ON payments IS 'Tutar sıfırdan büyük olmalıdır / The amount must be above zero';
COMMENT ON CONSTRAINT ck_payments_amount_try_is_converted ON payments IS 'TRY karşılığı, tutarın kurla çarpılıp kuruşa yuvarlanmış hâli olmalıdır / The TRY equivalent must be the amount times the rate, rounded to whole kuruş';
COMMENT ON CONSTRAINT ck_payments_completed_has_paid_at ON payments IS 'Tamamlanan ödemenin ödenme anı yazılmalıdır / A completed payment says when the money moved';
COMMENT ON CONSTRAINT ck_payments_created_at_finite ON payments IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_payments_currency_policy ON payments IS 'TRY dışındaki belgede kur, kur tarihi ve kur kaynağı birlikte bulunur; TRY belgede hiçbiri bulunmaz / A document in another currency than TRY carries rate, date and source of the rate; one in TRY carries none';
COMMENT ON CONSTRAINT ck_payments_exchange_rate_date_finite ON payments IS 'exchange_rate_date: 2005-01-01 ile 2099-12-31 arasında bir gün olmalıdır / exchange_rate_date must be a day from 2005-01-01 to 2099-12-31';
COMMENT ON CONSTRAINT ck_payments_exchange_rate_source_length ON payments IS 'exchange_rate_source: 1 ile 50 karakter arasında olmalıdır / exchange_rate_source must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_payments_exchange_rate_valid ON payments IS 'Kur sıfırdan büyük ve bir milyardan küçük olmalı, en çok altı ondalık basamak taşımalıdır / The exchange rate must be above zero and below one billion, with at most six decimal places';
COMMENT ON CONSTRAINT ck_payments_failed_has_code ON payments IS 'Hata kodu, ödeme başarısız ise bulunur, değilse bulunmaz / The failure code is there if, and only if, the payment failed';
COMMENT ON CONSTRAINT ck_payments_failure_code_length ON payments IS 'failure_code: 1 ile 50 karakter arasında olmalıdır / failure_code must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_payments_failure_reason_length ON payments IS 'failure_reason: 1 ile 1000 karakter arasında olmalıdır / failure_reason must have 1 to 1000 characters';
COMMENT ON CONSTRAINT ck_payments_fee_within_amount ON payments IS 'Sağlayıcı kesintisi sıfır ile tutar arasında olmalıdır / The fee must be from zero to the amount';
COMMENT ON CONSTRAINT ck_payments_meta_object ON payments IS 'meta bir JSON nesnesi olmalıdır / meta must be a JSON object';
COMMENT ON CONSTRAINT ck_payments_meta_size ON payments IS 'meta en çok 65536 bayt olabilir / meta must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_payments_one_purpose ON payments IS 'Ödeme ya bir faturanın ya da bir sipariş işleminin ödemesidir / A payment is for exactly one invoice or one order transaction';
COMMENT ON CONSTRAINT ck_payments_paid_at_finite ON payments IS 'paid_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / paid_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_payments_provider_length ON payments IS 'provider: 1 ile 50 karakter arasında olmalıdır / provider must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_payments_provider_payment_id_length ON payments IS 'provider_payment_id: 1 ile 255 karakter arasında olmalıdır / provider_payment_id must have 1 to 255 characters';
COMMENT ON CONSTRAINT ck_payments_provider_ref_length ON payments IS 'provider_ref: 1 ile 255 karakter arasında olmalıdır / provider_ref must have 1 to 255 characters';
COMMENT ON CONSTRAINT ck_payments_refund_has_charge ON payments IS 'İade, iade ettiği ödemeyi gösterir; tahsilat hiçbirini göstermez / A refund names the charge it pays back; a charge names none';
COMMENT ON CONSTRAINT ck_payments_refund_has_reason ON payments IS 'İadenin gerekçesi yazılmalıdır / A refund has a reason';
COMMENT ON CONSTRAINT ck_payments_refund_reason_length ON payments IS 'refund_reason: 1 ile 500 karakter arasında olmalıdır / refund_reason must have 1 to 500 characters';
COMMENT ON CONSTRAINT ck_payments_refund_status ON payments IS 'İade yeniden iade edilemez ve itiraza konu olamaz / A refund cannot itself be refunded or disputed';
COMMENT ON CONSTRAINT ck_payments_refunded_matches_status ON payments IS 'İade edilen tutar ödemenin durumuyla uyuşmuyor / The refunded amount does not match the status of the payment';
COMMENT ON CONSTRAINT ck_payments_updated_after_created ON payments IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_payments_updated_at_finite ON payments IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_payments_version_positive ON payments IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT fk_payments_invoice_id_invoices ON payments IS 'invoice_id, user_id, currency, invoices tablosundaki bir kayda bağlıdır / invoice_id, user_id, currency refers to a row of invoices';
COMMENT ON CONSTRAINT fk_payments_order_transaction_id_order_transactions ON payments IS 'order_transaction_id, user_id, currency, order_transactions tablosundaki bir kayda bağlıdır / order_transaction_id, user_id, currency refers to a row of order_transactions';
COMMENT ON CONSTRAINT fk_payments_refunds_payment_id_payments ON payments IS 'refunds_payment_id, user_id, currency, payments tablosundaki bir kayda bağlıdır / refunds_payment_id, user_id, currency refers to a row of payments';
COMMENT ON CONSTRAINT fk_payments_user_id_users ON payments IS 'user_id, users tablosundaki bir kayda bağlıdır / user_id refers to a row of users';
COMMENT ON CONSTRAINT pk_payments ON payments IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_payments_id_user_id_currency ON payments IS 'Ödeme bu kullanıcıda zaten kayıtlı / The payment is already recorded for this user';
COMMENT ON CONSTRAINT uq_payments_provider_provider_payment_id ON payments IS 'Sağlayıcının bu ödemesi zaten kayıtlı / This payment of the provider is already recorded';
COMMENT ON CONSTRAINT uq_payments_provider_provider_ref ON payments IS 'Sağlayıcının bu referansıyla bir ödeme kayıtlı / A payment with this reference of the provider is already recorded';
COMMENT ON INDEX gin_payments_meta IS 'Payments whose meta contains a given object: meta @> ….';
COMMENT ON INDEX idx_payments_invoice_id IS 'The payments of an invoice and their sums, and the foreign key to invoices.';
COMMENT ON INDEX idx_payments_order_transaction_id IS 'The payments of an order transaction and their sums, and the foreign key to order_transactions.';
COMMENT ON INDEX idx_payments_paid_at IS 'Money that moved in a period.';
COMMENT ON INDEX idx_payments_refunds_payment_id IS 'The refunds of a charge and their sum, and the foreign key to payments.';
COMMENT ON INDEX idx_payments_status_created IS 'Open payments, oldest first.';
COMMENT ON INDEX idx_payments_user_created IS 'A page of a user''s payments, newest first, and the foreign key to users.';
COMMENT ON INDEX idx_payments_user_currency_status IS 'What a user paid in a currency and period, by status.';
