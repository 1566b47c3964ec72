SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

CREATE TYPE security_event_type AS ENUM ('login_succeeded', 'login_failed', 'login_suspicious', 'brute_force', 'account_locked', 'token_reuse', 'access_denied', 'privilege_escalation', 'data_breach', 'sql_injection', 'xss_attempt', 'file_upload_blocked', 'rate_limit_exceeded', 'ddos_detected', 'vulnerability_scan');
CREATE TYPE security_severity AS ENUM ('low', 'medium', 'high', 'critical');
CREATE TYPE session_revocation_reason AS ENUM ('logout', 'logout_all', 'rotated', 'reuse_detected', 'expired', 'session_limit', 'password_changed', 'license_expired', 'admin');

CREATE TABLE security_events (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    user_id BIGINT,
    resolved_by_user_id BIGINT,
    type security_event_type NOT NULL,
    severity security_severity NOT NULL,
    ip_address INET,
    user_agent TEXT,
    resolution_note TEXT,
    details JSONB DEFAULT '{}' NOT NULL,
    resolved_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_security_events PRIMARY KEY (id),
    CONSTRAINT ck_security_events_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_security_events_version_positive CHECK (version > 0),
    CONSTRAINT ck_security_events_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_security_events_user_agent_length CHECK (char_length(user_agent) BETWEEN 1 AND 500),
    CONSTRAINT ck_security_events_resolution_note_length CHECK (char_length(resolution_note) BETWEEN 1 AND 1000),
    CONSTRAINT ck_security_events_details_object CHECK (jsonb_typeof(details) = 'object'),
    CONSTRAINT ck_security_events_details_size CHECK (octet_length(details::text) <= 65536),
    CONSTRAINT ck_security_events_resolved_at_finite CHECK (resolved_at >= to_timestamp(946684800) AND resolved_at < to_timestamp(4102444800)),
    CONSTRAINT ck_security_events_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ck_security_events_resolved_has_resolver CHECK ((resolved_at IS NULL) = (resolved_by_user_id IS NULL)),
    CONSTRAINT ck_security_events_note_only_when_resolved CHECK (resolution_note IS NULL OR resolved_at IS NOT NULL),
    CONSTRAINT ck_security_events_resolved_after_created CHECK (resolved_at >= created_at)
);

CREATE TABLE sessions (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    user_id BIGINT NOT NULL,
    refresh_token_hash TEXT COLLATE "C" NOT NULL,
    access_token_jti TEXT,
    device_fingerprint TEXT,
    user_agent TEXT,
    rotated_from BIGINT,
    ip_address INET,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    revocation_reason session_revocation_reason,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_sessions PRIMARY KEY (id),
    CONSTRAINT uq_sessions_id_user_id UNIQUE (id, user_id),
    CONSTRAINT uq_sessions_refresh_token_hash UNIQUE (refresh_token_hash),
    CONSTRAINT uq_sessions_rotated_from UNIQUE (rotated_from),
    CONSTRAINT ck_sessions_created_at_finite CHECK (created_at >= to_timestamp(946684800) AND created_at < to_timestamp(4102444800)),
    CONSTRAINT ck_sessions_version_positive CHECK (version > 0),
    CONSTRAINT ck_sessions_updated_at_finite CHECK (updated_at >= to_timestamp(946684800) AND updated_at < to_timestamp(4102444800)),
    CONSTRAINT ck_sessions_refresh_token_hash_format CHECK (octet_length(refresh_token_hash) = 64 AND refresh_token_hash ~ '^[0-9a-f]*$'),
    CONSTRAINT ck_sessions_access_token_jti_length CHECK (char_length(access_token_jti) BETWEEN 1 AND 255),
    CONSTRAINT ck_sessions_device_fingerprint_length CHECK (char_length(device_fingerprint) BETWEEN 1 AND 1024),
    CONSTRAINT ck_sessions_user_agent_length CHECK (char_length(user_agent) BETWEEN 1 AND 500),
    CONSTRAINT ck_sessions_expires_at_finite CHECK (expires_at >= to_timestamp(946684800) AND expires_at < to_timestamp(4102444800)),
    CONSTRAINT ck_sessions_last_used_at_finite CHECK (last_used_at >= to_timestamp(946684800) AND last_used_at < to_timestamp(4102444800)),
    CONSTRAINT ck_sessions_revoked_at_finite CHECK (revoked_at >= to_timestamp(946684800) AND revoked_at < to_timestamp(4102444800)),
    CONSTRAINT ck_sessions_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ck_sessions_expires_future CHECK (expires_at > created_at),
    CONSTRAINT ck_sessions_revoked_has_reason CHECK ((revoked_at IS NULL) = (revocation_reason IS NULL)),
    CONSTRAINT ck_sessions_revoked_after_created CHECK (revoked_at >= created_at),
    CONSTRAINT ck_sessions_not_rotated_from_itself CHECK (rotated_from <> id)
);

