SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

CREATE TYPE erp_system AS ENUM ('sap', 'oracle', 'microsoft_d365', 'netsuite', 'odoo', 'logo', 'netsis', 'mikro', 'custom');
CREATE TYPE idempotency_status AS ENUM ('in_progress', 'completed');
CREATE TYPE notification_severity AS ENUM ('info', 'warning', 'error', 'critical');
CREATE TYPE notification_type AS ENUM ('job_completed', 'job_failed', 'job_warning', 'system_update', 'system_maintenance', 'system_alert', 'license_expiring', 'license_expired', 'license_renewed', 'invoice_created', 'payment_due', 'payment_received', 'payment_failed', 'security_alert', 'login_new_device', 'password_reset');
CREATE TYPE sync_direction AS ENUM ('inbound', 'outbound', 'bidirectional');
CREATE TYPE sync_status AS ENUM ('pending', 'in_progress', 'synced', 'failed', 'conflict', 'skipped');

CREATE TABLE erp_mes_sync (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    external_system erp_system NOT NULL,
    direction sync_direction NOT NULL,
    status sync_status DEFAULT 'pending' NOT NULL,
    external_id TEXT COLLATE "C" NOT NULL,
    entity_type TEXT NOT NULL,
    entity_id BIGINT NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    next_attempt_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    claimed_until TIMESTAMP WITH TIME ZONE,
    last_sync_at TIMESTAMP WITH TIME ZONE,
    last_error TEXT,
    payload JSONB DEFAULT '{}' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_erp_mes_sync PRIMARY KEY (id),
    CONSTRAINT uq_erp_mes_sync_external_system_entity_type_external_id UNIQUE (external_system, entity_type, external_id),
    CONSTRAINT ck_erp_mes_sync_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_erp_mes_sync_version_positive CHECK (version > 0),
    CONSTRAINT ck_erp_mes_sync_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_erp_mes_sync_external_id_length CHECK (char_length(external_id) BETWEEN 1 AND 255),
    CONSTRAINT ck_erp_mes_sync_entity_type_length CHECK (char_length(entity_type) BETWEEN 1 AND 50),
    CONSTRAINT ck_erp_mes_sync_entity_type_format CHECK (entity_type ~ '^[a-z][a-z0-9_]*$'),
    CONSTRAINT ck_erp_mes_sync_attempts_non_negative CHECK (attempts >= 0),
    CONSTRAINT ck_erp_mes_sync_next_attempt_at_finite CHECK (next_attempt_at >= to_timestamp(946684800) AND next_attempt_at < to_timestamp(4102444800)),
    CONSTRAINT ck_erp_mes_sync_claimed_until_finite CHECK (claimed_until >= to_timestamp(946684800) AND claimed_until < to_timestamp(4102444800)),
    CONSTRAINT ck_erp_mes_sync_last_sync_at_finite CHECK (last_sync_at >= to_timestamp(946684800) AND last_sync_at < to_timestamp(4102444800)),
    CONSTRAINT ck_erp_mes_sync_last_error_length CHECK (char_length(last_error) BETWEEN 1 AND 1000),
    CONSTRAINT ck_erp_mes_sync_payload_object CHECK (jsonb_typeof(payload) = 'object'),
    CONSTRAINT ck_erp_mes_sync_payload_size CHECK (octet_length(payload::text) <= 65536),
    CONSTRAINT ck_erp_mes_sync_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ck_erp_mes_sync_synced_has_time CHECK (status <> 'synced' OR last_sync_at IS NOT NULL),
    CONSTRAINT ck_erp_mes_sync_failed_has_error CHECK (status NOT IN ('failed', 'conflict') OR last_error IS NOT NULL),
    CONSTRAINT ck_erp_mes_sync_claimed_when_in_progress CHECK ((status = 'in_progress') = (claimed_until IS NOT NULL))
);

