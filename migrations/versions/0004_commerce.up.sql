SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

CREATE TABLE orders (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    order_number TEXT COLLATE "C" NOT NULL,
    buyer_id BIGINT NOT NULL,
    subtotal_cents BIGINT NOT NULL,
    total_cents BIGINT NOT NULL,
    total_try_cents BIGINT NOT NULL,
    status order_status DEFAULT 'pending' NOT NULL,
    currency currency DEFAULT 'TRY' NOT NULL,
    exchange_rate NUMERIC,
    exchange_rate_date DATE,
    exchange_rate_source TEXT,
    cancellation_reason TEXT,
    shipping_email TEXT,
    shipping_state TEXT,
    shipping_postal_code TEXT,
    notes TEXT,
    tracking_number TEXT,
    courier TEXT,
    tax_cents BIGINT DEFAULT 0 NOT NULL,
    shipping_cents BIGINT DEFAULT 0 NOT NULL,
    discount_cents BIGINT DEFAULT 0 NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    shipped_at TIMESTAMP WITH TIME ZONE,
    delivered_at TIMESTAMP WITH TIME ZONE,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    estimated_delivery TIMESTAMP WITH TIME ZONE,
    shipping_name TEXT NOT NULL,
    shipping_phone TEXT NOT NULL,
    shipping_address TEXT NOT NULL,
    shipping_city TEXT NOT NULL,
    shipping_country TEXT DEFAULT 'TR' NOT NULL,
    shipping_events JSONB DEFAULT '[]' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_orders PRIMARY KEY (id),
    CONSTRAINT uq_orders_id_buyer_id_currency UNIQUE (id, buyer_id, currency),
    CONSTRAINT uq_orders_order_number UNIQUE (order_number),
    CONSTRAINT ck_orders_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_orders_version_positive CHECK (version > 0),
    CONSTRAINT ck_orders_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_orders_order_number_length CHECK (char_length(order_number) BETWEEN 1 AND 50),
    CONSTRAINT ck_orders_subtotal_non_negative CHECK (subtotal_cents >= 0),
    CONSTRAINT ck_orders_total_positive CHECK (total_cents > 0),
    CONSTRAINT ck_orders_exchange_rate_valid CHECK (exchange_rate > 0 AND exchange_rate < 1000000000 AND scale(exchange_rate) <= 6),
    CONSTRAINT ck_orders_exchange_rate_date_finite CHECK (exchange_rate_date BETWEEN DATE '2005-01-01' AND DATE '2099-12-31'),
    CONSTRAINT ck_orders_exchange_rate_source_length CHECK (char_length(exchange_rate_source) BETWEEN 1 AND 50),
    CONSTRAINT ck_orders_cancellation_reason_length CHECK (char_length(cancellation_reason) BETWEEN 1 AND 500),
    CONSTRAINT ck_orders_shipping_email_length CHECK (char_length(shipping_email) BETWEEN 1 AND 254),
    CONSTRAINT ck_orders_shipping_state_length CHECK (char_length(shipping_state) BETWEEN 1 AND 100),
    CONSTRAINT ck_orders_shipping_postal_code_length CHECK (char_length(shipping_postal_code) BETWEEN 1 AND 20),
    CONSTRAINT ck_orders_notes_length CHECK (char_length(notes) BETWEEN 1 AND 4000),
    CONSTRAINT ck_orders_tracking_number_length CHECK (char_length(tracking_number) BETWEEN 1 AND 100),
    CONSTRAINT ck_orders_courier_length CHECK (char_length(courier) BETWEEN 1 AND 100),
    CONSTRAINT ck_orders_tax_non_negative CHECK (tax_cents >= 0),
    CONSTRAINT ck_orders_shipping_non_negative CHECK (shipping_cents >= 0),
    CONSTRAINT ck_orders_discount_non_negative CHECK (discount_cents >= 0),
    CONSTRAINT ck_orders_confirmed_at_finite CHECK (confirmed_at >= to_timestamp(946684800) AND confirmed_at < to_timestamp(4102444800)),
    CONSTRAINT ck_orders_shipped_at_finite CHECK (shipped_at >= to_timestamp(946684800) AND shipped_at < to_timestamp(4102444800)),
    CONSTRAINT ck_orders_delivered_at_finite CHECK (delivered_at >= to_timestamp(946684800) AND delivered_at < to_timestamp(4102444800)),
    CONSTRAINT ck_orders_cancelled_at_finite CHECK (cancelled_at >= to_timestamp(946684800) AND cancelled_at < to_timestamp(4102444800)),
    CONSTRAINT ck_orders_estimated_delivery_finite CHECK (estimated_delivery >= to_timestamp(946684800) AND estimated_delivery < to_timestamp(4102444800)),
    CONSTRAINT ck_orders_shipping_name_length CHECK (char_length(shipping_name) BETWEEN 1 AND 200),
    CONSTRAINT ck_orders_shipping_name_not_empty CHECK (shipping_name ~ '[^ \t\n\r\f\v]'),
    CONSTRAINT ck_orders_shipping_phone_not_empty CHECK (shipping_phone ~ '^\+(90(5[0-9]{2}|[234][0-9]{2}|800|850)[0-9]{7}|([1-8][0-9]|9[1-9])[0-9]{5,13})$'),
    CONSTRAINT ck_orders_shipping_address_length CHECK (char_length(shipping_address) BETWEEN 1 AND 1000),
    CONSTRAINT ck_orders_shipping_city_length CHECK (char_length(shipping_city) BETWEEN 1 AND 100),
    CONSTRAINT ck_orders_shipping_country_format CHECK (shipping_country ~ '^[A-Z]{2}$'),
    CONSTRAINT ck_orders_shipping_events_array CHECK (jsonb_typeof(shipping_events) = 'array'),
    CONSTRAINT ck_orders_shipping_events_size CHECK (octet_length(shipping_events::text) <= 65536),
    CONSTRAINT ck_orders_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ck_orders_total_calculation CHECK (total_cents = subtotal_cents::numeric + tax_cents + shipping_cents - discount_cents),
    CONSTRAINT ck_orders_currency_policy CHECK ((currency = 'TRY') = (exchange_rate IS NULL) AND (exchange_rate IS NULL) = (exchange_rate_date IS NULL) AND (exchange_rate IS NULL) = (exchange_rate_source IS NULL)),
    CONSTRAINT ck_orders_total_try_is_converted CHECK (total_try_cents = round(total_cents * coalesce(exchange_rate, 1))),
    CONSTRAINT ck_orders_timestamps_match_status CHECK (CASE status WHEN 'pending' THEN num_nonnulls(confirmed_at, shipped_at, delivered_at) = 0 WHEN 'confirmed' THEN confirmed_at IS NOT NULL AND num_nonnulls(shipped_at, delivered_at) = 0 WHEN 'processing' THEN confirmed_at IS NOT NULL AND num_nonnulls(shipped_at, delivered_at) = 0 WHEN 'shipped' THEN num_nonnulls(confirmed_at, shipped_at) = 2 AND delivered_at IS NULL WHEN 'delivered' THEN num_nonnulls(confirmed_at, shipped_at, delivered_at) = 3 ELSE true END),
    CONSTRAINT ck_orders_timestamps_ascend CHECK (shipped_at >= confirmed_at AND delivered_at >= shipped_at),
    CONSTRAINT ck_orders_cancelled_at_matches_status CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)),
    CONSTRAINT ck_orders_cancelled_has_reason CHECK ((cancelled_at IS NULL) = (cancellation_reason IS NULL))
);

