SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

-- The chain of the current top-level transaction: all its audit rows go into one chain, so two
-- transactions never hold two chain heads crosswise.
CREATE OR REPLACE FUNCTION audit_chain_of_transaction() RETURNS smallint
LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT (pg_current_xact_id()::text::numeric % 16)::smallint
$function$;

REVOKE EXECUTE ON FUNCTION audit_chain_of_transaction() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION audit_chain_of_transaction() TO platform_app, platform_worker;

-- Refuses the statement or row it fires for: the table, or the partitioned table above it, is append-only.
CREATE OR REPLACE FUNCTION forbid_change() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    kept text := (
        SELECT class.relname FROM pg_class AS class
        WHERE class.oid = coalesce(pg_partition_root(TG_RELID), TG_RELID)
    );
BEGIN
    RAISE EXCEPTION 'rows of % are kept as they are: % is refused', kept, TG_OP
        USING ERRCODE = '23001', CONSTRAINT = 'ck_' || kept || '_append_only',
            SCHEMA = TG_TABLE_SCHEMA, TABLE = kept;
END
$function$;

REVOKE EXECUTE ON FUNCTION forbid_change() FROM PUBLIC;

-- Creates the monthly partitions of enterprise_audit_log that are missing among `months` months from
-- the month of `first_month`, bounded in UTC, each with its guard against TRUNCATE. Returns how many
-- it created. A month with rows in the default partition is refused by the server.
CREATE OR REPLACE FUNCTION create_enterprise_audit_partitions(first_month date, months integer) RETURNS integer
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    month timestamp;
    partition text;
    created integer := 0;
BEGIN
    LOCK TABLE enterprise_audit_log IN SHARE UPDATE EXCLUSIVE MODE;
    FOR month IN
        SELECT date_trunc('month', first_month::timestamp) + make_interval(months => step)
        FROM generate_series(0, months - 1) AS step
    LOOP
        partition := 'enterprise_audit_log_y' || to_char(month, 'YYYY') || 'm' || to_char(month, 'MM');
        CONTINUE WHEN EXISTS (
            SELECT FROM pg_inherits AS child
            JOIN pg_class AS class ON class.oid = child.inhrelid
            WHERE child.inhparent = 'enterprise_audit_log'::regclass AND class.relname = partition
        );
        EXECUTE format(
            'CREATE TABLE public.%I PARTITION OF public.enterprise_audit_log FOR VALUES FROM (%L) TO (%L)',
            partition,
            to_char(month, 'YYYY-MM-DD') || ' 00:00:00+00',
            to_char(month + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00'
        );
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE TRUNCATE ON public.%I FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()',
            partition || '_no_truncate', partition
        );
        EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER %I', partition, partition || '_no_truncate');
        created := created + 1;
    END LOOP;
    RETURN created;
END
$function$;

REVOKE EXECUTE ON FUNCTION create_enterprise_audit_partitions(date, integer) FROM PUBLIC;

CREATE TABLE audit_chain_heads (
    chain_id SMALLINT NOT NULL,
    seq BIGINT DEFAULT 0 NOT NULL,
    chain_hash TEXT DEFAULT repeat('0', 64) NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_audit_chain_heads PRIMARY KEY (chain_id),
    CONSTRAINT ck_audit_chain_heads_chain_id_range CHECK (chain_id >= 0 AND chain_id <= 15),
    CONSTRAINT ck_audit_chain_heads_seq_non_negative CHECK (seq >= 0),
    CONSTRAINT ck_audit_chain_heads_chain_hash_format CHECK (octet_length(chain_hash) = 64 AND chain_hash ~ '^[0-9a-f]*$'),
    CONSTRAINT ck_audit_chain_heads_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_audit_chain_heads_empty_is_genesis CHECK ((seq = 0) = (chain_hash = repeat('0', 64)))
);