ALTER TABLE security_events ADD CONSTRAINT fk_security_events_resolved_by_user_id_users FOREIGN KEY (resolved_by_user_id) REFERENCES users (id) ON DELETE RESTRICT;
ALTER TABLE security_events ADD CONSTRAINT fk_security_events_user_id_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT;

CREATE INDEX idx_security_events_created_at ON security_events (created_at DESC, id DESC);
CREATE INDEX idx_security_events_ip_created ON security_events (ip_address, created_at) WHERE ip_address IS NOT NULL;
CREATE INDEX idx_security_events_resolved_by_user_id ON security_events (resolved_by_user_id) WHERE resolved_by_user_id IS NOT NULL;
CREATE INDEX idx_security_events_type ON security_events (type, created_at);
CREATE INDEX idx_security_events_unresolved ON security_events (severity, created_at) WHERE resolved_at IS NULL;
CREATE INDEX idx_security_events_user_type ON security_events (user_id, type, created_at) WHERE user_id IS NOT NULL;

ALTER TABLE sessions ADD CONSTRAINT fk_sessions_rotated_from_sessions FOREIGN KEY (rotated_from, user_id) REFERENCES sessions (id, user_id) ON DELETE SET NULL (rotated_from);
ALTER TABLE sessions ADD CONSTRAINT fk_sessions_user_id_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT;

CREATE INDEX idx_sessions_cleanup ON sessions (expires_at) WHERE revoked_at IS NULL;
CREATE INDEX idx_sessions_device_fingerprint ON sessions (device_fingerprint) WHERE device_fingerprint IS NOT NULL;
CREATE INDEX idx_sessions_user_id ON sessions (user_id);
CREATE INDEX idx_sessions_user_live ON sessions (user_id, created_at DESC) WHERE revoked_at IS NULL;
CREATE TRIGGER security_events_touch BEFORE UPDATE ON security_events FOR EACH ROW EXECUTE FUNCTION set_updated_at_and_version();
CREATE TRIGGER sessions_touch BEFORE UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION set_updated_at_and_version();

COMMENT ON TABLE security_events IS 'What happened to an account or address, and how it was resolved.';
COMMENT ON COLUMN security_events.id IS 'Key, given by the server.';
COMMENT ON COLUMN security_events.user_id IS 'Whose account it was about; NULL when no account is known.';
COMMENT ON COLUMN security_events.resolved_by_user_id IS 'Who resolved the event; set together with resolved_at.';
COMMENT ON COLUMN security_events.type IS 'What happened.';
COMMENT ON COLUMN security_events.severity IS 'How soon somebody must look.';
COMMENT ON COLUMN security_events.ip_address IS 'Address from which it came.';
COMMENT ON COLUMN security_events.user_agent IS 'The client''s own name, as it was sent.';
COMMENT ON COLUMN security_events.resolution_note IS 'What was found and done, in the words of whoever resolved the event.';
COMMENT ON COLUMN security_events.details IS 'What else is known of the event, as a JSON object without secrets.';
COMMENT ON COLUMN security_events.resolved_at IS 'When the event was resolved (UTC); NULL while it is open.';
COMMENT ON COLUMN security_events.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN security_events.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN security_events.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_security_events_created_at_finite ON security_events IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_security_events_details_object ON security_events IS 'details bir JSON nesnesi olmalıdır / details must be a JSON object';
COMMENT ON CONSTRAINT ck_security_events_details_size ON security_events IS 'details en çok 65536 bayt olabilir / details must take at most 65536 bytes';
COMMENT ON CONSTRAINT ck_security_events_note_only_when_resolved ON security_events IS 'Çözüm notu ancak çözülmüş bir olaya yazılabilir / Only a resolved event has a resolution note';
COMMENT ON CONSTRAINT ck_security_events_resolution_note_length ON security_events IS 'resolution_note: 1 ile 1000 karakter arasında olmalıdır / resolution_note must have 1 to 1000 characters';
COMMENT ON CONSTRAINT ck_security_events_resolved_after_created ON security_events IS 'Olay, kaydedilmeden önce çözülmüş olamaz / An event cannot be resolved before it was recorded';
COMMENT ON CONSTRAINT ck_security_events_resolved_at_finite ON security_events IS 'resolved_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / resolved_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_security_events_resolved_has_resolver ON security_events IS 'Çözülen olayın ne zaman ve kim tarafından çözüldüğü birlikte yazılır / A resolved event says both when and by whom it was resolved';
COMMENT ON CONSTRAINT ck_security_events_updated_after_created ON security_events IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_security_events_updated_at_finite ON security_events IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_security_events_user_agent_length ON security_events IS 'user_agent: 1 ile 500 karakter arasında olmalıdır / user_agent must have 1 to 500 characters';
COMMENT ON CONSTRAINT ck_security_events_version_positive ON security_events IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT fk_security_events_resolved_by_user_id_users ON security_events IS 'resolved_by_user_id, users tablosundaki bir kayda bağlıdır / resolved_by_user_id refers to a row of users';
COMMENT ON CONSTRAINT fk_security_events_user_id_users ON security_events IS 'user_id, users tablosundaki bir kayda bağlıdır / user_id refers to a row of users';
COMMENT ON CONSTRAINT pk_security_events ON security_events IS 'Birincil anahtar / Primary key';
COMMENT ON INDEX idx_security_events_created_at IS 'A page of all events, newest first; and the oldest, which are due for deletion.';
COMMENT ON INDEX idx_security_events_ip_created IS 'What came from an address since an instant.';
COMMENT ON INDEX idx_security_events_resolved_by_user_id IS 'The events that a person resolved, and the foreign key to users.';
COMMENT ON INDEX idx_security_events_type IS 'Events of a type since an instant.';
COMMENT ON INDEX idx_security_events_unresolved IS 'Open events of a severity, oldest first.';
COMMENT ON INDEX idx_security_events_user_type IS 'Events of a type about an account since an instant, and the foreign key to users.';