CREATE TABLE payment_methods (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    buyer_id BIGINT NOT NULL,
    method payment_method NOT NULL,
    is_default BOOLEAN DEFAULT false NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    card_brand TEXT,
    card_last_four TEXT,
    card_holder_name TEXT,
    bank_code TEXT,
    bank_name TEXT,
    holder_kind TEXT,
    gateway TEXT,
    gateway_token_hash TEXT,
    gateway_customer_id TEXT,
    card_exp_month INTEGER,
    card_exp_year INTEGER,
    holder_identity_encrypted BYTEA,
    gateway_token_encrypted BYTEA,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_payment_methods PRIMARY KEY (id),
    CONSTRAINT uq_payment_methods_gateway_gateway_token_hash UNIQUE (gateway, gateway_token_hash),
    CONSTRAINT ck_payment_methods_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_payment_methods_version_positive CHECK (version > 0),
    CONSTRAINT ck_payment_methods_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_payment_methods_card_brand_length CHECK (char_length(card_brand) BETWEEN 1 AND 50),
    CONSTRAINT ck_payment_methods_card_last_four_format CHECK (card_last_four ~ '^[0-9]{4}$'),
    CONSTRAINT ck_payment_methods_card_holder_name_length CHECK (char_length(card_holder_name) BETWEEN 1 AND 200),
    CONSTRAINT ck_payment_methods_bank_code_length CHECK (char_length(bank_code) BETWEEN 1 AND 10),
    CONSTRAINT ck_payment_methods_bank_name_length CHECK (char_length(bank_name) BETWEEN 1 AND 200),
    CONSTRAINT ck_payment_methods_holder_kind_length CHECK (char_length(holder_kind) BETWEEN 1 AND 20),
    CONSTRAINT ck_payment_methods_gateway_length CHECK (char_length(gateway) BETWEEN 1 AND 50),
    CONSTRAINT ck_payment_methods_gateway_token_hash_format CHECK (octet_length(gateway_token_hash) = 64 AND gateway_token_hash ~ '^[0-9a-f]*$'),
    CONSTRAINT ck_payment_methods_gateway_customer_id_length CHECK (char_length(gateway_customer_id) BETWEEN 1 AND 200),
    CONSTRAINT ck_payment_methods_card_exp_month_valid CHECK (card_exp_month >= 1 AND card_exp_month <= 12),
    CONSTRAINT ck_payment_methods_card_exp_year_valid CHECK (card_exp_year >= 2000 AND card_exp_year <= 2099),
    CONSTRAINT ck_payment_methods_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ck_payment_methods_default_is_active CHECK (NOT is_default OR is_active),
    CONSTRAINT ck_payment_methods_card_has_expiry CHECK (method NOT IN ('credit_card', 'debit_card') OR num_nonnulls(card_last_four, card_exp_month, card_exp_year) = 3),
    CONSTRAINT ck_payment_methods_token_has_hash CHECK ((gateway_token_encrypted IS NULL) = (gateway_token_hash IS NULL) AND (gateway_token_hash IS NULL OR gateway IS NOT NULL))
);

CREATE TABLE products (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    sku TEXT COLLATE "C" NOT NULL,
    vendor_id BIGINT,
    created_by_user_id BIGINT,
    updated_by_user_id BIGINT,
    sale_price_cents BIGINT,
    cost_price_cents BIGINT,
    commission_cents BIGINT,
    name TEXT NOT NULL,
    description TEXT,
    category TEXT,
    status product_status DEFAULT 'in_transit' NOT NULL,
    currency currency DEFAULT 'TRY' NOT NULL,
    kdv_rate NUMERIC DEFAULT 20 NOT NULL,
    weight_kg NUMERIC,
    dimensions JSONB,
    tags TEXT[] DEFAULT '{}' NOT NULL,
    stock_quantity INTEGER DEFAULT 0 NOT NULL,
    deleted_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_products PRIMARY KEY (id),
    CONSTRAINT uq_products_sku UNIQUE (sku),
    CONSTRAINT ck_products_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_products_version_positive CHECK (version > 0),
    CONSTRAINT ck_products_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_products_sku_length CHECK (char_length(sku) BETWEEN 1 AND 50),
    CONSTRAINT ck_products_sku_not_empty CHECK (sku ~ '[^ \t\n\r\f\v]'),
    CONSTRAINT ck_products_sale_price_non_negative CHECK (sale_price_cents >= 0),
    CONSTRAINT ck_products_cost_price_non_negative CHECK (cost_price_cents >= 0),
    CONSTRAINT ck_products_commission_non_negative CHECK (commission_cents >= 0),
    CONSTRAINT ck_products_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    CONSTRAINT ck_products_name_not_empty CHECK (name ~ '[^ \t\n\r\f\v]'),
    CONSTRAINT ck_products_description_length CHECK (char_length(description) BETWEEN 1 AND 10000),
    CONSTRAINT ck_products_category_length CHECK (char_length(category) BETWEEN 1 AND 100),
    CONSTRAINT ck_products_kdv_rate_valid CHECK (kdv_rate >= 0 AND kdv_rate <= 100 AND scale(kdv_rate) <= 2),
    CONSTRAINT ck_products_weight_non_negative CHECK (weight_kg >= 0 AND weight_kg < 100000 AND scale(weight_kg) <= 3),
    CONSTRAINT ck_products_dimensions_object CHECK (jsonb_typeof(dimensions) = 'object'),
    CONSTRAINT ck_products_dimensions_size CHECK (octet_length(dimensions::text) <= 65536),
    CONSTRAINT ck_products_stock_quantity_non_negative CHECK (stock_quantity >= 0),
    CONSTRAINT ck_products_deleted_at_finite CHECK (deleted_at >= to_timestamp(946684800) AND deleted_at < to_timestamp(4102444800)),
    CONSTRAINT ck_products_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ck_products_available_has_price CHECK (status <> 'available' OR sale_price_cents > 0)
);