CREATE TABLE outbox_events (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    event_id UUID DEFAULT gen_random_uuid() NOT NULL,
    event_type TEXT NOT NULL,
    aggregate_type TEXT NOT NULL,
    aggregate_id BIGINT NOT NULL,
    payload JSONB NOT NULL,
    headers JSONB DEFAULT '{}' NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    available_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    claimed_until TIMESTAMP WITH TIME ZONE,
    delivered_at TIMESTAMP WITH TIME ZONE,
    last_error TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_outbox_events PRIMARY KEY (id),
    CONSTRAINT uq_outbox_events_event_id UNIQUE (event_id),
    CONSTRAINT ck_outbox_events_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_outbox_events_event_type_length CHECK (char_length(event_type) BETWEEN 1 AND 100),
    CONSTRAINT ck_outbox_events_event_type_format CHECK (event_type ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$'),
    CONSTRAINT ck_outbox_events_aggregate_type_length CHECK (char_length(aggregate_type) BETWEEN 1 AND 50),
    CONSTRAINT ck_outbox_events_aggregate_type_format CHECK (aggregate_type ~ '^[a-z][a-z0-9_]*$'),
    CONSTRAINT ck_outbox_events_payload_object CHECK (jsonb_typeof(payload) = 'object'),
    CONSTRAINT ck_outbox_events_payload_size CHECK (octet_length(payload::text) <= 65536),
    CONSTRAINT ck_outbox_events_headers_object CHECK (jsonb_typeof(headers) = 'object'),
    CONSTRAINT ck_outbox_events_headers_size CHECK (octet_length(headers::text) <= 65536),
    CONSTRAINT ck_outbox_events_attempts_non_negative CHECK (attempts >= 0),
    CONSTRAINT ck_outbox_events_available_at_finite CHECK (available_at >= to_timestamp(946684800) AND available_at < to_timestamp(4102444800)),
    CONSTRAINT ck_outbox_events_claimed_until_finite CHECK (claimed_until >= to_timestamp(946684800) AND claimed_until < to_timestamp(4102444800)),
    CONSTRAINT ck_outbox_events_delivered_at_finite CHECK (delivered_at >= to_timestamp(946684800) AND delivered_at < to_timestamp(4102444800)),
    CONSTRAINT ck_outbox_events_last_error_length CHECK (char_length(last_error) BETWEEN 1 AND 1000),
    CONSTRAINT ck_outbox_events_delivered_is_unclaimed CHECK (delivered_at IS NULL OR claimed_until IS NULL)
);

CREATE TABLE idempotency_keys (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    user_id BIGINT,
    endpoint TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    request_hash TEXT NOT NULL,
    status idempotency_status DEFAULT 'in_progress' NOT NULL,
    locked_until TIMESTAMP WITH TIME ZONE,
    response_status INTEGER,
    response_headers JSONB,
    response_body BYTEA,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_idempotency_keys PRIMARY KEY (id),
    CONSTRAINT uq_idempotency_keys_user_id_endpoint_key UNIQUE NULLS NOT DISTINCT (user_id, endpoint, key),
    CONSTRAINT ck_idempotency_keys_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_idempotency_keys_endpoint_length CHECK (char_length(endpoint) BETWEEN 1 AND 200),
    CONSTRAINT ck_idempotency_keys_key_length CHECK (char_length(key) BETWEEN 1 AND 255),
    CONSTRAINT ck_idempotency_keys_request_hash_format CHECK (octet_length(request_hash) = 64 AND request_hash ~ '^[0-9a-f]*$'),
    CONSTRAINT ck_idempotency_keys_locked_until_finite CHECK (locked_until >= to_timestamp(946684800) AND locked_until < to_timestamp(4102444800)),
    CONSTRAINT ck_idempotency_keys_response_status_valid CHECK (response_status >= 100 AND response_status <= 599),
    CONSTRAINT ck_idempotency_keys_response_headers_object CHECK (jsonb_typeof(response_headers) = 'object'),
    CONSTRAINT ck_idempotency_keys_response_headers_size CHECK (octet_length(response_headers::text) <= 65536),
    CONSTRAINT ck_idempotency_keys_response_body_size CHECK (octet_length(response_body) <= 1048576),
    CONSTRAINT ck_idempotency_keys_expires_at_finite CHECK (expires_at >= to_timestamp(946684800) AND expires_at < to_timestamp(4102444800)),
    CONSTRAINT ck_idempotency_keys_in_progress_is_locked CHECK ((status = 'in_progress') = (locked_until IS NOT NULL)),
    CONSTRAINT ck_idempotency_keys_completed_has_response CHECK ((status = 'completed') = (response_status IS NOT NULL)),
    CONSTRAINT ck_idempotency_keys_expires_after_created CHECK (expires_at > created_at)
);

CREATE TABLE notifications (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    user_id BIGINT NOT NULL,
    type notification_type NOT NULL,
    severity notification_severity DEFAULT 'info' NOT NULL,
    title TEXT NOT NULL,
    payload JSONB DEFAULT '{}' NOT NULL,
    delivery_key TEXT COLLATE "C",
    read_at TIMESTAMP WITH TIME ZONE,
    expires_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_notifications PRIMARY KEY (id),
    CONSTRAINT uq_notifications_user_id_delivery_key UNIQUE (user_id, delivery_key),
    CONSTRAINT ck_notifications_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_notifications_version_positive CHECK (version > 0),
    CONSTRAINT ck_notifications_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_notifications_title_length CHECK (char_length(title) BETWEEN 1 AND 200),
    CONSTRAINT ck_notifications_payload_object CHECK (jsonb_typeof(payload) = 'object'),
    CONSTRAINT ck_notifications_payload_size CHECK (octet_length(payload::text) <= 65536),
    CONSTRAINT ck_notifications_delivery_key_length CHECK (char_length(delivery_key) BETWEEN 1 AND 200),
    CONSTRAINT ck_notifications_read_at_finite CHECK (read_at >= to_timestamp(946684800) AND read_at < to_timestamp(4102444800)),
    CONSTRAINT ck_notifications_expires_at_finite CHECK (expires_at >= to_timestamp(946684800) AND expires_at < to_timestamp(4102444800)),
    CONSTRAINT ck_notifications_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ck_notifications_read_after_created CHECK (read_at >= created_at),
    CONSTRAINT ck_notifications_expires_after_created CHECK (expires_at > created_at)
);

CREATE INDEX idx_erp_mes_sync_claimed_until ON erp_mes_sync (claimed_until) WHERE claimed_until IS NOT NULL;
CREATE INDEX idx_erp_mes_sync_entity ON erp_mes_sync (entity_type, entity_id);
CREATE INDEX idx_erp_mes_sync_last_sync ON erp_mes_sync (last_sync_at) WHERE last_sync_at IS NOT NULL;
CREATE INDEX idx_erp_mes_sync_status ON erp_mes_sync (next_attempt_at) WHERE status IN ('pending', 'failed');
CREATE INDEX idx_outbox_events_aggregate ON outbox_events (aggregate_type, aggregate_id, id);
CREATE INDEX idx_outbox_events_available ON outbox_events (available_at, id) WHERE delivered_at IS NULL;
CREATE INDEX idx_outbox_events_delivered_at ON outbox_events (delivered_at) WHERE delivered_at IS NOT NULL;

ALTER TABLE idempotency_keys ADD CONSTRAINT fk_idempotency_keys_user_id_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT;

CREATE INDEX idx_idempotency_keys_expires_at ON idempotency_keys (expires_at);

ALTER TABLE notifications ADD CONSTRAINT fk_notifications_user_id_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT;

CREATE INDEX idx_notifications_expires_at ON notifications (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX idx_notifications_read_at ON notifications (read_at) WHERE read_at IS NOT NULL;
CREATE INDEX idx_notifications_user_created ON notifications (user_id, created_at DESC, id DESC);
CREATE INDEX idx_notifications_user_id_type ON notifications (user_id, type);
CREATE INDEX idx_notifications_user_unread ON notifications (user_id, created_at DESC, id DESC) WHERE read_at IS NULL;
CREATE TRIGGER erp_mes_sync_touch BEFORE UPDATE ON erp_mes_sync FOR EACH ROW EXECUTE FUNCTION set_updated_at_and_version();
CREATE TRIGGER notifications_touch BEFORE UPDATE ON notifications FOR EACH ROW EXECUTE FUNCTION set_updated_at_and_version();

COMMENT ON TABLE erp_mes_sync IS 'The tie between an external record and ours.';
COMMENT ON COLUMN erp_mes_sync.id IS 'Key, given by the server.';
COMMENT ON COLUMN erp_mes_sync.external_system IS 'The other system.';
COMMENT ON COLUMN erp_mes_sync.direction IS 'Which side''s changes are carried over.';
COMMENT ON COLUMN erp_mes_sync.status IS 'How the two records stand to each other.';
COMMENT ON COLUMN erp_mes_sync.external_id IS 'The other system''s key.';
COMMENT ON COLUMN erp_mes_sync.entity_type IS 'What the record is.';
COMMENT ON COLUMN erp_mes_sync.entity_id IS 'Key of our record; of another table for each type.';
COMMENT ON COLUMN erp_mes_sync.attempts IS 'Attempts since it last succeeded.';
COMMENT ON COLUMN erp_mes_sync.next_attempt_at IS 'Not tried before this instant (UTC).';
COMMENT ON COLUMN erp_mes_sync.claimed_until IS 'End of the lease of the worker that is at it (UTC); afterwards another may take it.';
COMMENT ON COLUMN erp_mes_sync.last_sync_at IS 'When both last agreed (UTC).';
COMMENT ON COLUMN erp_mes_sync.last_error IS 'Why the last attempt failed, or what is in conflict.';
COMMENT ON COLUMN erp_mes_sync.payload IS 'What was last exchanged, as a JSON object.';
COMMENT ON COLUMN erp_mes_sync.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN erp_mes_sync.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN erp_mes_sync.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_erp_mes_sync_attempts_non_negative ON erp_mes_sync IS 'attempts: en az 0 olmalıdır / attempts must be at least 0';
COMMENT ON CONSTRAINT ck_erp_mes_sync_claimed_until_finite ON erp_mes_sync IS 'claimed_until: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / claimed_until must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_erp_mes_sync_claimed_when_in_progress ON erp_mes_sync IS 'Yürüyen bir eşitleme bir süreliğine ayrılmıştır, diğerleri ayrılmış değildir / A synchronisation is claimed for a while if, and only if, it is in progress';
COMMENT ON CONSTRAINT ck_erp_mes_sync_created_at_finite ON erp_mes_sync IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_erp_mes_sync_entity_type_format ON erp_mes_sync IS 'Varlık türü küçük harf, rakam ve alt çizgidir / An entity type is lower-case letters, digits and _';
COMMENT ON CONSTRAINT ck_erp_mes_sync_entity_type_length ON erp_mes_sync IS 'entity_type: 1 ile 50 karakter arasında olmalıdır / entity_type must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_erp_mes_sync_external_id_length ON erp_mes_sync IS 'external_id: 1 ile 255 karakter arasında olmalıdır / external_id must have 1 to 255 characters';
COMMENT ON CONSTRAINT ck_erp_mes_sync_failed_has_error ON erp_mes_sync IS 'Başarısız ya da çelişkili bir eşitleme, nedenini yazar / A synchronisation that failed or is in conflict says why';
COMMENT ON CONSTRAINT ck_erp_mes_sync_last_error_length ON erp_mes_sync IS 'last_error: 1 ile 1000 karakter arasında olmalıdır / last_error must have 1 to 1000 characters';
COMMENT ON CONSTRAINT ck_erp_mes_sync_last_sync_at_finite ON erp_mes_sync IS 'last_sync_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / last_sync_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_erp_mes_sync_next_attempt_at_finite ON erp_mes_sync IS 'next_attempt_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / next_attempt_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_erp_mes_sync_payload_object ON erp_mes_sync IS 'payload bir JSON nesnesi olmalıdır / payload must be a JSON object';
COMMENT ON CONSTRAINT ck_erp_mes_sync_payload_size ON erp_mes_sync IS 'payload en çok 65536 bayt olabilir / payload must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_erp_mes_sync_synced_has_time ON erp_mes_sync IS 'Eşitlenmiş bir kaydın eşitlenme anı vardır / A record that is in sync says when it came to be';
COMMENT ON CONSTRAINT ck_erp_mes_sync_updated_after_created ON erp_mes_sync IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_erp_mes_sync_updated_at_finite ON erp_mes_sync IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_erp_mes_sync_version_positive ON erp_mes_sync IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT pk_erp_mes_sync ON erp_mes_sync IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_erp_mes_sync_external_system_entity_type_external_id ON erp_mes_sync IS 'Bu dış kayıt zaten eşleştirilmiş / The external record is tied to one of ours already';
COMMENT ON INDEX idx_erp_mes_sync_claimed_until IS 'Records in progress whose lease has run out.';
COMMENT ON INDEX idx_erp_mes_sync_entity IS 'What a record of ours is tied to in other systems.';
COMMENT ON INDEX idx_erp_mes_sync_last_sync IS 'Records that were last in sync before an instant, oldest first.';
COMMENT ON INDEX idx_erp_mes_sync_status IS 'Records that are due to be tried, earliest first.';

GRANT SELECT, INSERT, UPDATE ON erp_mes_sync TO platform_worker;
GRANT SELECT ON erp_mes_sync TO platform_auditor;

COMMENT ON TABLE outbox_events IS 'Events written with the change they tell of, delivered at least once under a stable `event_id`.';
COMMENT ON COLUMN outbox_events.id IS 'Key, given by the server.';
COMMENT ON COLUMN outbox_events.event_id IS 'Name of the event, the same at every delivery.';
COMMENT ON COLUMN outbox_events.event_type IS 'What happened (`invoice.issued`).';
COMMENT ON COLUMN outbox_events.aggregate_type IS 'To what it happened (`invoices`).';
COMMENT ON COLUMN outbox_events.aggregate_id IS 'To which of them: the key of its row.';
COMMENT ON COLUMN outbox_events.payload IS 'What receivers are told, as a JSON object.';
COMMENT ON COLUMN outbox_events.headers IS 'What carries the event, as a JSON object: trace, tenant, content type.';
COMMENT ON COLUMN outbox_events.attempts IS 'Deliveries that were begun.';
COMMENT ON COLUMN outbox_events.available_at IS 'Not delivered before this instant (UTC).';
COMMENT ON COLUMN outbox_events.claimed_until IS 'End of the lease of the relay that has it (UTC); afterwards another may take it.';
COMMENT ON COLUMN outbox_events.delivered_at IS 'When a receiver confirmed it (UTC); the row goes 7 days later.';
COMMENT ON COLUMN outbox_events.last_error IS 'Why the last delivery failed.';
COMMENT ON COLUMN outbox_events.created_at IS 'When the row was made (UTC).';
COMMENT ON CONSTRAINT ck_outbox_events_aggregate_type_format ON outbox_events IS 'Olayın konusu küçük harf, rakam ve alt çizgidir / An aggregate type is lower-case letters, digits and _';
COMMENT ON CONSTRAINT ck_outbox_events_aggregate_type_length ON outbox_events IS 'aggregate_type: 1 ile 50 karakter arasında olmalıdır / aggregate_type must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_outbox_events_attempts_non_negative ON outbox_events IS 'attempts: en az 0 olmalıdır / attempts must be at least 0';
COMMENT ON CONSTRAINT ck_outbox_events_available_at_finite ON outbox_events IS 'available_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / available_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_outbox_events_claimed_until_finite ON outbox_events IS 'claimed_until: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / claimed_until must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_outbox_events_created_at_finite ON outbox_events IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_outbox_events_delivered_at_finite ON outbox_events IS 'delivered_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / delivered_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_outbox_events_delivered_is_unclaimed ON outbox_events IS 'Teslim edilmiş bir olay kimseye ayrılmış değildir / An event that is delivered is claimed by nobody';
COMMENT ON CONSTRAINT ck_outbox_events_event_type_format ON outbox_events IS 'Olay türü noktalı küçük harftir (invoice.issued) / An event type is lower case with dots (invoice.issued)';
COMMENT ON CONSTRAINT ck_outbox_events_event_type_length ON outbox_events IS 'event_type: 1 ile 100 karakter arasında olmalıdır / event_type must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_outbox_events_headers_object ON outbox_events IS 'headers bir JSON nesnesi olmalıdır / headers must be a JSON object';
COMMENT ON CONSTRAINT ck_outbox_events_headers_size ON outbox_events IS 'headers en çok 65536 bayt olabilir / headers must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_outbox_events_last_error_length ON outbox_events IS 'last_error: 1 ile 1000 karakter arasında olmalıdır / last_error must have 1 to 1000 characters';
COMMENT ON CONSTRAINT ck_outbox_events_payload_object ON outbox_events IS 'payload bir JSON nesnesi olmalıdır / payload must be a JSON object';
COMMENT ON CONSTRAINT ck_outbox_events_payload_size ON outbox_events IS 'payload en çok 65536 bayt olabilir / payload must take at most 65536 bytes';
COMMENT ON CONSTRAINT pk_outbox_events ON outbox_events IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_outbox_events_event_id ON outbox_events IS 'Bu olay zaten kayıtlı / The event is recorded already';
COMMENT ON INDEX idx_outbox_events_aggregate IS 'The events of one aggregate, oldest first.';
COMMENT ON INDEX idx_outbox_events_available IS 'Events that are due, earliest first: what a relay claims.';
COMMENT ON INDEX idx_outbox_events_delivered_at IS 'The sweep: events that were delivered more than 7 days ago.';

GRANT SELECT (id, event_id) ON outbox_events TO platform_app;
GRANT INSERT (event_type, aggregate_type, aggregate_id, payload, headers) ON outbox_events TO platform_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox_events TO platform_worker;
GRANT SELECT ON outbox_events TO platform_auditor;

COMMENT ON TABLE idempotency_keys IS 'The first answer to a keyed request.';
COMMENT ON COLUMN idempotency_keys.id IS 'Key, given by the server.';
COMMENT ON COLUMN idempotency_keys.user_id IS 'Who asked; NULL: no signed-in user.';
COMMENT ON COLUMN idempotency_keys.endpoint IS 'What was asked for.';
COMMENT ON COLUMN idempotency_keys.key IS 'The caller''s key of the request.';
COMMENT ON COLUMN idempotency_keys.request_hash IS 'SHA-256 of the request in hex, to tell another one under the same key.';
COMMENT ON COLUMN idempotency_keys.status IS 'Whether the first request has its answer.';
COMMENT ON COLUMN idempotency_keys.locked_until IS 'End of the first request''s lease (UTC); afterwards another may take it up.';
COMMENT ON COLUMN idempotency_keys.response_status IS 'HTTP status of the answer.';
COMMENT ON COLUMN idempotency_keys.response_headers IS 'Headers of the answer, as a JSON object.';
COMMENT ON COLUMN idempotency_keys.response_body IS 'Body of the answer, byte for byte.';
COMMENT ON COLUMN idempotency_keys.expires_at IS 'When the key may be used anew (UTC).';
COMMENT ON COLUMN idempotency_keys.created_at IS 'When the row was made (UTC).';
COMMENT ON CONSTRAINT ck_idempotency_keys_completed_has_response ON idempotency_keys IS 'Yanıt, istek tamamlandıysa bulunur, değilse bulunmaz / The answer is there if, and only if, the request is completed';
COMMENT ON CONSTRAINT ck_idempotency_keys_created_at_finite ON idempotency_keys IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_idempotency_keys_endpoint_length ON idempotency_keys IS 'endpoint: 1 ile 200 karakter arasında olmalıdır / endpoint must have 1 to 200 characters';
COMMENT ON CONSTRAINT ck_idempotency_keys_expires_after_created ON idempotency_keys IS 'Bir anahtarın süresi oluşturulduktan sonra dolar / A key expires after it was made';
COMMENT ON CONSTRAINT ck_idempotency_keys_expires_at_finite ON idempotency_keys IS 'expires_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / expires_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_idempotency_keys_in_progress_is_locked ON idempotency_keys IS 'Yürüyen istek bir süreliğine kilitlidir, tamamlanmış olan kilitli değildir / A request is locked for a while if, and only if, it is in progress';
COMMENT ON CONSTRAINT ck_idempotency_keys_key_length ON idempotency_keys IS 'key: 1 ile 255 karakter arasında olmalıdır / key must have 1 to 255 characters';
COMMENT ON CONSTRAINT ck_idempotency_keys_locked_until_finite ON idempotency_keys IS 'locked_until: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / locked_until must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_idempotency_keys_request_hash_format ON idempotency_keys IS 'request_hash: SHA-256 özeti 64 küçük onaltılık hanedir / request_hash: a SHA-256 is 64 lower-case hexadecimal digits';
COMMENT ON CONSTRAINT ck_idempotency_keys_response_body_size ON idempotency_keys IS 'response_body en çok 1048576 bayt olabilir / response_body must take at most 1048576 bytes';
COMMENT ON CONSTRAINT ck_idempotency_keys_response_headers_object ON idempotency_keys IS 'response_headers bir JSON nesnesi olmalıdır / response_headers must be a JSON object';
COMMENT ON CONSTRAINT ck_idempotency_keys_response_headers_size ON idempotency_keys IS 'response_headers en çok 65536 bayt olabilir / response_headers must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_idempotency_keys_response_status_valid ON idempotency_keys IS 'HTTP durum kodu 100 ile 599 arasındadır / An HTTP status is from 100 to 599';
COMMENT ON CONSTRAINT fk_idempotency_keys_user_id_users ON idempotency_keys IS 'user_id, users tablosundaki bir kayda bağlıdır / user_id refers to a row of users';
COMMENT ON CONSTRAINT pk_idempotency_keys ON idempotency_keys IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_idempotency_keys_user_id_endpoint_key ON idempotency_keys IS 'Bu anahtarla bir istek zaten var / There is a request with this key already';
COMMENT ON INDEX idx_idempotency_keys_expires_at IS 'The sweep: keys that have expired.';

ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;

CREATE POLICY idempotency_keys_own ON idempotency_keys TO platform_app USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)) WITH CHECK (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint));
CREATE POLICY idempotency_keys_all ON idempotency_keys TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY idempotency_keys_read ON idempotency_keys FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT SELECT ON idempotency_keys TO platform_app;
GRANT INSERT (user_id, endpoint, key, request_hash, status, locked_until, response_status, response_headers, response_body, expires_at) ON idempotency_keys TO platform_app;
GRANT UPDATE (endpoint, key, request_hash, status, locked_until, response_status, response_headers, response_body, expires_at) ON idempotency_keys TO platform_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO platform_worker;
GRANT SELECT ON idempotency_keys TO platform_auditor;

