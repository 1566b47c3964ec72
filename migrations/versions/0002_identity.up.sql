SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

CREATE TABLE users (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    email TEXT COLLATE "C" NOT NULL,
    phone TEXT,
    password_hash TEXT,
    full_name TEXT,
    company_name TEXT,
    tax_number TEXT,
    tax_office TEXT,
    address TEXT,
    role user_role DEFAULT 'engineer' NOT NULL,
    status user_status DEFAULT 'pending' NOT NULL,
    locale locale DEFAULT 'tr' NOT NULL,
    tax_number_kind tax_number_kind,
    timezone TEXT DEFAULT 'Europe/Istanbul' NOT NULL,
    email_verified_at TIMESTAMP WITH TIME ZONE,
    phone_verified_at TIMESTAMP WITH TIME ZONE,
    last_login_at TIMESTAMP WITH TIME ZONE,
    locked_until TIMESTAMP WITH TIME ZONE,
    deleted_at TIMESTAMP WITH TIME ZONE,
    anonymised_at TIMESTAMP WITH TIME ZONE,
    failed_login_attempts INTEGER DEFAULT 0 NOT NULL,
    otp_attempts INTEGER DEFAULT 0 NOT NULL,
    reset_attempts INTEGER DEFAULT 0 NOT NULL,
    security_clearance_level INTEGER DEFAULT 1 NOT NULL,
    performance_score INTEGER DEFAULT 100 NOT NULL,
    metadata JSONB,
    consents JSONB DEFAULT '{}' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT uq_users_phone UNIQUE (phone),
    CONSTRAINT ck_users_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_users_version_positive CHECK (version > 0),
    CONSTRAINT ck_users_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_users_email_length CHECK (char_length(email) BETWEEN 1 AND 254),
    CONSTRAINT ck_users_email_format CHECK (email !~ '[[:space:][:cntrl:]"(),:;<>\[\]\\]' AND email ~ '^[^@.]+(\.[^@.]+)*@([^@.]+\.)+[^@.]+$' AND strpos(email, '@') <= 65 AND split_part(email, '@', 2) = lower(split_part(email, '@', 2))),
    CONSTRAINT ck_users_phone_format CHECK (phone ~ '^\+90(5[0-9]{2}|[234][0-9]{2}|800|850)[0-9]{7}$'),
    CONSTRAINT ck_users_password_hash_format CHECK (password_hash ~ '^(\$argon2id\$v=19\$[!-~]{60,200}|\$2[aby]\$[0-9]{2}\$[./A-Za-z0-9]{53})$'),
    CONSTRAINT ck_users_full_name_length CHECK (char_length(full_name) BETWEEN 1 AND 200),
    CONSTRAINT ck_users_company_name_length CHECK (char_length(company_name) BETWEEN 1 AND 255),
    CONSTRAINT ck_users_tax_office_length CHECK (char_length(tax_office) BETWEEN 1 AND 100),
    CONSTRAINT ck_users_address_length CHECK (char_length(address) BETWEEN 1 AND 1000),
    CONSTRAINT ck_users_timezone_length CHECK (char_length(timezone) BETWEEN 1 AND 50),
    CONSTRAINT ck_users_email_verified_at_finite CHECK (email_verified_at >= to_timestamp(946684800) AND email_verified_at < to_timestamp(4102444800)),
    CONSTRAINT ck_users_phone_verified_at_finite CHECK (phone_verified_at >= to_timestamp(946684800) AND phone_verified_at < to_timestamp(4102444800)),
    CONSTRAINT ck_users_last_login_at_finite CHECK (last_login_at >= to_timestamp(946684800) AND last_login_at < to_timestamp(4102444800)),
    CONSTRAINT ck_users_locked_until_finite CHECK (locked_until >= to_timestamp(946684800) AND locked_until < to_timestamp(4102444800)),
    CONSTRAINT ck_users_deleted_at_finite CHECK (deleted_at >= to_timestamp(946684800) AND deleted_at < to_timestamp(4102444800)),
    CONSTRAINT ck_users_anonymised_at_finite CHECK (anonymised_at >= to_timestamp(946684800) AND anonymised_at < to_timestamp(4102444800)),
    CONSTRAINT ck_users_failed_logins_non_negative CHECK (failed_login_attempts >= 0),
    CONSTRAINT ck_users_otp_attempts_non_negative CHECK (otp_attempts >= 0),
    CONSTRAINT ck_users_reset_attempts_non_negative CHECK (reset_attempts >= 0),
    CONSTRAINT ck_users_security_clearance_range CHECK (security_clearance_level >= 1 AND security_clearance_level <= 5),
    CONSTRAINT ck_users_performance_score_range CHECK (performance_score >= 0 AND performance_score <= 100),
    CONSTRAINT ck_users_metadata_object CHECK (jsonb_typeof(metadata) = 'object'),
    CONSTRAINT ck_users_metadata_size CHECK (octet_length(metadata::text) <= 65536),
    CONSTRAINT ck_users_consents_object CHECK (jsonb_typeof(consents) = 'object'),
    CONSTRAINT ck_users_consents_size CHECK (octet_length(consents::text) <= 65536),
    CONSTRAINT ck_users_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ck_users_tax_number_format CHECK (tax_number ~ CASE tax_number_kind WHEN 'vkn' THEN '^[0-9]{10}$' ELSE '^[1-9][0-9]{9}[02468]$' END AND tax_number <> '11111111111'),
    CONSTRAINT ck_users_tax_number_has_kind CHECK ((tax_number IS NULL) = (tax_number_kind IS NULL)),
    CONSTRAINT ck_users_phone_verified_has_phone CHECK (phone_verified_at IS NULL OR phone IS NOT NULL),
    CONSTRAINT ck_users_deleted_at_matches_status CHECK ((status = 'deleted') = (deleted_at IS NOT NULL)),
    CONSTRAINT ck_users_anonymised_after_deleted CHECK (anonymised_at IS NULL OR (deleted_at IS NOT NULL AND anonymised_at >= deleted_at)),
    CONSTRAINT ck_users_anonymised_is_empty CHECK (anonymised_at IS NULL OR num_nonnulls(phone, password_hash, full_name, company_name, tax_number, tax_office, address, metadata) = 0)
);

