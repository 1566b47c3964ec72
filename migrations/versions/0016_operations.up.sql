SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

CREATE TYPE backfill_status AS ENUM ('pending', 'running', 'paused', 'completed', 'failed');
CREATE TYPE migration_direction AS ENUM ('upgrade', 'downgrade');

CREATE TABLE constraint_violations (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    constraint_name TEXT NOT NULL,
    table_name TEXT NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_constraint_violations PRIMARY KEY (id),
    CONSTRAINT ck_constraint_violations_constraint_name_length CHECK (char_length(constraint_name) BETWEEN 1 AND 63),
    CONSTRAINT ck_constraint_violations_table_name_length CHECK (char_length(table_name) BETWEEN 1 AND 63),
    CONSTRAINT ck_constraint_violations_occurred_at_finite CHECK (occurred_at >= to_timestamp(946684800) AND occurred_at < to_timestamp(4102444800))
);

CREATE TABLE enterprise_config (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    config_key TEXT COLLATE "C" NOT NULL,
    config_value TEXT NOT NULL,
    config_type TEXT DEFAULT 'string' NOT NULL,
    description TEXT,
    is_sensitive BOOLEAN DEFAULT false NOT NULL,
    environment TEXT DEFAULT 'production' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_enterprise_config PRIMARY KEY (id),
    CONSTRAINT uq_enterprise_config_config_key_environment UNIQUE (config_key, environment),
    CONSTRAINT ck_enterprise_config_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_enterprise_config_version_positive CHECK (version > 0),
    CONSTRAINT ck_enterprise_config_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_enterprise_config_config_key_length CHECK (char_length(config_key) BETWEEN 1 AND 255),
    CONSTRAINT ck_enterprise_config_config_key_format CHECK (config_key ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$'),
    CONSTRAINT ck_enterprise_config_valid_config_type CHECK (config_type IN ('string', 'integer', 'boolean', 'json', 'encrypted')),
    CONSTRAINT ck_enterprise_config_valid_environment CHECK (environment IN ('development', 'testing', 'staging', 'production')),
    CONSTRAINT ck_enterprise_config_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ck_enterprise_config_value_matches_type CHECK (CASE config_type WHEN 'integer' THEN config_value ~ '^(0|-?[1-9][0-9]{0,17})$' WHEN 'boolean' THEN config_value ~ '^(true|false)$' WHEN 'encrypted' THEN config_value ~ '^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$' ELSE true END),
    CONSTRAINT ck_enterprise_config_encrypted_is_sensitive CHECK ((config_type = 'encrypted') = is_sensitive)
);

CREATE TABLE enterprise_migration_history (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    revision TEXT NOT NULL,
    description TEXT NOT NULL,
    direction migration_direction DEFAULT 'upgrade' NOT NULL,
    migration_start TIMESTAMP WITH TIME ZONE NOT NULL,
    migration_end TIMESTAMP WITH TIME ZONE,
    duration_seconds NUMERIC GENERATED ALWAYS AS (round(EXTRACT(epoch FROM (migration_end - migration_start)), 3)) STORED,
    success BOOLEAN DEFAULT false NOT NULL,
    error_message TEXT,
    alembic_version TEXT,
    library_version TEXT,
    postgresql_version TEXT DEFAULT current_setting('server_version') NOT NULL,
    environment TEXT DEFAULT 'production' NOT NULL,
    applied_by TEXT DEFAULT CURRENT_USER NOT NULL,
    server_info JSONB DEFAULT '{}' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_enterprise_migration_history PRIMARY KEY (id),
    CONSTRAINT uq_enterprise_migration_history_revision_migration_start UNIQUE (revision, migration_start),
    CONSTRAINT ck_enterprise_migration_history_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_enterprise_migration_history_revision_length CHECK (char_length(revision) BETWEEN 1 AND 255),
    CONSTRAINT ck_enterprise_migration_history_migration_start_finite CHECK (migration_start >= to_timestamp(946684800) AND migration_start < to_timestamp(4102444800)),
    CONSTRAINT ck_enterprise_migration_history_migration_end_finite CHECK (migration_end >= to_timestamp(946684800) AND migration_end < to_timestamp(4102444800)),
    CONSTRAINT ck_enterprise_migration_history_alembic_version_length CHECK (char_length(alembic_version) BETWEEN 1 AND 50),
    CONSTRAINT ck_enterprise_migration_history_library_version_length CHECK (char_length(library_version) BETWEEN 1 AND 50),
    CONSTRAINT ck_enterprise_migration_history_valid_environment CHECK (environment IN ('development', 'testing', 'staging', 'production')),
    CONSTRAINT ck_enterprise_migration_history_server_info_object CHECK (jsonb_typeof(server_info) = 'object'),
    CONSTRAINT ck_enterprise_migration_history_server_info_size CHECK (octet_length(server_info::text) <= 65536),
    CONSTRAINT ck_enterprise_migration_history_end_after_start CHECK (migration_end >= migration_start),
    CONSTRAINT ck_enterprise_migration_history_success_has_end CHECK (NOT success OR (migration_end IS NOT NULL AND error_message IS NULL))
);

CREATE TABLE enterprise_performance_baseline (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    metric_name TEXT NOT NULL,
    table_name TEXT,
    baseline_value NUMERIC NOT NULL,
    measurement_unit TEXT NOT NULL,
    measurement_date TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    postgresql_version TEXT DEFAULT current_setting('server_version') NOT NULL,
    notes TEXT,
    CONSTRAINT pk_enterprise_performance_baseline PRIMARY KEY (id),
    CONSTRAINT ck_enterprise_performance_baseline_metric_name_length CHECK (char_length(metric_name) BETWEEN 1 AND 255),
    CONSTRAINT ck_enterprise_performance_baseline_table_name_length CHECK (char_length(table_name) BETWEEN 1 AND 255),
    CONSTRAINT ck_enterprise_performance_baseline_value_valid CHECK (baseline_value > -100000000000000 AND baseline_value < 100000000000000 AND scale(baseline_value) <= 6),
    CONSTRAINT ck_enterprise_performance_baseline_measurement_unit_length CHECK (char_length(measurement_unit) BETWEEN 1 AND 50),
    CONSTRAINT ck_enterprise_performance_baseline_measurement_date_finite CHECK (measurement_date >= to_timestamp(946684800) AND measurement_date < to_timestamp(4102444800))
);

CREATE TABLE migration_backfills (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    revision TEXT NOT NULL,
    step TEXT NOT NULL,
    table_name TEXT NOT NULL,
    status backfill_status DEFAULT 'pending' NOT NULL,
    last_key TEXT,
    last_error TEXT,
    rows_done BIGINT DEFAULT 0 NOT NULL,
    rows_total BIGINT,
    batch_size INTEGER DEFAULT 1000 NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_migration_backfills PRIMARY KEY (id),
    CONSTRAINT uq_migration_backfills_revision_step UNIQUE (revision, step),
    CONSTRAINT ck_migration_backfills_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_migration_backfills_version_positive CHECK (version > 0),
    CONSTRAINT ck_migration_backfills_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_migration_backfills_revision_length CHECK (char_length(revision) BETWEEN 1 AND 255),
    CONSTRAINT ck_migration_backfills_step_length CHECK (char_length(step) BETWEEN 1 AND 100),
    CONSTRAINT ck_migration_backfills_table_name_length CHECK (char_length(table_name) BETWEEN 1 AND 63),
    CONSTRAINT ck_migration_backfills_rows_done_non_negative CHECK ((rows_done >= 0) AND (rows_total >= 0)),
    CONSTRAINT ck_migration_backfills_batch_size_valid CHECK (batch_size >= 1 AND batch_size <= 100000),
    CONSTRAINT ck_migration_backfills_started_at_finite CHECK (started_at >= to_timestamp(946684800) AND started_at < to_timestamp(4102444800)),
    CONSTRAINT ck_migration_backfills_finished_at_finite CHECK (finished_at >= to_timestamp(946684800) AND finished_at < to_timestamp(4102444800)),
    CONSTRAINT ck_migration_backfills_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ck_migration_backfills_finished_at_matches_status CHECK ((status = 'completed') = (finished_at IS NOT NULL)),
    CONSTRAINT ck_migration_backfills_failed_has_error CHECK (status <> 'failed' OR last_error IS NOT NULL)
);

CREATE INDEX idx_constraint_violations_occurred_at ON constraint_violations (occurred_at);
CREATE INDEX idx_perf_baseline_metric_table ON enterprise_performance_baseline (metric_name, table_name, measurement_date DESC);
CREATE TRIGGER enterprise_config_touch BEFORE UPDATE ON enterprise_config FOR EACH ROW EXECUTE FUNCTION set_updated_at_and_version();
CREATE TRIGGER migration_backfills_touch BEFORE UPDATE ON migration_backfills FOR EACH ROW EXECUTE FUNCTION set_updated_at_and_version();

COMMENT ON TABLE constraint_violations IS 'Which rule refused a write, without the values.';
COMMENT ON COLUMN constraint_violations.id IS 'Key, given by the server.';
COMMENT ON COLUMN constraint_violations.constraint_name IS 'Name of the constraint or guard that refused.';
COMMENT ON COLUMN constraint_violations.table_name IS 'Table that was written to.';
COMMENT ON COLUMN constraint_violations.occurred_at IS 'When it refused (UTC).';
COMMENT ON CONSTRAINT ck_constraint_violations_constraint_name_length ON constraint_violations IS 'constraint_name: 1 ile 63 karakter arasında olmalıdır / constraint_name must have 1 to 63 characters';
COMMENT ON CONSTRAINT ck_constraint_violations_occurred_at_finite ON constraint_violations IS 'occurred_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / occurred_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_constraint_violations_table_name_length ON constraint_violations IS 'table_name: 1 ile 63 karakter arasında olmalıdır / table_name must have 1 to 63 characters';
COMMENT ON CONSTRAINT pk_constraint_violations ON constraint_violations IS 'Birincil anahtar / Primary key';
COMMENT ON INDEX idx_constraint_violations_occurred_at IS 'Violations since an instant, and the sweep of those older than 90 days.';

GRANT SELECT, INSERT, DELETE ON constraint_violations TO platform_worker;
GRANT SELECT ON constraint_violations TO platform_auditor;

COMMENT ON TABLE enterprise_config IS 'Settings per environment.';
COMMENT ON COLUMN enterprise_config.id IS 'Key, given by the server.';
COMMENT ON COLUMN enterprise_config.config_key IS 'Name of the setting (`audit.enabled`).';
COMMENT ON COLUMN enterprise_config.config_value IS 'Its value, as text.';
COMMENT ON COLUMN enterprise_config.config_type IS 'How the value is read.';
COMMENT ON COLUMN enterprise_config.description IS 'What the setting does.';
COMMENT ON COLUMN enterprise_config.is_sensitive IS 'Whether the value is a secret: then it is encrypted.';
COMMENT ON COLUMN enterprise_config.environment IS 'Environment that the value is for.';
COMMENT ON COLUMN enterprise_config.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN enterprise_config.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN enterprise_config.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_enterprise_config_config_key_format ON enterprise_config IS 'Ayar anahtarı noktalı küçük harftir (audit.enabled) / A key is lower case with dots (audit.enabled)';
COMMENT ON CONSTRAINT ck_enterprise_config_config_key_length ON enterprise_config IS 'config_key: 1 ile 255 karakter arasında olmalıdır / config_key must have 1 to 255 characters';
COMMENT ON CONSTRAINT ck_enterprise_config_created_at_finite ON enterprise_config IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_enterprise_config_encrypted_is_sensitive ON enterprise_config IS 'Gizli değerler şifreli saklanır, başkaları saklanmaz / A secret is stored encrypted, and nothing else is';
COMMENT ON CONSTRAINT ck_enterprise_config_updated_after_created ON enterprise_config IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_enterprise_config_updated_at_finite ON enterprise_config IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_enterprise_config_valid_config_type ON enterprise_config IS 'config_type şunlardan biri olmalıdır: string, integer, boolean, json, encrypted / config_type must be one of string, integer, boolean, json, encrypted';
COMMENT ON CONSTRAINT ck_enterprise_config_valid_environment ON enterprise_config IS 'environment şunlardan biri olmalıdır: development, testing, staging, production / environment must be one of development, testing, staging, production';
COMMENT ON CONSTRAINT ck_enterprise_config_value_matches_type ON enterprise_config IS 'Değer, ayarın türüne uygun yazılmalıdır (12, true, şifreli metin) / The value must be written as its type demands (12, true, encrypted text)';
COMMENT ON CONSTRAINT ck_enterprise_config_version_positive ON enterprise_config IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT pk_enterprise_config ON enterprise_config IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_enterprise_config_config_key_environment ON enterprise_config IS 'Bu ayarın bu ortamda bir değeri var / The setting has a value in this environment';

GRANT SELECT, INSERT, UPDATE ON enterprise_config TO platform_worker;
GRANT SELECT ON enterprise_config TO platform_auditor;

COMMENT ON TABLE enterprise_migration_history IS 'Each run of a migration, up or down, with duration and outcome.';
COMMENT ON COLUMN enterprise_migration_history.id IS 'Key, given by the server.';
COMMENT ON COLUMN enterprise_migration_history.revision IS 'The revision that ran.';
COMMENT ON COLUMN enterprise_migration_history.description IS 'What the revision says of itself.';
COMMENT ON COLUMN enterprise_migration_history.direction IS 'Made or unmade.';
COMMENT ON COLUMN enterprise_migration_history.migration_start IS 'When it began (UTC).';
COMMENT ON COLUMN enterprise_migration_history.migration_end IS 'When it ended (UTC); NULL while it runs, and after a crash.';
COMMENT ON COLUMN enterprise_migration_history.duration_seconds IS 'From start to end in seconds, to the millisecond; computed by the server.';
COMMENT ON COLUMN enterprise_migration_history.success IS 'Whether it ran to its end.';
COMMENT ON COLUMN enterprise_migration_history.error_message IS 'Why it failed, without values of rows.';
COMMENT ON COLUMN enterprise_migration_history.alembic_version IS 'Version of Alembic.';
COMMENT ON COLUMN enterprise_migration_history.library_version IS 'Version of this library.';
COMMENT ON COLUMN enterprise_migration_history.postgresql_version IS 'The server''s own version number.';
COMMENT ON COLUMN enterprise_migration_history.environment IS 'Environment that the migrator ran for.';
COMMENT ON COLUMN enterprise_migration_history.applied_by IS 'Database role that ran it.';
COMMENT ON COLUMN enterprise_migration_history.server_info IS 'What else was worth knowing of the server, as a JSON object.';
COMMENT ON COLUMN enterprise_migration_history.created_at IS 'When the row was made (UTC).';
COMMENT ON CONSTRAINT ck_enterprise_migration_history_alembic_version_length ON enterprise_migration_history IS 'alembic_version: 1 ile 50 karakter arasında olmalıdır / alembic_version must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_enterprise_migration_history_created_at_finite ON enterprise_migration_history IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_enterprise_migration_history_end_after_start ON enterprise_migration_history IS 'Bir geçiş başlamadan bitemez / A migration does not end before it starts';
COMMENT ON CONSTRAINT ck_enterprise_migration_history_library_version_length ON enterprise_migration_history IS 'library_version: 1 ile 50 karakter arasında olmalıdır / library_version must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_enterprise_migration_history_migration_end_finite ON enterprise_migration_history IS 'migration_end: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / migration_end must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_enterprise_migration_history_migration_start_finite ON enterprise_migration_history IS 'migration_start: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / migration_start must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_enterprise_migration_history_revision_length ON enterprise_migration_history IS 'revision: 1 ile 255 karakter arasında olmalıdır / revision must have 1 to 255 characters';
COMMENT ON CONSTRAINT ck_enterprise_migration_history_server_info_object ON enterprise_migration_history IS 'server_info bir JSON nesnesi olmalıdır / server_info must be a JSON object';
COMMENT ON CONSTRAINT ck_enterprise_migration_history_server_info_size ON enterprise_migration_history IS 'server_info en çok 65536 bayt olabilir / server_info must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_enterprise_migration_history_success_has_end ON enterprise_migration_history IS 'Başarılı bir geçişin bitiş anı vardır, hatası yoktur / A migration that succeeded has its end and no error';
COMMENT ON CONSTRAINT ck_enterprise_migration_history_valid_environment ON enterprise_migration_history IS 'environment şunlardan biri olmalıdır: development, testing, staging, production / environment must be one of development, testing, staging, production';
COMMENT ON CONSTRAINT pk_enterprise_migration_history ON enterprise_migration_history IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_enterprise_migration_history_revision_migration_start ON enterprise_migration_history IS 'Geçişin bu anda başlayan bir kaydı var / A run of the revision began at this very moment';

GRANT SELECT ON enterprise_migration_history TO platform_worker;
GRANT SELECT ON enterprise_migration_history TO platform_auditor;

COMMENT ON TABLE enterprise_performance_baseline IS 'Measured baselines to compare with.';
COMMENT ON COLUMN enterprise_performance_baseline.id IS 'Key, given by the server.';
COMMENT ON COLUMN enterprise_performance_baseline.metric_name IS 'What was measured.';
COMMENT ON COLUMN enterprise_performance_baseline.table_name IS 'Of which table; NULL for the whole database.';
COMMENT ON COLUMN enterprise_performance_baseline.baseline_value IS 'The value, in measurement_unit.';
COMMENT ON COLUMN enterprise_performance_baseline.measurement_unit IS 'Unit of the value.';
COMMENT ON COLUMN enterprise_performance_baseline.measurement_date IS 'When it was measured (UTC).';
COMMENT ON COLUMN enterprise_performance_baseline.postgresql_version IS 'Version number of the server that was measured.';
COMMENT ON COLUMN enterprise_performance_baseline.notes IS 'What a reader of the figure should know.';
COMMENT ON CONSTRAINT ck_enterprise_performance_baseline_measurement_date_finite ON enterprise_performance_baseline IS 'measurement_date: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / measurement_date must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_enterprise_performance_baseline_measurement_unit_length ON enterprise_performance_baseline IS 'measurement_unit: 1 ile 50 karakter arasında olmalıdır / measurement_unit must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_enterprise_performance_baseline_metric_name_length ON enterprise_performance_baseline IS 'metric_name: 1 ile 255 karakter arasında olmalıdır / metric_name must have 1 to 255 characters';
COMMENT ON CONSTRAINT ck_enterprise_performance_baseline_table_name_length ON enterprise_performance_baseline IS 'table_name: 1 ile 255 karakter arasında olmalıdır / table_name must have 1 to 255 characters';
COMMENT ON CONSTRAINT ck_enterprise_performance_baseline_value_valid ON enterprise_performance_baseline IS 'Ölçülen değerin virgülden önce en çok 14, sonra en çok 6 basamağı olabilir / A measured value has at most 14 digits before the point and 6 after it';
COMMENT ON CONSTRAINT pk_enterprise_performance_baseline ON enterprise_performance_baseline IS 'Birincil anahtar / Primary key';
COMMENT ON INDEX idx_perf_baseline_metric_table IS 'The latest baseline of a metric, of a table or of the whole database.';

GRANT SELECT, INSERT ON enterprise_performance_baseline TO platform_worker;
GRANT SELECT ON enterprise_performance_baseline TO platform_auditor;

COMMENT ON TABLE migration_backfills IS 'Progress of resumable backfills.';
COMMENT ON COLUMN migration_backfills.id IS 'Key, given by the server.';
COMMENT ON COLUMN migration_backfills.revision IS 'The revision that it belongs to.';
COMMENT ON COLUMN migration_backfills.step IS 'The step of the revision.';
COMMENT ON COLUMN migration_backfills.table_name IS 'The table whose rows it changes.';
COMMENT ON COLUMN migration_backfills.status IS 'State of the backfill.';
COMMENT ON COLUMN migration_backfills.last_key IS 'Key of the last row that is done, as text; NULL before the first batch.';
COMMENT ON COLUMN migration_backfills.last_error IS 'Why the last attempt failed, without values of rows.';
COMMENT ON COLUMN migration_backfills.rows_done IS 'Rows that are done.';
COMMENT ON COLUMN migration_backfills.rows_total IS 'Rows there are to do, as estimated at the start.';
COMMENT ON COLUMN migration_backfills.batch_size IS 'Rows changed in one transaction.';
COMMENT ON COLUMN migration_backfills.started_at IS 'When the first batch began (UTC).';
COMMENT ON COLUMN migration_backfills.finished_at IS 'When the last batch was done (UTC); set with status completed, and only then.';
COMMENT ON COLUMN migration_backfills.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN migration_backfills.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN migration_backfills.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_migration_backfills_batch_size_valid ON migration_backfills IS 'Bir seferde 1 ile 100000 arasında satır işlenir / A batch has from 1 to 100000 rows';
COMMENT ON CONSTRAINT ck_migration_backfills_created_at_finite ON migration_backfills IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_migration_backfills_failed_has_error ON migration_backfills IS 'Başarısız bir doldurma, nedenini yazar / A backfill that failed says why';
COMMENT ON CONSTRAINT ck_migration_backfills_finished_at_finite ON migration_backfills IS 'finished_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / finished_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_migration_backfills_finished_at_matches_status ON migration_backfills IS 'Bitiş anı, doldurma tamamlandıysa bulunur, değilse bulunmaz / The moment of completion is there if, and only if, the backfill is completed';
COMMENT ON CONSTRAINT ck_migration_backfills_revision_length ON migration_backfills IS 'revision: 1 ile 255 karakter arasında olmalıdır / revision must have 1 to 255 characters';
COMMENT ON CONSTRAINT ck_migration_backfills_rows_done_non_negative ON migration_backfills IS 'Satır sayıları eksi olamaz / Numbers of rows are not negative';
COMMENT ON CONSTRAINT ck_migration_backfills_started_at_finite ON migration_backfills IS 'started_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / started_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_migration_backfills_step_length ON migration_backfills IS 'step: 1 ile 100 karakter arasında olmalıdır / step must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_migration_backfills_table_name_length ON migration_backfills IS 'table_name: 1 ile 63 karakter arasında olmalıdır / table_name must have 1 to 63 characters';
COMMENT ON CONSTRAINT ck_migration_backfills_updated_after_created ON migration_backfills IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_migration_backfills_updated_at_finite ON migration_backfills IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_migration_backfills_version_positive ON migration_backfills IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT pk_migration_backfills ON migration_backfills IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_migration_backfills_revision_step ON migration_backfills IS 'Bu adımın doldurması zaten kayıtlı / The backfill of this step is already recorded';

GRANT SELECT ON migration_backfills TO platform_worker;
GRANT SELECT ON migration_backfills TO platform_auditor;