ALTER TABLE security_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE security_events FORCE ROW LEVEL SECURITY;

CREATE POLICY security_events_own ON security_events TO platform_app USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)) WITH CHECK (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint));
CREATE POLICY security_events_all ON security_events TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY security_events_read ON security_events FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT SELECT ON security_events TO platform_app;
GRANT INSERT (user_id, type, severity, ip_address, user_agent, details) ON security_events TO platform_app;
GRANT SELECT, INSERT, DELETE ON security_events TO platform_worker;
GRANT UPDATE (resolved_by_user_id, resolution_note, resolved_at) ON security_events TO platform_worker;
GRANT SELECT ON security_events TO platform_auditor;

COMMENT ON TABLE sessions IS 'JWT refresh token management with device fingerprinting and security tracking';
COMMENT ON COLUMN sessions.id IS 'Key, given by the server.';
COMMENT ON COLUMN sessions.user_id IS 'Who is signed in.';
COMMENT ON COLUMN sessions.refresh_token_hash IS 'SHA-256 of the refresh token; the token itself is stored nowhere.';
COMMENT ON COLUMN sessions.access_token_jti IS 'The id (jti) of the access token given last, by which it can be refused.';
COMMENT ON COLUMN sessions.device_fingerprint IS 'What the client says of its device, to know it again.';
COMMENT ON COLUMN sessions.user_agent IS 'The client''s own name, as it was sent at sign-in.';
COMMENT ON COLUMN sessions.rotated_from IS 'The session whose token this one replaced; NULL for a sign-in, or once that row is swept.';
COMMENT ON COLUMN sessions.ip_address IS 'Address from which the session was opened.';
COMMENT ON COLUMN sessions.expires_at IS 'End of the refresh token''s life (UTC, exclusive).';
COMMENT ON COLUMN sessions.last_used_at IS 'When the session was last used (UTC).';
COMMENT ON COLUMN sessions.revoked_at IS 'When the session was ended before its time (UTC); set together with its reason.';
COMMENT ON COLUMN sessions.revocation_reason IS 'Why the session was ended before its time.';
COMMENT ON COLUMN sessions.created_at IS 'When the row was made (UTC).';
COMMENT ON COLUMN sessions.version IS 'Counts the changes; an update names the version it read.';
COMMENT ON COLUMN sessions.updated_at IS 'When the row last changed (UTC).';
COMMENT ON CONSTRAINT ck_sessions_access_token_jti_length ON sessions IS 'access_token_jti: 1 ile 255 karakter arasında olmalıdır / access_token_jti must have 1 to 255 characters';
COMMENT ON CONSTRAINT ck_sessions_created_at_finite ON sessions IS 'created_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / created_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_sessions_device_fingerprint_length ON sessions IS 'device_fingerprint: 1 ile 1024 karakter arasında olmalıdır / device_fingerprint must have 1 to 1024 characters';
COMMENT ON CONSTRAINT ck_sessions_expires_at_finite ON sessions IS 'expires_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / expires_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_sessions_expires_future ON sessions IS 'Oturum, açıldıktan sonraki bir anda sona ermelidir / A session must expire after it was opened';
COMMENT ON CONSTRAINT ck_sessions_last_used_at_finite ON sessions IS 'last_used_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / last_used_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_sessions_not_rotated_from_itself ON sessions IS 'Oturum kendisinin devamı olamaz / A session cannot be rotated from itself';
COMMENT ON CONSTRAINT ck_sessions_refresh_token_hash_format ON sessions IS 'refresh_token_hash: SHA-256 özeti 64 küçük onaltılık hanedir / refresh_token_hash: a SHA-256 is 64 lower-case hexadecimal digits';
COMMENT ON CONSTRAINT ck_sessions_revoked_after_created ON sessions IS 'Oturum, açılmadan önce sonlandırılamaz / A session cannot be revoked before it was opened';
COMMENT ON CONSTRAINT ck_sessions_revoked_at_finite ON sessions IS 'revoked_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / revoked_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_sessions_revoked_has_reason ON sessions IS 'Sonlandırılan oturumun gerekçesi yazılır; sonlandırılmamışsa gerekçesi de yoktur / A revoked session says why; one that is not revoked has no reason';
COMMENT ON CONSTRAINT ck_sessions_updated_after_created ON sessions IS 'updated_at, created_at değerinden önce olamaz / updated_at must not be before created_at';
COMMENT ON CONSTRAINT ck_sessions_updated_at_finite ON sessions IS 'updated_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / updated_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT ck_sessions_user_agent_length ON sessions IS 'user_agent: 1 ile 500 karakter arasında olmalıdır / user_agent must have 1 to 500 characters';
COMMENT ON CONSTRAINT ck_sessions_version_positive ON sessions IS 'version: 0 değerinden büyük olmalıdır / version must be greater than 0';
COMMENT ON CONSTRAINT fk_sessions_rotated_from_sessions ON sessions IS 'rotated_from, user_id, sessions tablosundaki bir kayda bağlıdır / rotated_from, user_id refers to a row of sessions';
COMMENT ON CONSTRAINT fk_sessions_user_id_users ON sessions IS 'user_id, users tablosundaki bir kayda bağlıdır / user_id refers to a row of users';
COMMENT ON CONSTRAINT pk_sessions ON sessions IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_sessions_id_user_id ON sessions IS 'Oturum bu kullanıcıda zaten kayıtlı / The session is already recorded for this user';
COMMENT ON CONSTRAINT uq_sessions_refresh_token_hash ON sessions IS 'Bu yenileme belirteciyle bir oturum var / There is a session with this refresh token';
COMMENT ON CONSTRAINT uq_sessions_rotated_from ON sessions IS 'Bu oturumun yenileme belirteci zaten yenilenmiş / The refresh token of this session was already rotated';
COMMENT ON INDEX idx_sessions_cleanup IS 'Sessions that ran out and were not revoked, oldest first: the expiry sweep.';
COMMENT ON INDEX idx_sessions_device_fingerprint IS 'The sessions of a device, and so its other users.';
COMMENT ON INDEX idx_sessions_user_id IS 'The sessions of a user, and the foreign key to users.';
COMMENT ON INDEX idx_sessions_user_live IS 'The sessions of a user that are not revoked, newest first: the list of devices and its limit.';

ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;

CREATE POLICY sessions_own ON sessions TO platform_app USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)) WITH CHECK (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint));
CREATE POLICY sessions_all ON sessions TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY sessions_read ON sessions FOR SELECT TO platform_readonly, platform_auditor USING (true);
CREATE POLICY sessions_change ON sessions AS RESTRICTIVE FOR UPDATE TO platform_app USING (revoked_at IS NULL) WITH CHECK (true);

GRANT SELECT ON sessions TO platform_app;
GRANT UPDATE (revoked_at, revocation_reason, last_used_at) ON sessions TO platform_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO platform_worker;
GRANT SELECT ON sessions TO platform_auditor;