COMMENT ON TABLE notifications IS 'A message to a user.';
COMMENT ON COLUMN notifications.id IS 'Key, given by the server.';
COMMENT ON COLUMN notifications.user_id IS 'Who is told.';
COMMENT ON COLUMN notifications.type IS 'What it is about.';
COMMENT ON COLUMN notifications.severity IS 'How much it matters.';
COMMENT ON COLUMN notifications.title IS 'The message in a line.';
COMMENT ON COLUMN notifications.payload IS 'What the message is made from, as a JSON object.';
COMMENT ON COLUMN notifications.delivery_key IS 'The sender''s key of the message: it is delivered to a user once under it.';
COMMENT ON COLUMN notifications.read_at IS 'When the user read it (UTC); the row goes 90 days later.';
COMMENT ON COLUMN notifications.expires_at IS 'When it no longer matters (UTC); the row goes 90 days later.';
COMMENT ON COLUMN notifications.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN notifications.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN notifications.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_notifications_created_at_finite ON notifications IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_notifications_delivery_key_length ON notifications IS 'delivery_key: 1 ile 200 karakter arasında olmalıdır / delivery_key must have 1 to 200 characters';
COMMENT ON CONSTRAINT ck_notifications_expires_after_created ON notifications IS 'Bir bildirimin süresi oluşturulduktan sonra dolar / A notification expires after it was made';
COMMENT ON CONSTRAINT ck_notifications_expires_at_finite ON notifications IS 'expires_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / expires_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_notifications_payload_object ON notifications IS 'payload bir JSON nesnesi olmalıdır / payload must be a JSON object';
COMMENT ON CONSTRAINT ck_notifications_payload_size ON notifications IS 'payload en çok 65536 bayt olabilir / payload must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_notifications_read_after_created ON notifications IS 'Bir bildirim oluşturulmadan okunamaz / A notification is not read before it was made';
COMMENT ON CONSTRAINT ck_notifications_read_at_finite ON notifications IS 'read_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / read_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_notifications_title_length ON notifications IS 'title: 1 ile 200 karakter arasında olmalıdır / title must have 1 to 200 characters';
COMMENT ON CONSTRAINT ck_notifications_updated_after_created ON notifications IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_notifications_updated_at_finite ON notifications IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_notifications_version_positive ON notifications IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT fk_notifications_user_id_users ON notifications IS 'user_id, users tablosundaki bir kayda bağlıdır / user_id refers to a row of users';
COMMENT ON CONSTRAINT pk_notifications ON notifications IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_notifications_user_id_delivery_key ON notifications IS 'Bu bildirim kullanıcıya iletilmiş / The notification was delivered to the user already';
COMMENT ON INDEX idx_notifications_expires_at IS 'The sweep: notifications that ran out more than 90 days ago.';
COMMENT ON INDEX idx_notifications_read_at IS 'The sweep: notifications that were read more than 90 days ago.';
COMMENT ON INDEX idx_notifications_user_created IS 'A page of a user''s notifications, newest first, and the foreign key to users.';
COMMENT ON INDEX idx_notifications_user_id_type IS 'A user''s notifications of a type.';
COMMENT ON INDEX idx_notifications_user_unread IS 'A user''s unread notifications, newest first, and their count.';

ALTER TABLE notifications ENABLE ROW LEVEL SECURITY;
ALTER TABLE notifications FORCE ROW LEVEL SECURITY;

CREATE POLICY notifications_own ON notifications TO platform_app USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)) WITH CHECK (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint));
CREATE POLICY notifications_all ON notifications TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY notifications_read ON notifications FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT SELECT ON notifications TO platform_app;
GRANT UPDATE (read_at) ON notifications TO platform_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON notifications TO platform_worker;
GRANT SELECT ON notifications TO platform_auditor;
