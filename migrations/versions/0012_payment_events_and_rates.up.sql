SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

CREATE TYPE webhook_event_status AS ENUM ('received', 'processed', 'ignored', 'failed');

CREATE TABLE exchange_rates (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    currency currency NOT NULL,
    rate_date DATE NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    rate NUMERIC NOT NULL,
    unit INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_exchange_rates PRIMARY KEY (id),
    CONSTRAINT uq_exchange_rates_currency_rate_date_source_kind UNIQUE (currency, rate_date, source, kind),
    CONSTRAINT ck_exchange_rates_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_exchange_rates_rate_date_finite CHECK (rate_date BETWEEN DATE '2005-01-01' AND DATE '2099-12-31'),
    CONSTRAINT ck_exchange_rates_source_length CHECK (char_length(source) BETWEEN 1 AND 50),
    CONSTRAINT ck_exchange_rates_kind_length CHECK (char_length(kind) BETWEEN 1 AND 30),
    CONSTRAINT ck_exchange_rates_rate_valid CHECK (rate > 0 AND rate < 1000000000 AND scale(rate) <= 6),
    CONSTRAINT ck_exchange_rates_unit_positive CHECK (unit > 0),
    CONSTRAINT ck_exchange_rates_currency_is_foreign CHECK (currency <> 'TRY')
);

CREATE TABLE payment_webhook_events (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    provider TEXT COLLATE "C" NOT NULL,
    event_id TEXT COLLATE "C" NOT NULL,
    event_type TEXT NOT NULL,
    payload_hash TEXT NOT NULL,
    payment_id BIGINT,
    status webhook_event_status DEFAULT 'received' NOT NULL,
    payload JSONB NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    last_error TEXT,
    processed_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_payment_webhook_events PRIMARY KEY (id),
    CONSTRAINT uq_payment_webhook_events_provider_event_id UNIQUE (provider, event_id),
    CONSTRAINT ck_payment_webhook_events_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_payment_webhook_events_version_positive CHECK (version > 0),
    CONSTRAINT ck_payment_webhook_events_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_payment_webhook_events_provider_length CHECK (char_length(provider) BETWEEN 1 AND 50),
    CONSTRAINT ck_payment_webhook_events_event_id_length CHECK (char_length(event_id) BETWEEN 1 AND 255),
    CONSTRAINT ck_payment_webhook_events_event_type_length CHECK (char_length(event_type) BETWEEN 1 AND 100),
    CONSTRAINT ck_payment_webhook_events_payload_hash_format CHECK (octet_length(payload_hash) = 64 AND payload_hash ~ '^[0-9a-f]*$'),
    CONSTRAINT ck_payment_webhook_events_payload_object CHECK (jsonb_typeof(payload) = 'object'),
    CONSTRAINT ck_payment_webhook_events_payload_size CHECK (octet_length(payload::text) <= 65536),
    CONSTRAINT ck_payment_webhook_events_attempts_non_negative CHECK (attempts >= 0),
    CONSTRAINT ck_payment_webhook_events_last_error_length CHECK (char_length(last_error) BETWEEN 1 AND 1000),
    CONSTRAINT ck_payment_webhook_events_processed_at_finite CHECK (processed_at >= to_timestamp(946684800) AND processed_at < to_timestamp(4102444800)),
    CONSTRAINT ck_payment_webhook_events_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ck_payment_webhook_events_processed_at_matches_status CHECK ((status IN ('processed', 'ignored')) = (processed_at IS NOT NULL)),
    CONSTRAINT ck_payment_webhook_events_failed_has_error CHECK (status <> 'failed' OR last_error IS NOT NULL)
);

ALTER TABLE payment_webhook_events ADD CONSTRAINT fk_payment_webhook_events_payment_id_payments FOREIGN KEY (payment_id) REFERENCES payments (id) ON DELETE RESTRICT;

