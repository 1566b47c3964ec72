SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

CREATE TABLE licenses (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    user_id BIGINT NOT NULL,
    type license_type NOT NULL,
    status license_status DEFAULT 'active' NOT NULL,
    seats INTEGER DEFAULT 1 NOT NULL,
    seats_used INTEGER DEFAULT 0 NOT NULL,
    features JSONB DEFAULT '{}' NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    auto_renew BOOLEAN DEFAULT false NOT NULL,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    cancellation_reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_licenses PRIMARY KEY (id),
    CONSTRAINT uq_licenses_id_user_id UNIQUE (id, user_id),
    CONSTRAINT ex_licenses_no_overlap EXCLUDE USING gist (int8range(user_id, user_id, '[]') WITH &&, license_type_range(type, type, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&) WHERE (status = 'active'),
    CONSTRAINT ck_licenses_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_licenses_version_positive CHECK (version > 0),
    CONSTRAINT ck_licenses_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_licenses_seats_positive CHECK (seats > 0),
    CONSTRAINT ck_licenses_features_object CHECK (jsonb_typeof(features) = 'object'),
    CONSTRAINT ck_licenses_features_size CHECK (octet_length(features::text) <= 65536),
    CONSTRAINT ck_licenses_starts_at_finite CHECK (starts_at >= to_timestamp(946684800) AND starts_at < to_timestamp(4102444800)),
    CONSTRAINT ck_licenses_ends_at_finite CHECK (ends_at >= to_timestamp(946684800) AND ends_at < to_timestamp(4102444800)),
    CONSTRAINT ck_licenses_cancelled_at_finite CHECK (cancelled_at >= to_timestamp(946684800) AND cancelled_at < to_timestamp(4102444800)),
    CONSTRAINT ck_licenses_cancellation_reason_length CHECK (char_length(cancellation_reason) BETWEEN 1 AND 500),
    CONSTRAINT ck_licenses_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ck_licenses_seats_used_within_seats CHECK (seats_used BETWEEN 0 AND seats),
    CONSTRAINT ck_licenses_valid_period CHECK (ends_at > starts_at),
    CONSTRAINT ck_licenses_cancelled_at_matches_status CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)),
    CONSTRAINT ck_licenses_cancelled_has_reason CHECK ((cancelled_at IS NULL) = (cancellation_reason IS NULL)),
    CONSTRAINT ck_licenses_auto_renew_is_alive CHECK (NOT auto_renew OR status IN ('active', 'suspended'))
);

ALTER TABLE licenses ADD CONSTRAINT fk_licenses_user_id_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT;

CREATE INDEX gin_licenses_features ON licenses USING gin (features) WITH (fastupdate = on, gin_pending_list_limit = 4096);
CREATE INDEX idx_licenses_expiring_soon ON licenses (ends_at) WHERE status = 'active';
CREATE INDEX idx_licenses_status_ends_at ON licenses (status, ends_at);
CREATE INDEX idx_licenses_user_id ON licenses (user_id);
CREATE INDEX idx_licenses_user_status_ends ON licenses (user_id, status, ends_at);

COMMENT ON TABLE licenses IS 'A user''s right to use a plan in a period, with seats.';
COMMENT ON COLUMN licenses.id IS 'Key, given by the server.';
COMMENT ON COLUMN licenses.user_id IS 'Who holds the licence.';
COMMENT ON COLUMN licenses.type IS 'The plan.';
COMMENT ON COLUMN licenses.status IS 'State of the licence; moved to expired by the worker after ends_at.';
COMMENT ON COLUMN licenses.seats IS 'Seats that may be taken at the same time.';
COMMENT ON COLUMN licenses.seats_used IS 'Seats taken: the count of license_seats, kept by a trigger.';
COMMENT ON COLUMN licenses.features IS 'What the licence includes beyond its plan, as a JSON object by feature.';
COMMENT ON COLUMN licenses.starts_at IS 'First instant of the period (UTC, inclusive).';
COMMENT ON COLUMN licenses.ends_at IS 'End of the period (UTC, exclusive).';
COMMENT ON COLUMN licenses.auto_renew IS 'Whether the licence is renewed at its end.';
COMMENT ON COLUMN licenses.cancelled_at IS 'When it was cancelled (UTC); set with status cancelled, and only then.';
COMMENT ON COLUMN licenses.cancellation_reason IS 'Why it was cancelled, in the words of whoever did; set together with cancelled_at.';
COMMENT ON COLUMN licenses.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN licenses.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN licenses.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_licenses_auto_renew_is_alive ON licenses IS 'Süresi dolmuş ya da iptal edilmiş lisans kendiliğinden yenilenemez / An expired or cancelled licence cannot renew itself';
COMMENT ON CONSTRAINT ck_licenses_cancellation_reason_length ON licenses IS 'cancellation_reason: 1 ile 500 karakter arasında olmalıdır / cancellation_reason must have 1 to 500 characters';
COMMENT ON CONSTRAINT ck_licenses_cancelled_at_finite ON licenses IS 'cancelled_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / cancelled_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_licenses_cancelled_at_matches_status ON licenses IS 'İptal anı, durum iptal ise bulunur, değilse bulunmaz / The moment of cancellation is there if, and only if, the status is cancelled';
COMMENT ON CONSTRAINT ck_licenses_cancelled_has_reason ON licenses IS 'İptal, gerekçesiyle birlikte yazılır; iptal yoksa gerekçe de yoktur / A cancellation is written with its reason; without one there is no reason';
COMMENT ON CONSTRAINT ck_licenses_created_at_finite ON licenses IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_licenses_ends_at_finite ON licenses IS 'ends_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / ends_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_licenses_features_object ON licenses IS 'features bir JSON nesnesi olmalıdır / features must be a JSON object';
COMMENT ON CONSTRAINT ck_licenses_features_size ON licenses IS 'features en çok 65536 bayt olabilir / features must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_licenses_seats_positive ON licenses IS 'Lisansın en az bir koltuğu olmalıdır / A licence has at least one seat';
COMMENT ON CONSTRAINT ck_licenses_seats_used_within_seats ON licenses IS 'Lisansın tüm koltukları dolu / All seats of the licence are taken';
COMMENT ON CONSTRAINT ck_licenses_starts_at_finite ON licenses IS 'starts_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / starts_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_licenses_updated_after_created ON licenses IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_licenses_updated_at_finite ON licenses IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_licenses_valid_period ON licenses IS 'Lisans, başladıktan sonra bitmelidir / A licence must end after it starts';
COMMENT ON CONSTRAINT ck_licenses_version_positive ON licenses IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT ex_licenses_no_overlap ON licenses IS 'Kullanıcının bu dönemde aynı türden etkin bir lisansı var / The user has an active licence of this type in this period';
COMMENT ON CONSTRAINT fk_licenses_user_id_users ON licenses IS 'user_id, users tablosundaki bir kayda bağlıdır / user_id refers to a row of users';
COMMENT ON CONSTRAINT pk_licenses ON licenses IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_licenses_id_user_id ON licenses IS 'Lisans bu kullanıcıda zaten kayıtlı / The licence is already recorded for this user';
COMMENT ON INDEX gin_licenses_features IS 'Licences that include a feature: features @> ….';
COMMENT ON INDEX idx_licenses_expiring_soon IS 'Active licences that end within the next days, soonest first.';
COMMENT ON INDEX idx_licenses_status_ends_at IS 'Licences in a status that are due to expire.';
COMMENT ON INDEX idx_licenses_user_id IS 'The licences of a user, and the foreign key to users.';
COMMENT ON INDEX idx_licenses_user_status_ends IS 'The active licence of a user now.';
