SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

DROP TRIGGER notifications_addressee_is_fixed ON notifications;
DROP TRIGGER licenses_ended_is_final ON licenses;
DROP TRIGGER licenses_user_and_type_are_fixed ON licenses;
DROP TRIGGER licenses_transition_allowed ON licenses;
DROP TRIGGER security_events_resolution_is_final ON security_events;
DROP TRIGGER sessions_token_is_fixed ON sessions;
DROP TRIGGER sessions_revocation_is_final ON sessions;
DROP TRIGGER users_last_admin_is_kept ON users;
DROP TRIGGER users_clear_verification ON users;
DROP TRIGGER users_restored_within_grace ON users;
DROP TRIGGER users_own_role_is_kept ON users;
DROP TRIGGER users_anonymised_is_final ON users;
DROP TRIGGER users_transition_allowed ON users;
DROP FUNCTION clear_verification();
DROP FUNCTION guard_last_admin();
DROP FUNCTION refuse_change();
DROP TRIGGER licenses_record_truncate ON licenses;

CREATE TRIGGER licenses_record_truncate AFTER TRUNCATE ON licenses FOR EACH STATEMENT EXECUTE FUNCTION record_row_change();

DROP TRIGGER licenses_record_delete ON licenses;

CREATE TRIGGER licenses_record_delete AFTER DELETE ON licenses REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change();

DROP TRIGGER licenses_record_update ON licenses;

CREATE TRIGGER licenses_record_update AFTER UPDATE ON licenses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change();

DROP TRIGGER licenses_record_insert ON licenses;

CREATE TRIGGER licenses_record_insert AFTER INSERT ON licenses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_row_change();