CREATE INDEX idx_payment_webhook_events_open ON payment_webhook_events (created_at) WHERE status IN ('received', 'failed');
CREATE INDEX idx_payment_webhook_events_payment_id ON payment_webhook_events (payment_id) WHERE payment_id IS NOT NULL;
CREATE TRIGGER payment_webhook_events_touch BEFORE UPDATE ON payment_webhook_events FOR EACH ROW EXECUTE FUNCTION set_updated_at_and_version();
CREATE TRIGGER exchange_rates_record_insert AFTER INSERT ON exchange_rates REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change();
CREATE TRIGGER exchange_rates_record_update AFTER UPDATE ON exchange_rates REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change();
CREATE TRIGGER exchange_rates_record_delete AFTER DELETE ON exchange_rates REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change();
CREATE TRIGGER exchange_rates_record_truncate AFTER TRUNCATE ON exchange_rates FOR EACH STATEMENT EXECUTE FUNCTION record_row_change();

COMMENT ON TABLE exchange_rates IS 'Published rates to TRY (source, kind such as `forex_buying`, per `unit` of currency).';
COMMENT ON COLUMN exchange_rates.id IS 'Key, given by the server.';
COMMENT ON COLUMN exchange_rates.currency IS 'The currency that is priced (ISO 4217), never TRY.';
COMMENT ON COLUMN exchange_rates.rate_date IS 'Day (Europe/Istanbul) for which the rate was published.';
COMMENT ON COLUMN exchange_rates.source IS 'Who published the rate: TCMB.';
COMMENT ON COLUMN exchange_rates.kind IS 'Which of the source''s rates it is: forex_buying, forex_selling, banknote_buying, banknote_selling.';
COMMENT ON COLUMN exchange_rates.rate IS 'TRY for `unit` units of the currency.';
COMMENT ON COLUMN exchange_rates.unit IS 'Units of the currency that the rate is quoted for.';
COMMENT ON COLUMN exchange_rates.created_at IS 'When the row was made (UTC).';
COMMENT ON CONSTRAINT ck_exchange_rates_created_at_finite ON exchange_rates IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_exchange_rates_currency_is_foreign ON exchange_rates IS 'TRY için kur yayımlanmaz / TRY has no exchange rate to itself';
COMMENT ON CONSTRAINT ck_exchange_rates_kind_length ON exchange_rates IS 'kind: 1 ile 30 karakter arasında olmalıdır / kind must have 1 to 30 characters';
COMMENT ON CONSTRAINT ck_exchange_rates_rate_date_finite ON exchange_rates IS 'rate_date: 2005-01-01 ile 2099-12-31 arasında bir gün olmalıdır / rate_date must be a day from 2005-01-01 to 2099-12-31';
COMMENT ON CONSTRAINT ck_exchange_rates_rate_valid ON exchange_rates IS 'Kur sıfırdan büyük ve bir milyardan küçük olmalı, en çok altı ondalık basamak taşımalıdır / The exchange rate must be above zero and below one billion, with at most six decimal places';
COMMENT ON CONSTRAINT ck_exchange_rates_source_length ON exchange_rates IS 'source: 1 ile 50 karakter arasında olmalıdır / source must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_exchange_rates_unit_positive ON exchange_rates IS 'Kurun birimi sıfırdan büyük olmalıdır / The unit that a rate is quoted for must be above zero';
COMMENT ON CONSTRAINT pk_exchange_rates ON exchange_rates IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_exchange_rates_currency_rate_date_source_kind ON exchange_rates IS 'Kaynağın bu güne ait bu türden kuru zaten kayıtlı / This rate of the source is already recorded for the day';

GRANT SELECT ON exchange_rates TO platform_app;
GRANT SELECT, INSERT ON exchange_rates TO platform_worker;
GRANT SELECT ON exchange_rates TO platform_readonly;
GRANT SELECT ON exchange_rates TO platform_auditor;