CREATE TABLE order_items (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    order_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    unit_price_cents BIGINT NOT NULL,
    total_price_cents BIGINT NOT NULL,
    line_number INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    product_name TEXT NOT NULL,
    product_sku TEXT NOT NULL,
    product_image_url TEXT,
    kdv_rate NUMERIC DEFAULT 20 NOT NULL,
    variant_attributes JSONB,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_order_items PRIMARY KEY (id),
    CONSTRAINT uq_order_items_order_id_line_number UNIQUE (order_id, line_number),
    CONSTRAINT ck_order_items_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_order_items_unit_price_positive CHECK (unit_price_cents > 0),
    CONSTRAINT ck_order_items_line_number_positive CHECK (line_number > 0),
    CONSTRAINT ck_order_items_quantity_positive CHECK (quantity > 0),
    CONSTRAINT ck_order_items_product_name_length CHECK (char_length(product_name) BETWEEN 1 AND 500),
    CONSTRAINT ck_order_items_product_name_not_empty CHECK (product_name ~ '[^ \t\n\r\f\v]'),
    CONSTRAINT ck_order_items_product_sku_length CHECK (char_length(product_sku) BETWEEN 1 AND 100),
    CONSTRAINT ck_order_items_product_sku_not_empty CHECK (product_sku ~ '[^ \t\n\r\f\v]'),
    CONSTRAINT ck_order_items_product_image_url_length CHECK (char_length(product_image_url) BETWEEN 1 AND 1000),
    CONSTRAINT ck_order_items_kdv_rate_valid CHECK (kdv_rate >= 0 AND kdv_rate <= 100 AND scale(kdv_rate) <= 2),
    CONSTRAINT ck_order_items_variant_attributes_object CHECK (jsonb_typeof(variant_attributes) = 'object'),
    CONSTRAINT ck_order_items_variant_attributes_size CHECK (octet_length(variant_attributes::text) <= 65536),
    CONSTRAINT ck_order_items_total_calculation CHECK (total_price_cents = unit_price_cents::numeric * quantity)
);

CREATE TABLE order_transactions (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    transaction_reference TEXT COLLATE "C" NOT NULL,
    order_id BIGINT NOT NULL,
    buyer_id BIGINT NOT NULL,
    amount_cents BIGINT NOT NULL,
    currency currency DEFAULT 'TRY' NOT NULL,
    status order_transaction_status DEFAULT 'pending' NOT NULL,
    method payment_method NOT NULL,
    payment_method_id BIGINT,
    gateway TEXT NOT NULL,
    gateway_transaction_id TEXT,
    gateway_reference TEXT,
    failure_code TEXT,
    failure_reason TEXT,
    gateway_response JSONB,
    paid_cents BIGINT DEFAULT 0 NOT NULL,
    refunded_cents BIGINT DEFAULT 0 NOT NULL,
    processed_at TIMESTAMP WITH TIME ZONE,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_order_transactions PRIMARY KEY (id),
    CONSTRAINT uq_order_transactions_gateway_gateway_transaction_id UNIQUE (gateway, gateway_transaction_id),
    CONSTRAINT uq_order_transactions_id_buyer_id_currency UNIQUE (id, buyer_id, currency),
    CONSTRAINT uq_order_transactions_transaction_reference UNIQUE (transaction_reference),
    CONSTRAINT ck_order_transactions_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_order_transactions_version_positive CHECK (version > 0),
    CONSTRAINT ck_order_transactions_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_order_transactions_transaction_reference_length CHECK (char_length(transaction_reference) BETWEEN 1 AND 100),
    CONSTRAINT ck_order_transactions_amount_positive CHECK (amount_cents > 0),
    CONSTRAINT ck_order_transactions_gateway_length CHECK (char_length(gateway) BETWEEN 1 AND 50),
    CONSTRAINT ck_order_transactions_gateway_transaction_id_length CHECK (char_length(gateway_transaction_id) BETWEEN 1 AND 200),
    CONSTRAINT ck_order_transactions_gateway_reference_length CHECK (char_length(gateway_reference) BETWEEN 1 AND 200),
    CONSTRAINT ck_order_transactions_failure_code_length CHECK (char_length(failure_code) BETWEEN 1 AND 50),
    CONSTRAINT ck_order_transactions_failure_reason_length CHECK (char_length(failure_reason) BETWEEN 1 AND 1000),
    CONSTRAINT ck_order_transactions_gateway_response_object CHECK (jsonb_typeof(gateway_response) = 'object'),
    CONSTRAINT ck_order_transactions_gateway_response_size CHECK (octet_length(gateway_response::text) <= 65536),
    CONSTRAINT ck_order_transactions_processed_at_finite CHECK (processed_at >= to_timestamp(946684800) AND processed_at < to_timestamp(4102444800)),
    CONSTRAINT ck_order_transactions_confirmed_at_finite CHECK (confirmed_at >= to_timestamp(946684800) AND confirmed_at < to_timestamp(4102444800)),
    CONSTRAINT ck_order_transactions_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ck_order_transactions_paid_within_amount CHECK (refunded_cents >= 0 AND paid_cents >= refunded_cents AND paid_cents - refunded_cents <= amount_cents),
    CONSTRAINT ck_order_transactions_approved_has_confirmed_at CHECK (status <> 'approved' OR confirmed_at IS NOT NULL),
    CONSTRAINT ck_order_transactions_failed_has_code CHECK (status NOT IN ('declined', 'error') OR failure_code IS NOT NULL)
);

ALTER TABLE orders ADD CONSTRAINT fk_orders_buyer_id_users FOREIGN KEY (buyer_id) REFERENCES users (id) ON DELETE RESTRICT;

CREATE INDEX idx_orders_buyer_created ON orders (buyer_id, created_at DESC, id DESC);
CREATE INDEX idx_orders_status_created ON orders (status, created_at);
CREATE INDEX idx_orders_tracking_number ON orders (tracking_number) WHERE tracking_number IS NOT NULL;

ALTER TABLE payment_methods ADD CONSTRAINT fk_payment_methods_buyer_id_users FOREIGN KEY (buyer_id) REFERENCES users (id) ON DELETE CASCADE;

CREATE INDEX idx_payment_methods_buyer_id ON payment_methods (buyer_id);
CREATE UNIQUE INDEX puq_payment_methods_buyer_id ON payment_methods (buyer_id) WHERE is_default;

ALTER TABLE products ADD CONSTRAINT fk_products_created_by_user_id_users FOREIGN KEY (created_by_user_id) REFERENCES users (id) ON DELETE RESTRICT;
ALTER TABLE products ADD CONSTRAINT fk_products_updated_by_user_id_users FOREIGN KEY (updated_by_user_id) REFERENCES users (id) ON DELETE RESTRICT;
ALTER TABLE products ADD CONSTRAINT fk_products_vendor_id_users FOREIGN KEY (vendor_id) REFERENCES users (id) ON DELETE RESTRICT;

CREATE INDEX gin_products_tags ON products USING gin (tags) WITH (fastupdate = on, gin_pending_list_limit = 4096);
CREATE INDEX idx_products_category ON products (category) WHERE deleted_at IS NULL;
CREATE INDEX idx_products_created_by_user_id ON products (created_by_user_id) WHERE created_by_user_id IS NOT NULL;
CREATE INDEX idx_products_status_created ON products (status, created_at);
CREATE INDEX idx_products_updated_by_user_id ON products (updated_by_user_id) WHERE updated_by_user_id IS NOT NULL;
CREATE INDEX idx_products_vendor_status_created ON products (vendor_id, status, created_at);