CREATE INDEX gin_users_metadata ON users USING gin (metadata) WITH (fastupdate = on, gin_pending_list_limit = 4096) WHERE metadata IS NOT NULL;
CREATE INDEX idx_users_created_at ON users (created_at DESC, id DESC);
CREATE INDEX idx_users_last_login ON users (last_login_at) WHERE last_login_at IS NOT NULL;
CREATE INDEX idx_users_locked_until ON users (locked_until) WHERE locked_until IS NOT NULL;
CREATE INDEX idx_users_role ON users (role);
CREATE INDEX idx_users_role_status ON users (role, status);
CREATE INDEX idx_users_status ON users (status);
CREATE INDEX idx_users_tax_number ON users (tax_number) WHERE tax_number IS NOT NULL;
CREATE UNIQUE INDEX uq_users_email ON users (lower(email));

COMMENT ON TABLE users IS 'User accounts with role-based access control and Turkish compliance (GDPR/KVKK)';
COMMENT ON COLUMN users.id IS 'Key, given by the server.';
COMMENT ON COLUMN users.email IS 'Address to sign in with: domain in lower case, local part as given, unique without regard to ASCII case; deleted-<id>@anonymised.invalid once anonymised.';
COMMENT ON COLUMN users.phone IS 'Turkish phone number in E.164 form, unique; NULL when not given.';
COMMENT ON COLUMN users.password_hash IS 'Hash of the password (argon2id or bcrypt); NULL when one cannot sign in by it.';
COMMENT ON COLUMN users.full_name IS 'Name of the person.';
COMMENT ON COLUMN users.company_name IS 'Registered title of the firm (unvan).';
COMMENT ON COLUMN users.tax_number IS 'VKN of a firm or TCKN of a person; tax_number_kind says which.';
COMMENT ON COLUMN users.tax_office IS 'Name of the tax office (vergi dairesi).';
COMMENT ON COLUMN users.address IS 'Postal address.';
COMMENT ON COLUMN users.role IS 'What the account may do; set by an administrator.';
COMMENT ON COLUMN users.status IS 'State of the account, and its only source.';
COMMENT ON COLUMN users.locale IS 'Language in which the user is spoken to.';
COMMENT ON COLUMN users.tax_number_kind IS 'Which number tax_number is; NULL without one.';
COMMENT ON COLUMN users.timezone IS 'IANA zone in which the user is shown times; legal days are Istanbul''s.';
COMMENT ON COLUMN users.email_verified_at IS 'When the user proved to hold the e-mail address (UTC); NULL until then.';
COMMENT ON COLUMN users.phone_verified_at IS 'When the user proved to hold the phone number (UTC); NULL until then.';
COMMENT ON COLUMN users.last_login_at IS 'When the user last signed in (UTC).';
COMMENT ON COLUMN users.locked_until IS 'Until when signing in is refused after failed attempts (UTC).';
COMMENT ON COLUMN users.deleted_at IS 'When the account was deleted (UTC); set with status deleted, and only then.';
COMMENT ON COLUMN users.anonymised_at IS 'When the personal data was erased from this row (UTC).';
COMMENT ON COLUMN users.failed_login_attempts IS 'Failed sign-ins since the last one that succeeded.';
COMMENT ON COLUMN users.otp_attempts IS 'Wrong one-time codes since the last right one.';
COMMENT ON COLUMN users.reset_attempts IS 'Password resets asked for since the last one that succeeded.';
COMMENT ON COLUMN users.security_clearance_level IS 'Clearance from 1 (lowest) to 5; set by an administrator.';
COMMENT ON COLUMN users.performance_score IS 'Standing of a buyer or vendor in points, 0 to 100; kept by the platform.';
COMMENT ON COLUMN users.metadata IS 'Preferences of the user, as a JSON object; erased with the account.';
COMMENT ON COLUMN users.consents IS 'KVKK consents by purpose, each with time and version of the text; their history is in the audit log.';
COMMENT ON COLUMN users.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN users.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN users.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_users_address_length ON users IS 'address: 1 ile 1000 karakter arasında olmalıdır / address must have 1 to 1000 characters';
COMMENT ON CONSTRAINT ck_users_anonymised_after_deleted ON users IS 'Yalnız silinmiş bir hesap, silindikten sonra anonimleştirilebilir / Only a deleted account can be anonymised, and not before it was deleted';
COMMENT ON CONSTRAINT ck_users_anonymised_at_finite ON users IS 'anonymised_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / anonymised_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_users_anonymised_is_empty ON users IS 'Anonimleştirilmiş hesapta kişisel veri kalamaz / An anonymised account holds no personal data';
COMMENT ON CONSTRAINT ck_users_company_name_length ON users IS 'company_name: 1 ile 255 karakter arasında olmalıdır / company_name must have 1 to 255 characters';
COMMENT ON CONSTRAINT ck_users_consents_object ON users IS 'consents bir JSON nesnesi olmalıdır / consents must be a JSON object';
COMMENT ON CONSTRAINT ck_users_consents_size ON users IS 'consents en çok 65536 bayt olabilir / consents must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_users_created_at_finite ON users IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_users_deleted_at_finite ON users IS 'deleted_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / deleted_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_users_deleted_at_matches_status ON users IS 'Silinme anı, durum silinmiş ise bulunur, değilse bulunmaz / The moment of deletion is there if, and only if, the status is deleted';
COMMENT ON CONSTRAINT ck_users_email_format ON users IS 'E-posta adresi geçerli değil (ad@alan.uzantı; alan adı küçük harfle yazılır) / The e-mail address is not valid (name@domain.tld, the domain in lower case)';
COMMENT ON CONSTRAINT ck_users_email_length ON users IS 'email: 1 ile 254 karakter arasında olmalıdır / email must have 1 to 254 characters';
COMMENT ON CONSTRAINT ck_users_email_verified_at_finite ON users IS 'email_verified_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / email_verified_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_users_failed_logins_non_negative ON users IS 'Başarısız giriş sayısı sıfırdan küçük olamaz / The number of failed logins must not be negative';
COMMENT ON CONSTRAINT ck_users_full_name_length ON users IS 'full_name: 1 ile 200 karakter arasında olmalıdır / full_name must have 1 to 200 characters';
COMMENT ON CONSTRAINT ck_users_last_login_at_finite ON users IS 'last_login_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / last_login_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_users_locked_until_finite ON users IS 'locked_until: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / locked_until must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_users_metadata_object ON users IS 'metadata bir JSON nesnesi olmalıdır / metadata must be a JSON object';
COMMENT ON CONSTRAINT ck_users_metadata_size ON users IS 'metadata en çok 65536 bayt olabilir / metadata must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_users_otp_attempts_non_negative ON users IS 'Tek kullanımlık kod deneme sayısı sıfırdan küçük olamaz / The number of one-time code attempts must not be negative';
COMMENT ON CONSTRAINT ck_users_password_hash_format ON users IS 'Parola yalnız argon2id ya da bcrypt özeti olarak saklanır / A password is stored only as an argon2id or bcrypt hash';
COMMENT ON CONSTRAINT ck_users_performance_score_range ON users IS 'Performans puanı 0 ile 100 arasında olmalıdır / The performance score must be from 0 to 100';
COMMENT ON CONSTRAINT ck_users_phone_format ON users IS 'Telefon numarası +90 ve on rakamdır: cep, sabit hat, 800 ya da 850 / The phone number is +90 and ten digits: mobile, geographic, 800 or 850';
COMMENT ON CONSTRAINT ck_users_phone_verified_at_finite ON users IS 'phone_verified_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / phone_verified_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_users_phone_verified_has_phone ON users IS 'Telefon numarası yoksa doğrulanmış olamaz / Without a phone number none can have been verified';
COMMENT ON CONSTRAINT ck_users_reset_attempts_non_negative ON users IS 'Parola sıfırlama deneme sayısı sıfırdan küçük olamaz / The number of password reset attempts must not be negative';
COMMENT ON CONSTRAINT ck_users_security_clearance_range ON users IS 'Güvenlik yetki düzeyi 1 ile 5 arasında olmalıdır / The security clearance must be from 1 to 5';
COMMENT ON CONSTRAINT ck_users_tax_number_format ON users IS 'VKN 10 rakam, TCKN 11 rakamdır; 11111111111 yalnız faturada kullanılır / A VKN has 10 digits, a TCKN 11; 11111111111 is for invoices only';
COMMENT ON CONSTRAINT ck_users_tax_number_has_kind ON users IS 'Vergi numarası türüyle (VKN ya da TCKN) birlikte yazılır / A tax number and its kind (VKN or TCKN) are given together';
COMMENT ON CONSTRAINT ck_users_tax_office_length ON users IS 'tax_office: 1 ile 100 karakter arasında olmalıdır / tax_office must have 1 to 100 characters';
COMMENT ON CONSTRAINT ck_users_timezone_length ON users IS 'timezone: 1 ile 50 karakter arasında olmalıdır / timezone must have 1 to 50 characters';
COMMENT ON CONSTRAINT ck_users_updated_after_created ON users IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_users_updated_at_finite ON users IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_users_version_positive ON users IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT pk_users ON users IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_users_phone ON users IS 'Bu telefon numarası başka bir hesapta kayıtlı / This phone number belongs to another account';
COMMENT ON INDEX gin_users_metadata IS 'Users whose preferences contain a given object: metadata @> ….';
COMMENT ON INDEX idx_users_created_at IS 'A page of all users, newest first.';
COMMENT ON INDEX idx_users_last_login IS 'Users who signed in since an instant.';
COMMENT ON INDEX idx_users_locked_until IS 'Accounts that are locked, or whose lock has run out.';
COMMENT ON INDEX idx_users_role IS 'Users of a role.';
COMMENT ON INDEX idx_users_role_status IS 'Users of a role in a status, and their count.';
COMMENT ON INDEX idx_users_status IS 'Users in a status; deleted ones due for anonymising.';
COMMENT ON INDEX idx_users_tax_number IS 'The accounts of a VKN or TCKN.';
COMMENT ON INDEX uq_users_email IS 'Signing in: the user of an e-mail address, without regard to ASCII case; one account for each.';