COMMENT ON TABLE payment_webhook_events IS 'Provider events, each applied once.';
COMMENT ON COLUMN payment_webhook_events.id IS 'Key, given by the server.';
COMMENT ON COLUMN payment_webhook_events.provider IS 'Payment provider that sent the event.';
COMMENT ON COLUMN payment_webhook_events.event_id IS 'The provider''s own id of the event, unique within the provider.';
COMMENT ON COLUMN payment_webhook_events.event_type IS 'What the provider calls this kind of event.';
COMMENT ON COLUMN payment_webhook_events.payload_hash IS 'SHA-256 of the body as it was delivered.';
COMMENT ON COLUMN payment_webhook_events.payment_id IS 'The payment that the event is about; NULL until it is found.';
COMMENT ON COLUMN payment_webhook_events.status IS 'How far we are with the event.';
COMMENT ON COLUMN payment_webhook_events.payload IS 'The body as it was delivered, as a JSON object.';
COMMENT ON COLUMN payment_webhook_events.attempts IS 'How often applying the event was tried.';
COMMENT ON COLUMN payment_webhook_events.last_error IS 'Why the last attempt failed, without the body''s values.';
COMMENT ON COLUMN payment_webhook_events.processed_at IS 'When the event was applied or ignored (UTC); NULL while it is open.';
COMMENT ON COLUMN payment_webhook_events.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN payment_webhook_events.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN payment_webhook_events.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_payment_webhook_events_attempts_non_negative ON payment_webhook_events IS 'Deneme sayısı sıfırdan küçük olamaz / The number of attempts must not be negative';
COMMENT ON CONSTRAINT ck_payment_webhook_events_created_at_finite ON payment_webhook_events IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_payment_webhook_events_event_id_length ON payment_webhook_events IS 'event_id: 1 ile 255 karakter arasında olmalıdır / event_id must have 1 to 255 characters';
COMMENT ON CONSTRAINT ck_payment_webhook_events_event_type_length ON payment_webhook_events IS 'event_type: 1 ile 100 karakter arasında olmalıdır / event_type must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_payment_webhook_events_failed_has_error ON payment_webhook_events IS 'Başarısız olayın hatası yazılmalıdır / A failed event says what went wrong';
COMMENT ON CONSTRAINT ck_payment_webhook_events_last_error_length ON payment_webhook_events IS 'last_error: 1 ile 1000 karakter arasında olmalıdır / last_error must have 1 to 1000 characters';
COMMENT ON CONSTRAINT ck_payment_webhook_events_payload_hash_format ON payment_webhook_events IS 'payload_hash: SHA-256 özeti 64 küçük onaltılık hanedir / payload_hash: a SHA-256 is 64 lower-case hexadecimal digits';
COMMENT ON CONSTRAINT ck_payment_webhook_events_payload_object ON payment_webhook_events IS 'payload bir JSON nesnesi olmalıdır / payload must be a JSON object';
COMMENT ON CONSTRAINT ck_payment_webhook_events_payload_size ON payment_webhook_events IS 'payload en çok 65536 bayt olabilir / payload must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_payment_webhook_events_processed_at_finite ON payment_webhook_events IS 'processed_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / processed_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_payment_webhook_events_processed_at_matches_status ON payment_webhook_events IS 'İşlenme anı, olay işlenmiş ya da yok sayılmış ise bulunur, değilse bulunmaz / The moment of processing is there if, and only if, the event was processed or ignored';
COMMENT ON CONSTRAINT ck_payment_webhook_events_provider_length ON payment_webhook_events IS 'provider: 1 ile 50 karakter arasında olmalıdır / provider must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_payment_webhook_events_updated_after_created ON payment_webhook_events IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_payment_webhook_events_updated_at_finite ON payment_webhook_events IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_payment_webhook_events_version_positive ON payment_webhook_events IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT fk_payment_webhook_events_payment_id_payments ON payment_webhook_events IS 'payment_id, payments tablosundaki bir kayda bağlıdır / payment_id refers to a row of payments';
COMMENT ON CONSTRAINT pk_payment_webhook_events ON payment_webhook_events IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_payment_webhook_events_provider_event_id ON payment_webhook_events IS 'Sağlayıcının bu olayı zaten kayıtlı / This event of the provider is already recorded';
COMMENT ON INDEX idx_payment_webhook_events_open IS 'Events that are still to be applied, oldest first.';
COMMENT ON INDEX idx_payment_webhook_events_payment_id IS 'What the provider told of a payment, and the foreign key to payments.';

GRANT SELECT, INSERT, UPDATE, DELETE ON payment_webhook_events TO platform_worker;
GRANT SELECT ON payment_webhook_events TO platform_auditor;