CREATE TABLE enterprise_audit_log (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    table_name TEXT NOT NULL,
    operation TEXT NOT NULL,
    row_id TEXT,
    old_values JSONB,
    new_values JSONB,
    user_id BIGINT,
    session_id BIGINT,
    ip_address INET,
    user_agent TEXT,
    transaction_id BIGINT DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_enterprise_audit_log PRIMARY KEY (id, created_at),
    CONSTRAINT ck_enterprise_audit_log_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_enterprise_audit_log_valid_operation CHECK (operation ~ '^(INSERT|UPDATE|DELETE|TRUNCATE)$'),
    CONSTRAINT ck_enterprise_audit_log_old_values_object CHECK (jsonb_typeof(old_values) = 'object'),
    CONSTRAINT ck_enterprise_audit_log_old_values_size CHECK (octet_length(old_values::text) <= 1048576),
    CONSTRAINT ck_enterprise_audit_log_new_values_object CHECK (jsonb_typeof(new_values) = 'object'),
    CONSTRAINT ck_enterprise_audit_log_new_values_size CHECK (octet_length(new_values::text) <= 1048576),
    CONSTRAINT ck_enterprise_audit_log_values_match_operation CHECK (CASE operation WHEN 'INSERT' THEN old_values IS NULL WHEN 'UPDATE' THEN num_nonnulls(old_values, new_values) = 2 WHEN 'DELETE' THEN old_values IS NOT NULL AND new_values IS NULL ELSE num_nonnulls(row_id, old_values, new_values) = 0 END)
)
 PARTITION BY RANGE (created_at);