ALTER TABLE order_items ADD CONSTRAINT fk_order_items_order_id_orders FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE;
ALTER TABLE order_items ADD CONSTRAINT fk_order_items_product_id_products FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE RESTRICT;

CREATE INDEX idx_order_items_product_id ON order_items (product_id);

ALTER TABLE order_transactions ADD CONSTRAINT fk_order_transactions_order_id_orders FOREIGN KEY (order_id, buyer_id, currency) REFERENCES orders (id, buyer_id, currency) ON DELETE CASCADE;
ALTER TABLE order_transactions ADD CONSTRAINT fk_order_transactions_payment_method_id_payment_methods FOREIGN KEY (payment_method_id) REFERENCES payment_methods (id) ON DELETE SET NULL;

CREATE INDEX idx_order_transactions_order_id ON order_transactions (order_id);
CREATE INDEX idx_order_transactions_payment_method_id ON order_transactions (payment_method_id) WHERE payment_method_id IS NOT NULL;
CREATE INDEX idx_order_transactions_status_created ON order_transactions (status, created_at) WHERE status IN ('pending', 'processing');

COMMENT ON TABLE orders IS 'A purchase: amounts, delivery, state.';
COMMENT ON COLUMN orders.id IS 'Key, given by the server.';
COMMENT ON COLUMN orders.order_number IS 'Number told to the buyer, unique, compared byte by byte.';
COMMENT ON COLUMN orders.buyer_id IS 'User who buys.';
COMMENT ON COLUMN orders.subtotal_cents IS 'Sum of the items without KDV, in minor units of currency.';
COMMENT ON COLUMN orders.total_cents IS 'What the buyer pays: subtotal + tax + shipping − discount, in minor units of currency.';
COMMENT ON COLUMN orders.total_try_cents IS 'The total in kuruş at the exchange rate.';
COMMENT ON COLUMN orders.status IS 'How far the order has come.';
COMMENT ON COLUMN orders.currency IS 'Currency of every amount in this row (ISO 4217).';
COMMENT ON COLUMN orders.exchange_rate IS 'TRY for one unit of the currency; NULL for TRY, required for every other.';
COMMENT ON COLUMN orders.exchange_rate_date IS 'Day (Europe/Istanbul) for which the rate was published; NULL for TRY.';
COMMENT ON COLUMN orders.exchange_rate_source IS 'Who published the rate, and which of its rates: TCMB forex buying; NULL for TRY.';
COMMENT ON COLUMN orders.cancellation_reason IS 'Why it was cancelled, in the words of whoever did; set together with cancelled_at.';
COMMENT ON COLUMN orders.shipping_email IS 'Address to which news of the delivery is sent.';
COMMENT ON COLUMN orders.shipping_state IS 'District (ilçe), state or province of the delivery.';
COMMENT ON COLUMN orders.shipping_postal_code IS 'Postal code of the delivery.';
COMMENT ON COLUMN orders.notes IS 'What the buyer adds to the order.';
COMMENT ON COLUMN orders.tracking_number IS 'The courier''s number of the parcel.';
COMMENT ON COLUMN orders.courier IS 'Who carries the parcel.';
COMMENT ON COLUMN orders.tax_cents IS 'KDV of the order, in minor units of currency.';
COMMENT ON COLUMN orders.shipping_cents IS 'Cost of the delivery, in minor units of currency.';
COMMENT ON COLUMN orders.discount_cents IS 'Discount on the whole order, in minor units of currency.';
COMMENT ON COLUMN orders.confirmed_at IS 'When the order was confirmed (UTC).';
COMMENT ON COLUMN orders.shipped_at IS 'When the parcel left (UTC).';
COMMENT ON COLUMN orders.delivered_at IS 'When the parcel arrived (UTC).';
COMMENT ON COLUMN orders.cancelled_at IS 'When it was cancelled (UTC); set with status cancelled, and only then.';
COMMENT ON COLUMN orders.estimated_delivery IS 'When the parcel is expected to arrive (UTC).';
COMMENT ON COLUMN orders.shipping_name IS 'Who receives the parcel.';
COMMENT ON COLUMN orders.shipping_phone IS 'Phone number of the recipient in E.164 form, Turkish or foreign.';
COMMENT ON COLUMN orders.shipping_address IS 'Street address of the delivery.';
COMMENT ON COLUMN orders.shipping_city IS 'City (il) of the delivery.';
COMMENT ON COLUMN orders.shipping_country IS 'Country of the delivery (ISO 3166-1 alpha-2).';
COMMENT ON COLUMN orders.shipping_events IS 'What the courier reported, oldest first, as a JSON array.';
COMMENT ON COLUMN orders.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN orders.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN orders.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_orders_cancellation_reason_length ON orders IS 'cancellation_reason: 1 ile 500 karakter arasında olmalıdır / cancellation_reason must have 1 to 500 characters';
COMMENT ON CONSTRAINT ck_orders_cancelled_at_finite ON orders IS 'cancelled_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / cancelled_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_orders_cancelled_at_matches_status ON orders IS 'İptal anı, durum iptal ise bulunur, değilse bulunmaz / The moment of cancellation is there if, and only if, the status is cancelled';
COMMENT ON CONSTRAINT ck_orders_cancelled_has_reason ON orders IS 'İptal, gerekçesiyle birlikte yazılır; iptal yoksa gerekçe de yoktur / A cancellation is written with its reason; without one there is no reason';
COMMENT ON CONSTRAINT ck_orders_confirmed_at_finite ON orders IS 'confirmed_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / confirmed_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_orders_courier_length ON orders IS 'courier: 1 ile 100 karakter arasında olmalıdır / courier must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_orders_created_at_finite ON orders IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_orders_currency_policy ON orders IS 'TRY dışındaki belgede kur, kur tarihi ve kur kaynağı birlikte bulunur; TRY belgede hiçbiri bulunmaz / A document in another currency than TRY carries rate, date and source of the rate; one in TRY carries none';
COMMENT ON CONSTRAINT ck_orders_delivered_at_finite ON orders IS 'delivered_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / delivered_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_orders_discount_non_negative ON orders IS 'İndirim tutarı sıfırdan küçük olamaz / The discount must not be negative';
COMMENT ON CONSTRAINT ck_orders_estimated_delivery_finite ON orders IS 'estimated_delivery: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / estimated_delivery must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_orders_exchange_rate_date_finite ON orders IS 'exchange_rate_date: 2005-01-01 ile 2099-12-31 arasında bir gün olmalıdır / exchange_rate_date must be a day from 2005-01-01 to 2099-12-31';
COMMENT ON CONSTRAINT ck_orders_exchange_rate_source_length ON orders IS 'exchange_rate_source: 1 ile 50 karakter arasında olmalıdır / exchange_rate_source must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_orders_exchange_rate_valid ON orders IS 'Kur sıfırdan büyük ve bir milyardan küçük olmalı, en çok altı ondalık basamak taşımalıdır / The exchange rate must be above zero and below one billion, with at most six decimal places';
COMMENT ON CONSTRAINT ck_orders_notes_length ON orders IS 'notes: 1 ile 4000 karakter arasında olmalıdır / notes must have 1 to 4000 characters';
COMMENT ON CONSTRAINT ck_orders_order_number_length ON orders IS 'order_number: 1 ile 50 karakter arasında olmalıdır / order_number must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_orders_shipped_at_finite ON orders IS 'shipped_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / shipped_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_orders_shipping_address_length ON orders IS 'shipping_address: 1 ile 1000 karakter arasında olmalıdır / shipping_address must have 1 to 1000 characters';
COMMENT ON CONSTRAINT ck_orders_shipping_city_length ON orders IS 'shipping_city: 1 ile 100 karakter arasında olmalıdır / shipping_city must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_orders_shipping_country_format ON orders IS 'Ülke iki büyük harfle yazılır (TR) / The country is written in two capital letters (TR)';
COMMENT ON CONSTRAINT ck_orders_shipping_email_length ON orders IS 'shipping_email: 1 ile 254 karakter arasında olmalıdır / shipping_email must have 1 to 254 characters';
COMMENT ON CONSTRAINT ck_orders_shipping_events_array ON orders IS 'shipping_events bir JSON dizisi olmalıdır / shipping_events must be a JSON array';
COMMENT ON CONSTRAINT ck_orders_shipping_events_size ON orders IS 'shipping_events en çok 65536 bayt olabilir / shipping_events must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_orders_shipping_name_length ON orders IS 'shipping_name: 1 ile 200 karakter arasında olmalıdır / shipping_name must have 1 to 200 characters';
COMMENT ON CONSTRAINT ck_orders_shipping_name_not_empty ON orders IS 'Teslim alacak kişinin adı boş olamaz / The name of the recipient must not be empty';
COMMENT ON CONSTRAINT ck_orders_shipping_non_negative ON orders IS 'Kargo tutarı sıfırdan küçük olamaz / The shipping cost must not be negative';
COMMENT ON CONSTRAINT ck_orders_shipping_phone_not_empty ON orders IS 'Teslimat telefonu + ve ülke koduyla yazılır; Türkiye numarası +90 ve on rakamdır / The phone of the delivery is written with + and country code; a Turkish one is +90 and ten digits';
COMMENT ON CONSTRAINT ck_orders_shipping_postal_code_length ON orders IS 'shipping_postal_code: 1 ile 20 karakter arasında olmalıdır / shipping_postal_code must have 1 to 20 characters';
COMMENT ON CONSTRAINT ck_orders_shipping_state_length ON orders IS 'shipping_state: 1 ile 100 karakter arasında olmalıdır / shipping_state must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_orders_subtotal_non_negative ON orders IS 'Ara toplam sıfırdan küçük olamaz / The subtotal must not be negative';
COMMENT ON CONSTRAINT ck_orders_tax_non_negative ON orders IS 'Vergi tutarı sıfırdan küçük olamaz / The tax must not be negative';
COMMENT ON CONSTRAINT ck_orders_timestamps_ascend ON orders IS 'Sipariş önce onaylanır, sonra kargolanır, sonra teslim edilir / An order is confirmed first, shipped next and delivered last';
COMMENT ON CONSTRAINT ck_orders_timestamps_match_status ON orders IS 'Onay, kargo ve teslim anları siparişin durumuyla uyuşmuyor / The moments of confirmation, shipping and delivery do not match the status of the order';
COMMENT ON CONSTRAINT ck_orders_total_calculation ON orders IS 'Toplam = ara toplam + vergi + kargo − indirim olmalıdır / The total must be subtotal + tax + shipping − discount';
COMMENT ON CONSTRAINT ck_orders_total_positive ON orders IS 'Sipariş toplamı sıfırdan büyük olmalıdır / The total of an order must be above zero';
COMMENT ON CONSTRAINT ck_orders_total_try_is_converted ON orders IS 'TRY karşılığı, tutarın kurla çarpılıp kuruşa yuvarlanmış hâli olmalıdır / The TRY equivalent must be the amount times the rate, rounded to whole kuruş';
COMMENT ON CONSTRAINT ck_orders_tracking_number_length ON orders IS 'tracking_number: 1 ile 100 karakter arasında olmalıdır / tracking_number must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_orders_updated_after_created ON orders IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_orders_updated_at_finite ON orders IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_orders_version_positive ON orders IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT fk_orders_buyer_id_users ON orders IS 'buyer_id, users tablosundaki bir kayda bağlıdır / buyer_id refers to a row of users';
COMMENT ON CONSTRAINT pk_orders ON orders IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_orders_id_buyer_id_currency ON orders IS 'Sipariş bu alıcıda zaten kayıtlı / The order is already recorded for this buyer';
COMMENT ON CONSTRAINT uq_orders_order_number ON orders IS 'Bu numarayla bir sipariş var / There is an order with this number';
COMMENT ON INDEX idx_orders_buyer_created IS 'A page of a buyer''s orders, newest first, and the foreign key to users.';
COMMENT ON INDEX idx_orders_status_created IS 'The oldest orders in a status.';
COMMENT ON INDEX idx_orders_tracking_number IS 'The order of a parcel.';
COMMENT ON TABLE payment_methods IS 'A buyer''s stored way to pay.';
COMMENT ON COLUMN payment_methods.id IS 'Key, given by the server.';
COMMENT ON COLUMN payment_methods.buyer_id IS 'User who pays with it; it goes when the user goes.';
COMMENT ON COLUMN payment_methods.method IS 'The way to pay.';
COMMENT ON COLUMN payment_methods.is_default IS 'Offered first; one for each buyer at most.';
COMMENT ON COLUMN payment_methods.is_active IS 'Whether it is offered at all.';
COMMENT ON COLUMN payment_methods.card_brand IS 'Brand printed on the card.';
COMMENT ON COLUMN payment_methods.card_last_four IS 'Last four digits of the card number.';
COMMENT ON COLUMN payment_methods.card_holder_name IS 'Name on the card.';
COMMENT ON COLUMN payment_methods.bank_code IS 'Code of the bank (EFT).';
COMMENT ON COLUMN payment_methods.bank_name IS 'Name of the bank.';
COMMENT ON COLUMN payment_methods.holder_kind IS 'What holder_identity_encrypted holds, in the provider''s words: tckn, vkn, passport.';
COMMENT ON COLUMN payment_methods.gateway IS 'Payment provider that issued the token.';
COMMENT ON COLUMN payment_methods.gateway_token_hash IS 'Keyed SHA-256 of the provider''s token in hex, to find it by.';
COMMENT ON COLUMN payment_methods.gateway_customer_id IS 'The provider''s number of the buyer.';
COMMENT ON COLUMN payment_methods.card_exp_month IS 'Month of the card''s expiry, 1 to 12.';
COMMENT ON COLUMN payment_methods.card_exp_year IS 'Year of the card''s expiry, with century.';
COMMENT ON COLUMN payment_methods.holder_identity_encrypted IS 'Identity number of the holder, AES-GCM encrypted.';
COMMENT ON COLUMN payment_methods.gateway_token_encrypted IS 'The provider''s token to charge again, AES-GCM encrypted.';
COMMENT ON COLUMN payment_methods.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN payment_methods.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN payment_methods.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_payment_methods_bank_code_length ON payment_methods IS 'bank_code: 1 ile 10 karakter arasında olmalıdır / bank_code must have 1 to 10 characters';
COMMENT ON CONSTRAINT ck_payment_methods_bank_name_length ON payment_methods IS 'bank_name: 1 ile 200 karakter arasında olmalıdır / bank_name must have 1 to 200 characters';
COMMENT ON CONSTRAINT ck_payment_methods_card_brand_length ON payment_methods IS 'card_brand: 1 ile 50 karakter arasında olmalıdır / card_brand must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_payment_methods_card_exp_month_valid ON payment_methods IS 'Kartın son kullanma ayı 1 ile 12 arasında olmalıdır / The month of expiry must be from 1 to 12';
COMMENT ON CONSTRAINT ck_payment_methods_card_exp_year_valid ON payment_methods IS 'Kartın son kullanma yılı dört rakamla, 2000 ile 2099 arasında yazılır / The year of expiry has four digits, from 2000 to 2099';
COMMENT ON CONSTRAINT ck_payment_methods_card_has_expiry ON payment_methods IS 'Kart, son dört rakamı ve son kullanma tarihiyle birlikte saklanır / A card is stored with its last four digits and its month and year of expiry';
COMMENT ON CONSTRAINT ck_payment_methods_card_holder_name_length ON payment_methods IS 'card_holder_name: 1 ile 200 karakter arasında olmalıdır / card_holder_name must have 1 to 200 characters';
COMMENT ON CONSTRAINT ck_payment_methods_card_last_four_format ON payment_methods IS 'Kartın yalnız son dört rakamı saklanır / Only the last four digits of a card are stored';
COMMENT ON CONSTRAINT ck_payment_methods_created_at_finite ON payment_methods IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_payment_methods_default_is_active ON payment_methods IS 'Etkin olmayan bir ödeme yöntemi varsayılan olamaz / A payment method must be active to be the default';
COMMENT ON CONSTRAINT ck_payment_methods_gateway_customer_id_length ON payment_methods IS 'gateway_customer_id: 1 ile 200 karakter arasında olmalıdır / gateway_customer_id must have 1 to 200 characters';
COMMENT ON CONSTRAINT ck_payment_methods_gateway_length ON payment_methods IS 'gateway: 1 ile 50 karakter arasında olmalıdır / gateway must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_payment_methods_gateway_token_hash_format ON payment_methods IS 'gateway_token_hash: SHA-256 özeti 64 küçük onaltılık hanedir / gateway_token_hash: a SHA-256 is 64 lower-case hexadecimal digits';
COMMENT ON CONSTRAINT ck_payment_methods_holder_kind_length ON payment_methods IS 'holder_kind: 1 ile 20 karakter arasında olmalıdır / holder_kind must have 1 to 20 characters';
COMMENT ON CONSTRAINT ck_payment_methods_token_has_hash ON payment_methods IS 'Ödeme belirteci, özeti ve sağlayıcısıyla birlikte saklanır / A token is stored together with its hash and its provider';
COMMENT ON CONSTRAINT ck_payment_methods_updated_after_created ON payment_methods IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_payment_methods_updated_at_finite ON payment_methods IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_payment_methods_version_positive ON payment_methods IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT fk_payment_methods_buyer_id_users ON payment_methods IS 'buyer_id, users tablosundaki bir kayda bağlıdır / buyer_id refers to a row of users';
COMMENT ON CONSTRAINT pk_payment_methods ON payment_methods IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_payment_methods_gateway_gateway_token_hash ON payment_methods IS 'Bu ödeme yöntemi zaten kayıtlı / This payment method is already stored';
COMMENT ON INDEX idx_payment_methods_buyer_id IS 'The payment methods of a buyer, and the foreign key to users.';
COMMENT ON INDEX puq_payment_methods_buyer_id IS 'The default payment method of a buyer; one at most.';
COMMENT ON TABLE products IS 'An article on sale.';
COMMENT ON COLUMN products.id IS 'Key, given by the server.';
COMMENT ON COLUMN products.sku IS 'Stock keeping unit, unique, compared byte by byte.';
COMMENT ON COLUMN products.vendor_id IS 'User who sells the article.';
COMMENT ON COLUMN products.created_by_user_id IS 'User who listed the article.';
COMMENT ON COLUMN products.updated_by_user_id IS 'User who last changed the article.';
COMMENT ON COLUMN products.sale_price_cents IS 'Sale price of one piece without KDV, in minor units of currency.';
COMMENT ON COLUMN products.cost_price_cents IS 'What one piece costs the vendor, in minor units of currency.';
COMMENT ON COLUMN products.commission_cents IS 'Commission of the shop on one piece, in minor units of currency.';
COMMENT ON COLUMN products.name IS 'Name shown to buyers.';
COMMENT ON COLUMN products.description IS 'Text shown to buyers.';
COMMENT ON COLUMN products.category IS 'Category of the catalogue.';
COMMENT ON COLUMN products.status IS 'Where the article stands between its listing and its sale.';
COMMENT ON COLUMN products.currency IS 'Currency of the three prices (ISO 4217).';
COMMENT ON COLUMN products.kdv_rate IS 'KDV rate in percent: 20 is 20 %.';
COMMENT ON COLUMN products.weight_kg IS 'Weight of one piece in kilograms, exact to the gram.';
COMMENT ON COLUMN products.dimensions IS 'Measures of one piece, as a JSON object by side.';
COMMENT ON COLUMN products.tags IS 'Words by which the catalogue is searched.';
COMMENT ON COLUMN products.stock_quantity IS 'Pieces in stock; taken by an order, returned when it is cancelled.';
COMMENT ON COLUMN products.deleted_at IS 'When the article left the catalogue (UTC); the row stays for the orders that name it.';
COMMENT ON COLUMN products.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN products.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN products.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_products_available_has_price ON products IS 'Satıştaki ürünün satış fiyatı sıfırdan büyük olmalıdır / An available product must have a sale price above zero';
COMMENT ON CONSTRAINT ck_products_category_length ON products IS 'category: 1 ile 100 karakter arasında olmalıdır / category must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_products_commission_non_negative ON products IS 'Komisyon sıfırdan küçük olamaz / The commission must not be negative';
COMMENT ON CONSTRAINT ck_products_cost_price_non_negative ON products IS 'Maliyet fiyatı sıfırdan küçük olamaz / The cost price must not be negative';
COMMENT ON CONSTRAINT ck_products_created_at_finite ON products IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_products_deleted_at_finite ON products IS 'deleted_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / deleted_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_products_description_length ON products IS 'description: 1 ile 10000 karakter arasında olmalıdır / description must have 1 to 10000 characters';
COMMENT ON CONSTRAINT ck_products_dimensions_object ON products IS 'dimensions bir JSON nesnesi olmalıdır / dimensions must be a JSON object';
COMMENT ON CONSTRAINT ck_products_dimensions_size ON products IS 'dimensions en çok 65536 bayt olabilir / dimensions must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_products_kdv_rate_valid ON products IS 'KDV oranı 0 ile 100 arasında olmalı, en çok iki ondalık basamak taşımalıdır / The KDV rate must be from 0 to 100, with at most two decimal places';
COMMENT ON CONSTRAINT ck_products_name_length ON products IS 'name: 1 ile 200 karakter arasında olmalıdır / name must have 1 to 200 characters';
COMMENT ON CONSTRAINT ck_products_name_not_empty ON products IS 'Ürün adı boş olamaz / The product name must not be empty';
COMMENT ON CONSTRAINT ck_products_sale_price_non_negative ON products IS 'Satış fiyatı sıfırdan küçük olamaz / The sale price must not be negative';
COMMENT ON CONSTRAINT ck_products_sku_length ON products IS 'sku: 1 ile 50 karakter arasında olmalıdır / sku must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_products_sku_not_empty ON products IS 'Stok kodu boş olamaz / The stock code must not be empty';
COMMENT ON CONSTRAINT ck_products_stock_quantity_non_negative ON products IS 'Stok yeterli değil; stok sıfırın altına inemez / Stock is short: it cannot go below zero';
COMMENT ON CONSTRAINT ck_products_updated_after_created ON products IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_products_updated_at_finite ON products IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_products_version_positive ON products IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT ck_products_weight_non_negative ON products IS 'Ağırlık sıfırdan küçük olamaz, 100000 kilogramın altında ve gram hassasiyetinde olmalıdır / The weight must not be negative, must be below 100000 kg and exact to the gram';
COMMENT ON CONSTRAINT fk_products_created_by_user_id_users ON products IS 'created_by_user_id, users tablosundaki bir kayda bağlıdır / created_by_user_id refers to a row of users';
COMMENT ON CONSTRAINT fk_products_updated_by_user_id_users ON products IS 'updated_by_user_id, users tablosundaki bir kayda bağlıdır / updated_by_user_id refers to a row of users';
COMMENT ON CONSTRAINT fk_products_vendor_id_users ON products IS 'vendor_id, users tablosundaki bir kayda bağlıdır / vendor_id refers to a row of users';
COMMENT ON CONSTRAINT pk_products ON products IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_products_sku ON products IS 'Bu stok koduyla bir ürün var / There is a product with this stock code';
COMMENT ON INDEX gin_products_tags IS 'Products that carry given tags: tags @> ….';
COMMENT ON INDEX idx_products_category IS 'The products of a category that are in the catalogue.';
COMMENT ON INDEX idx_products_created_by_user_id IS 'The products that a user listed, and the foreign key to users.';
COMMENT ON INDEX idx_products_status_created IS 'Products in a status, oldest first.';
COMMENT ON INDEX idx_products_updated_by_user_id IS 'The products that a user last changed, and the foreign key to users.';
COMMENT ON INDEX idx_products_vendor_status_created IS 'The products of a vendor in a status, oldest first, and the foreign key to users.';
COMMENT ON TABLE order_items IS 'A product in an order, with name, code and price as they were.';
COMMENT ON COLUMN order_items.id IS 'Key, given by the server.';
COMMENT ON COLUMN order_items.order_id IS 'The order this item belongs to.';
COMMENT ON COLUMN order_items.product_id IS 'The product that was ordered.';
COMMENT ON COLUMN order_items.unit_price_cents IS 'Price of one, in minor units of the order''s currency.';
COMMENT ON COLUMN order_items.total_price_cents IS 'Unit price times quantity; minor units.';
COMMENT ON COLUMN order_items.line_number IS 'Place in the order, from 1.';
COMMENT ON COLUMN order_items.quantity IS 'How many pieces.';
COMMENT ON COLUMN order_items.product_name IS 'Name of the product when it was ordered.';
COMMENT ON COLUMN order_items.product_sku IS 'Stock code of the product when it was ordered.';
COMMENT ON COLUMN order_items.product_image_url IS 'Picture shown with the item.';
COMMENT ON COLUMN order_items.kdv_rate IS 'KDV rate in percent.';
COMMENT ON COLUMN order_items.variant_attributes IS 'Chosen variant, such as colour and size.';
COMMENT ON COLUMN order_items.created_at IS 'When the row was made (UTC).';
COMMENT ON CONSTRAINT ck_order_items_created_at_finite ON order_items IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_order_items_kdv_rate_valid ON order_items IS 'kdv_rate: en az 0 ve en çok 100 olmalıdır, virgülden sonra en çok 2 basamak / kdv_rate must be at least 0 and at most 100, with at most 2 decimal places';
COMMENT ON CONSTRAINT ck_order_items_line_number_positive ON order_items IS 'line_number: 0 değerinden büyük olmalıdır / line_number must be greater than 0';
COMMENT ON CONSTRAINT ck_order_items_product_image_url_length ON order_items IS 'product_image_url: 1 ile 1000 karakter arasında olmalıdır / product_image_url must have 1 to 1000 characters';
COMMENT ON CONSTRAINT ck_order_items_product_name_length ON order_items IS 'product_name: 1 ile 500 karakter arasında olmalıdır / product_name must have 1 to 500 characters';
COMMENT ON CONSTRAINT ck_order_items_product_name_not_empty ON order_items IS 'product_name boş olamaz / product_name must not be blank';
COMMENT ON CONSTRAINT ck_order_items_product_sku_length ON order_items IS 'product_sku: 1 ile 100 karakter arasında olmalıdır / product_sku must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_order_items_product_sku_not_empty ON order_items IS 'product_sku boş olamaz / product_sku must not be blank';
COMMENT ON CONSTRAINT ck_order_items_quantity_positive ON order_items IS 'quantity: 0 değerinden büyük olmalıdır / quantity must be greater than 0';
COMMENT ON CONSTRAINT ck_order_items_total_calculation ON order_items IS 'Kalem tutarı, birim fiyat çarpı miktardır / An item''s total is its unit price times its quantity';
COMMENT ON CONSTRAINT ck_order_items_unit_price_positive ON order_items IS 'unit_price_cents: 0 değerinden büyük olmalıdır / unit_price_cents must be greater than 0';
COMMENT ON CONSTRAINT ck_order_items_variant_attributes_object ON order_items IS 'variant_attributes bir JSON nesnesi olmalıdır / variant_attributes must be a JSON object';
COMMENT ON CONSTRAINT ck_order_items_variant_attributes_size ON order_items IS 'variant_attributes en çok 65536 bayt olabilir / variant_attributes must take at most 65536 bytes';
COMMENT ON CONSTRAINT fk_order_items_order_id_orders ON order_items IS 'order_id, orders tablosundaki bir kayda bağlıdır / order_id refers to a row of orders';
COMMENT ON CONSTRAINT fk_order_items_product_id_products ON order_items IS 'product_id, products tablosundaki bir kayda bağlıdır / product_id refers to a row of products';
COMMENT ON CONSTRAINT pk_order_items ON order_items IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_order_items_order_id_line_number ON order_items IS 'Bu satır numarası siparişte var / The order has an item of this number already';
COMMENT ON INDEX idx_order_items_product_id IS 'Items that ordered a product, and the foreign key to products.';
COMMENT ON TABLE order_transactions IS 'An attempt to collect an order''s money through a gateway.';
COMMENT ON COLUMN order_transactions.id IS 'Key, given by the server.';
COMMENT ON COLUMN order_transactions.transaction_reference IS 'Our reference of the attempt, unique, given to the gateway.';
COMMENT ON COLUMN order_transactions.order_id IS 'The order that is paid.';
COMMENT ON COLUMN order_transactions.buyer_id IS 'User who pays: the order''s buyer.';
COMMENT ON COLUMN order_transactions.amount_cents IS 'What is to be collected, in minor units of currency.';
COMMENT ON COLUMN order_transactions.currency IS 'Currency of every amount in this row (ISO 4217).';
COMMENT ON COLUMN order_transactions.status IS 'What the gateway said of the attempt.';
COMMENT ON COLUMN order_transactions.method IS 'The way to pay.';
COMMENT ON COLUMN order_transactions.payment_method_id IS 'The stored way to pay that was used; NULL when none was, or it is gone.';
COMMENT ON COLUMN order_transactions.gateway IS 'Payment provider that collects.';
COMMENT ON COLUMN order_transactions.gateway_transaction_id IS 'The gateway''s number of the attempt, unique within the gateway.';
COMMENT ON COLUMN order_transactions.gateway_reference IS 'The gateway''s reference for people: approval or slip number.';
COMMENT ON COLUMN order_transactions.failure_code IS 'The gateway''s code of a refusal or error.';
COMMENT ON COLUMN order_transactions.failure_reason IS 'The gateway''s words for a refusal or error.';
COMMENT ON COLUMN order_transactions.gateway_response IS 'The gateway''s last answer, as a JSON object without card data.';
COMMENT ON COLUMN order_transactions.paid_cents IS 'Sum of the completed charges in minor units of currency, kept by a trigger on payments.';
COMMENT ON COLUMN order_transactions.refunded_cents IS 'Sum of the completed refunds in minor units of currency, kept by a trigger on payments.';
COMMENT ON COLUMN order_transactions.processed_at IS 'When the gateway answered (UTC).';
COMMENT ON COLUMN order_transactions.confirmed_at IS 'When the gateway confirmed the money (UTC).';
COMMENT ON COLUMN order_transactions.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN order_transactions.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN order_transactions.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_order_transactions_amount_positive ON order_transactions IS 'Tutar sıfırdan büyük olmalıdır / The amount must be above zero';
COMMENT ON CONSTRAINT ck_order_transactions_approved_has_confirmed_at ON order_transactions IS 'Onaylanan işlemin onay anı yazılmalıdır / An approved transaction says when it was confirmed';
COMMENT ON CONSTRAINT ck_order_transactions_confirmed_at_finite ON order_transactions IS 'confirmed_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / confirmed_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_order_transactions_created_at_finite ON order_transactions IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_order_transactions_failed_has_code ON order_transactions IS 'Reddedilen ya da hata alan işlemin hata kodu yazılmalıdır / A declined or failed transaction has a failure code';
COMMENT ON CONSTRAINT ck_order_transactions_failure_code_length ON order_transactions IS 'failure_code: 1 ile 50 karakter arasında olmalıdır / failure_code must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_order_transactions_failure_reason_length ON order_transactions IS 'failure_reason: 1 ile 1000 karakter arasında olmalıdır / failure_reason must have 1 to 1000 characters';
COMMENT ON CONSTRAINT ck_order_transactions_gateway_length ON order_transactions IS 'gateway: 1 ile 50 karakter arasında olmalıdır / gateway must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_order_transactions_gateway_reference_length ON order_transactions IS 'gateway_reference: 1 ile 200 karakter arasında olmalıdır / gateway_reference must have 1 to 200 characters';
COMMENT ON CONSTRAINT ck_order_transactions_gateway_response_object ON order_transactions IS 'gateway_response bir JSON nesnesi olmalıdır / gateway_response must be a JSON object';
COMMENT ON CONSTRAINT ck_order_transactions_gateway_response_size ON order_transactions IS 'gateway_response en çok 65536 bayt olabilir / gateway_response must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_order_transactions_gateway_transaction_id_length ON order_transactions IS 'gateway_transaction_id: 1 ile 200 karakter arasında olmalıdır / gateway_transaction_id must have 1 to 200 characters';
COMMENT ON CONSTRAINT ck_order_transactions_paid_within_amount ON order_transactions IS 'Ödenen tutar, iade düşüldükten sonra sıfır ile işlem tutarı arasında olmalıdır / What was paid, less what was refunded, must be from zero to the amount';
COMMENT ON CONSTRAINT ck_order_transactions_processed_at_finite ON order_transactions IS 'processed_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / processed_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_order_transactions_transaction_reference_length ON order_transactions IS 'transaction_reference: 1 ile 100 karakter arasında olmalıdır / transaction_reference must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_order_transactions_updated_after_created ON order_transactions IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_order_transactions_updated_at_finite ON order_transactions IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_order_transactions_version_positive ON order_transactions IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT fk_order_transactions_order_id_orders ON order_transactions IS 'order_id, buyer_id, currency, orders tablosundaki bir kayda bağlıdır / order_id, buyer_id, currency refers to a row of orders';
COMMENT ON CONSTRAINT fk_order_transactions_payment_method_id_payment_methods ON order_transactions IS 'payment_method_id, payment_methods tablosundaki bir kayda bağlıdır / payment_method_id refers to a row of payment_methods';
COMMENT ON CONSTRAINT pk_order_transactions ON order_transactions IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_order_transactions_gateway_gateway_transaction_id ON order_transactions IS 'Sağlayıcının bu işlemi zaten kayıtlı / This transaction of the gateway is already recorded';
COMMENT ON CONSTRAINT uq_order_transactions_id_buyer_id_currency ON order_transactions IS 'Sipariş işlemi bu alıcıda zaten kayıtlı / The order transaction is already recorded for this buyer';
COMMENT ON CONSTRAINT uq_order_transactions_transaction_reference ON order_transactions IS 'Bu referansla bir işlem var / There is a transaction with this reference';
COMMENT ON INDEX idx_order_transactions_order_id IS 'The transactions of an order, and the foreign key to orders.';
COMMENT ON INDEX idx_order_transactions_payment_method_id IS 'Deleting a payment method, which clears it here.';
COMMENT ON INDEX idx_order_transactions_status_created IS 'Open transactions, oldest first.';