CREATE TABLE audit_logs (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    chain_id SMALLINT DEFAULT audit_chain_of_transaction() NOT NULL,
    seq BIGINT NOT NULL,
    prev_chain_hash TEXT NOT NULL,
    chain_hash TEXT NOT NULL,
    user_id BIGINT,
    action audit_action NOT NULL,
    entity_type TEXT NOT NULL,
    entity_id BIGINT,
    event_type TEXT,
    payload JSONB DEFAULT '{}' NOT NULL,
    ip_address INET,
    user_agent TEXT,
    session_id BIGINT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_audit_logs PRIMARY KEY (id),
    CONSTRAINT uq_audit_logs_chain_hash UNIQUE (chain_hash),
    CONSTRAINT uq_audit_logs_chain_id_prev_chain_hash UNIQUE (chain_id, prev_chain_hash),
    CONSTRAINT uq_audit_logs_chain_id_seq UNIQUE (chain_id, seq),
    CONSTRAINT ck_audit_logs_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_audit_logs_seq_positive CHECK (seq > 0),
    CONSTRAINT ck_audit_logs_prev_chain_hash_format CHECK (octet_length(prev_chain_hash) = 64 AND prev_chain_hash ~ '^[0-9a-f]*$'),
    CONSTRAINT ck_audit_logs_chain_hash_format CHECK (octet_length(chain_hash) = 64 AND chain_hash ~ '^[0-9a-f]*$'),
    CONSTRAINT ck_audit_logs_entity_type_length CHECK (char_length(entity_type) BETWEEN 1 AND 50),
    CONSTRAINT ck_audit_logs_entity_type_format CHECK (entity_type ~ '^[a-z][a-z0-9_]*$'),
    CONSTRAINT ck_audit_logs_event_type_length CHECK (char_length(event_type) BETWEEN 1 AND 100),
    CONSTRAINT ck_audit_logs_event_type_format CHECK (event_type ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$'),
    CONSTRAINT ck_audit_logs_payload_object CHECK (jsonb_typeof(payload) = 'object'),
    CONSTRAINT ck_audit_logs_payload_size CHECK (octet_length(payload::text) <= 65536),
    CONSTRAINT ck_audit_logs_user_agent_length CHECK (char_length(user_agent) BETWEEN 1 AND 500),
    CONSTRAINT ck_audit_logs_first_follows_genesis CHECK ((seq = 1) = (prev_chain_hash = repeat('0', 64)))
);

CREATE TABLE audit_personal_data (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    commitment TEXT NOT NULL,
    subject_user_id BIGINT NOT NULL,
    field TEXT NOT NULL,
    salt BYTEA,
    value JSONB,
    erased_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_audit_personal_data PRIMARY KEY (id),
    CONSTRAINT uq_audit_personal_data_commitment UNIQUE (commitment),
    CONSTRAINT ck_audit_personal_data_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_audit_personal_data_commitment_format CHECK (octet_length(commitment) = 64 AND commitment ~ '^[0-9a-f]*$'),
    CONSTRAINT ck_audit_personal_data_field_length CHECK (char_length(field) BETWEEN 1 AND 100),
    CONSTRAINT ck_audit_personal_data_salt_length CHECK (octet_length(salt) = 32),
    CONSTRAINT ck_audit_personal_data_value_size CHECK (octet_length(value::text) <= 65536),
    CONSTRAINT ck_audit_personal_data_erased_at_finite CHECK (erased_at >= to_timestamp(946684800) AND erased_at < to_timestamp(4102444800)),
    CONSTRAINT ck_audit_personal_data_erased_is_empty CHECK (num_nonnulls(salt, value) = CASE WHEN erased_at IS NULL THEN 2 ELSE 0 END)
);

CREATE INDEX gin_enterprise_audit_log_new_values ON enterprise_audit_log USING gin (new_values jsonb_path_ops) WITH (fastupdate = on, gin_pending_list_limit = 4096) WHERE new_values IS NOT NULL;
CREATE INDEX gin_enterprise_audit_log_old_values ON enterprise_audit_log USING gin (old_values jsonb_path_ops) WITH (fastupdate = on, gin_pending_list_limit = 4096) WHERE old_values IS NOT NULL;
CREATE INDEX idx_enterprise_audit_log_row ON enterprise_audit_log (table_name, row_id, created_at);
CREATE INDEX idx_enterprise_audit_log_transaction_id ON enterprise_audit_log (transaction_id);
CREATE INDEX idx_enterprise_audit_log_user_id ON enterprise_audit_log (user_id, created_at) WHERE user_id IS NOT NULL;

ALTER TABLE audit_logs ADD CONSTRAINT fk_audit_logs_chain_id_audit_chain_heads FOREIGN KEY (chain_id) REFERENCES audit_chain_heads (chain_id) ON DELETE RESTRICT;
ALTER TABLE audit_logs ADD CONSTRAINT fk_audit_logs_user_id_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT;

CREATE INDEX brin_audit_logs_created_at ON audit_logs USING brin (created_at);
CREATE INDEX gin_audit_logs_payload ON audit_logs USING gin (payload jsonb_path_ops) WITH (fastupdate = on, gin_pending_list_limit = 4096);
CREATE INDEX idx_audit_logs_action ON audit_logs (action, created_at DESC);
CREATE INDEX idx_audit_logs_entity_created ON audit_logs (entity_type, entity_id, created_at DESC, id DESC);
CREATE INDEX idx_audit_logs_event_type ON audit_logs (event_type, created_at DESC) WHERE event_type IS NOT NULL;
CREATE INDEX idx_audit_logs_user_created ON audit_logs (user_id, created_at DESC, id DESC) WHERE user_id IS NOT NULL;

ALTER TABLE audit_personal_data ADD CONSTRAINT fk_audit_personal_data_subject_user_id_users FOREIGN KEY (subject_user_id) REFERENCES users (id) ON DELETE RESTRICT;

CREATE INDEX idx_audit_personal_data_subject_user_id ON audit_personal_data (subject_user_id);

COMMENT ON TABLE audit_chain_heads IS 'Last seq and hash of each of the 16 chains; its row lock orders appends.';
COMMENT ON COLUMN audit_chain_heads.chain_id IS 'The chain.';
COMMENT ON COLUMN audit_chain_heads.seq IS 'Its last place.';
COMMENT ON COLUMN audit_chain_heads.chain_hash IS 'Its last hash.';
COMMENT ON COLUMN audit_chain_heads.updated_at IS 'When it last moved (UTC).';
COMMENT ON CONSTRAINT ck_audit_chain_heads_chain_hash_format ON audit_chain_heads IS 'chain_hash: SHA-256 özeti 64 küçük onaltılık hanedir / chain_hash: a SHA-256 is 64 lower-case hexadecimal digits';
COMMENT ON CONSTRAINT ck_audit_chain_heads_chain_id_range ON audit_chain_heads IS 'chain_id: en az 0 ve en çok 15 olmalıdır / chain_id must be at least 0 and at most 15';
COMMENT ON CONSTRAINT ck_audit_chain_heads_empty_is_genesis ON audit_chain_heads IS 'Yalnız boş zincir başlangıçtadır / Only an empty chain stands at the genesis';
COMMENT ON CONSTRAINT ck_audit_chain_heads_seq_non_negative ON audit_chain_heads IS 'seq: en az 0 olmalıdır / seq must be at least 0';
COMMENT ON CONSTRAINT ck_audit_chain_heads_updated_at_finite ON audit_chain_heads IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT pk_audit_chain_heads ON audit_chain_heads IS 'Birincil anahtar / Primary key';
COMMENT ON TABLE enterprise_audit_log IS 'Row changes of the financial tables, partitioned by month (`enterprise_audit_log_yYYYYmMM`, UTC bounds) plus `enterprise_audit_log_default`.';
COMMENT ON COLUMN enterprise_audit_log.id IS 'Key, given by the server.';
COMMENT ON COLUMN enterprise_audit_log.table_name IS 'The table that changed.';
COMMENT ON COLUMN enterprise_audit_log.operation IS 'What was done.';
COMMENT ON COLUMN enterprise_audit_log.row_id IS 'Key of the row, as text.';
COMMENT ON COLUMN enterprise_audit_log.old_values IS 'Columns before the change; personal columns as [personal].';
COMMENT ON COLUMN enterprise_audit_log.new_values IS 'Columns after the change; personal columns as [personal].';
COMMENT ON COLUMN enterprise_audit_log.user_id IS 'Who acted (app.user_id).';
COMMENT ON COLUMN enterprise_audit_log.session_id IS 'In which session (app.session_id).';
COMMENT ON COLUMN enterprise_audit_log.ip_address IS 'From which network (app.ip).';
COMMENT ON COLUMN enterprise_audit_log.user_agent IS 'With which product (app.user_agent).';
COMMENT ON COLUMN enterprise_audit_log.transaction_id IS 'In which transaction.';
COMMENT ON COLUMN enterprise_audit_log.created_at IS 'When it was recorded (UTC).';
COMMENT ON CONSTRAINT ck_enterprise_audit_log_created_at_finite ON enterprise_audit_log IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_enterprise_audit_log_new_values_object ON enterprise_audit_log IS 'new_values bir JSON nesnesi olmalıdır / new_values must be a JSON object';
COMMENT ON CONSTRAINT ck_enterprise_audit_log_new_values_size ON enterprise_audit_log IS 'new_values en çok 1048576 bayt olabilir / new_values must take at most 1048576 bytes';
COMMENT ON CONSTRAINT ck_enterprise_audit_log_old_values_object ON enterprise_audit_log IS 'old_values bir JSON nesnesi olmalıdır / old_values must be a JSON object';
COMMENT ON CONSTRAINT ck_enterprise_audit_log_old_values_size ON enterprise_audit_log IS 'old_values en çok 1048576 bayt olabilir / old_values must take at most 1048576 bytes';
COMMENT ON CONSTRAINT ck_enterprise_audit_log_valid_operation ON enterprise_audit_log IS 'İşlem INSERT, UPDATE, DELETE veya TRUNCATE''tir / An operation is INSERT, UPDATE, DELETE or TRUNCATE';
COMMENT ON CONSTRAINT ck_enterprise_audit_log_values_match_operation ON enterprise_audit_log IS 'Eski ve yeni değerler işleme uymalıdır / Old and new values must fit the operation';
COMMENT ON CONSTRAINT pk_enterprise_audit_log ON enterprise_audit_log IS 'Birincil anahtar / Primary key';
COMMENT ON INDEX gin_enterprise_audit_log_new_values IS 'row changes by what they wrote';
COMMENT ON INDEX gin_enterprise_audit_log_old_values IS 'row changes by what they replaced';
COMMENT ON INDEX idx_enterprise_audit_log_row IS 'the changes of one row';
COMMENT ON INDEX idx_enterprise_audit_log_transaction_id IS 'everything one transaction changed';
COMMENT ON INDEX idx_enterprise_audit_log_user_id IS 'what a user changed';
COMMENT ON TABLE audit_logs IS 'Enterprise audit trail with cryptographic hash-chain integrity';
COMMENT ON COLUMN audit_logs.id IS 'Key, given by the server.';
COMMENT ON COLUMN audit_logs.chain_id IS 'The chain, chosen by the transaction.';
COMMENT ON COLUMN audit_logs.seq IS 'Place in the chain, from 1; the trigger''s.';
COMMENT ON COLUMN audit_logs.prev_chain_hash IS 'Hash of the entry before; 64 zeros at the start; the trigger''s.';
COMMENT ON COLUMN audit_logs.chain_hash IS 'Hash of this entry; the trigger''s.';
COMMENT ON COLUMN audit_logs.user_id IS 'Who acted; NULL for the system.';
COMMENT ON COLUMN audit_logs.action IS 'The kind of act.';
COMMENT ON COLUMN audit_logs.entity_type IS 'What was acted on.';
COMMENT ON COLUMN audit_logs.entity_id IS 'Which of them.';
COMMENT ON COLUMN audit_logs.event_type IS 'What happened (`invoice.issued`).';
COMMENT ON COLUMN audit_logs.payload IS 'Before and after of what changed; personal values as commitments.';
COMMENT ON COLUMN audit_logs.ip_address IS 'The caller''s network (/24 or /48).';
COMMENT ON COLUMN audit_logs.user_agent IS 'The caller''s product name.';
COMMENT ON COLUMN audit_logs.session_id IS 'The session; no foreign key, because sessions are swept and the log is not.';
COMMENT ON COLUMN audit_logs.created_at IS 'When the entry was chained (UTC); the trigger''s.';
COMMENT ON CONSTRAINT ck_audit_logs_chain_hash_format ON audit_logs IS 'chain_hash: SHA-256 özeti 64 küçük onaltılık hanedir / chain_hash: a SHA-256 is 64 lower-case hexadecimal digits';
COMMENT ON CONSTRAINT ck_audit_logs_created_at_finite ON audit_logs IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_audit_logs_entity_type_format ON audit_logs IS 'Varlık türü küçük harf, rakam ve alt çizgidir / An entity type is lower-case letters, digits and _';
COMMENT ON CONSTRAINT ck_audit_logs_entity_type_length ON audit_logs IS 'entity_type: 1 ile 50 karakter arasında olmalıdır / entity_type must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_audit_logs_event_type_format ON audit_logs IS 'Olay türü noktalı küçük harftir (invoice.issued) / An event type is dotted lower case (invoice.issued)';
COMMENT ON CONSTRAINT ck_audit_logs_event_type_length ON audit_logs IS 'event_type: 1 ile 100 karakter arasında olmalıdır / event_type must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_audit_logs_first_follows_genesis ON audit_logs IS 'Yalnız ilk kayıt başlangıcı izler / Only the first entry follows the genesis';
COMMENT ON CONSTRAINT ck_audit_logs_payload_object ON audit_logs IS 'payload bir JSON nesnesi olmalıdır / payload must be a JSON object';
COMMENT ON CONSTRAINT ck_audit_logs_payload_size ON audit_logs IS 'payload en çok 65536 bayt olabilir / payload must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_audit_logs_prev_chain_hash_format ON audit_logs IS 'prev_chain_hash: SHA-256 özeti 64 küçük onaltılık hanedir / prev_chain_hash: a SHA-256 is 64 lower-case hexadecimal digits';
COMMENT ON CONSTRAINT ck_audit_logs_seq_positive ON audit_logs IS 'seq: 0 değerinden büyük olmalıdır / seq must be greater than 0';
COMMENT ON CONSTRAINT ck_audit_logs_user_agent_length ON audit_logs IS 'user_agent: 1 ile 500 karakter arasında olmalıdır / user_agent must have 1 to 500 characters';
COMMENT ON CONSTRAINT fk_audit_logs_chain_id_audit_chain_heads ON audit_logs IS 'chain_id, audit_chain_heads tablosundaki bir kayda bağlıdır / chain_id refers to a row of audit_chain_heads';
COMMENT ON CONSTRAINT fk_audit_logs_user_id_users ON audit_logs IS 'user_id, users tablosundaki bir kayda bağlıdır / user_id refers to a row of users';
COMMENT ON CONSTRAINT pk_audit_logs ON audit_logs IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_audit_logs_chain_hash ON audit_logs IS 'Zincirde bu yer dolu / This place in the chain is taken';
COMMENT ON CONSTRAINT uq_audit_logs_chain_id_prev_chain_hash ON audit_logs IS 'Zincirde bu yer dolu / This place in the chain is taken';
COMMENT ON CONSTRAINT uq_audit_logs_chain_id_seq ON audit_logs IS 'Zincirde bu yer dolu / This place in the chain is taken';
COMMENT ON INDEX brin_audit_logs_created_at IS 'entries of a span of time';
COMMENT ON INDEX gin_audit_logs_payload IS 'entries by what they hold (payload @> …)';
COMMENT ON INDEX idx_audit_logs_action IS 'entries of a kind, newest first';
COMMENT ON INDEX idx_audit_logs_entity_created IS 'the history of one entity, newest first';
COMMENT ON INDEX idx_audit_logs_event_type IS 'entries of an event, newest first';
COMMENT ON INDEX idx_audit_logs_user_created IS 'what a user did, newest first';
COMMENT ON TABLE audit_personal_data IS 'The erasable side of a salted commitment: SHA-256(0x03 ‖ salt ‖ canonical value).';
COMMENT ON COLUMN audit_personal_data.id IS 'Key, given by the server.';
COMMENT ON COLUMN audit_personal_data.commitment IS 'What the log holds in place of the value.';
COMMENT ON COLUMN audit_personal_data.subject_user_id IS 'Whose value it is.';
COMMENT ON COLUMN audit_personal_data.field IS 'Which value of theirs (`users.phone`).';
COMMENT ON COLUMN audit_personal_data.salt IS 'Random; erased with the value.';
COMMENT ON COLUMN audit_personal_data.value IS 'The value; NULL once erased.';
COMMENT ON COLUMN audit_personal_data.erased_at IS 'When it was erased (UTC).';
COMMENT ON COLUMN audit_personal_data.created_at IS 'When the row was made (UTC).';
COMMENT ON CONSTRAINT ck_audit_personal_data_commitment_format ON audit_personal_data IS 'commitment: SHA-256 özeti 64 küçük onaltılık hanedir / commitment: a SHA-256 is 64 lower-case hexadecimal digits';
COMMENT ON CONSTRAINT ck_audit_personal_data_created_at_finite ON audit_personal_data IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_audit_personal_data_erased_at_finite ON audit_personal_data IS 'erased_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / erased_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_audit_personal_data_erased_is_empty ON audit_personal_data IS 'Silinen kayıtta değer kalmaz / An erased row keeps no value';
COMMENT ON CONSTRAINT ck_audit_personal_data_field_length ON audit_personal_data IS 'field: 1 ile 100 karakter arasında olmalıdır / field must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_audit_personal_data_salt_length ON audit_personal_data IS 'salt 32 bayt olmalıdır / salt must have 32 bytes';
COMMENT ON CONSTRAINT ck_audit_personal_data_value_size ON audit_personal_data IS 'value en çok 65536 bayt olabilir / value must take at most 65536 bytes';
COMMENT ON CONSTRAINT fk_audit_personal_data_subject_user_id_users ON audit_personal_data IS 'subject_user_id, users tablosundaki bir kayda bağlıdır / subject_user_id refers to a row of users';
COMMENT ON CONSTRAINT pk_audit_personal_data ON audit_personal_data IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_audit_personal_data_commitment ON audit_personal_data IS 'Bu taahhüt var / The commitment exists already';
COMMENT ON INDEX idx_audit_personal_data_subject_user_id IS 'what is kept about a person, for erasure';

CREATE TABLE enterprise_audit_log_default PARTITION OF enterprise_audit_log DEFAULT;

SELECT create_enterprise_audit_partitions(date_trunc('month', now())::date, 14);

INSERT INTO audit_chain_heads (chain_id) VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15);
