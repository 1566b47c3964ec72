SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

CREATE TRIGGER erp_mes_sync_transition_allowed BEFORE UPDATE OF status ON erp_mes_sync FOR EACH ROW WHEN (NOT (NEW.status = OLD.status OR (OLD.status = 'pending' AND NEW.status IN ('in_progress', 'skipped')) OR (OLD.status = 'in_progress' AND NEW.status IN ('pending', 'synced', 'failed', 'conflict', 'skipped')) OR (OLD.status = 'synced' AND NEW.status IN ('pending')) OR (OLD.status = 'failed' AND NEW.status IN ('pending', 'in_progress', 'skipped')) OR (OLD.status = 'conflict' AND NEW.status IN ('pending', 'skipped')) OR (OLD.status = 'skipped' AND NEW.status IN ('pending')))) EXECUTE FUNCTION refuse_change('ck_erp_mes_sync_transition_allowed', 'The synchronisation cannot take this state');

ALTER TABLE erp_mes_sync ENABLE ALWAYS TRIGGER erp_mes_sync_transition_allowed;

CREATE TRIGGER erp_mes_sync_tie_is_fixed BEFORE UPDATE OF external_system, entity_type, external_id, entity_id ON erp_mes_sync FOR EACH ROW WHEN (NOT ((NEW.external_system, NEW.entity_type, NEW.external_id, NEW.entity_id) IS NOT DISTINCT FROM (OLD.external_system, OLD.entity_type, OLD.external_id, OLD.entity_id))) EXECUTE FUNCTION refuse_change('ck_erp_mes_sync_tie_is_fixed', 'The two ends of a tie are fixed; make another');

ALTER TABLE erp_mes_sync ENABLE ALWAYS TRIGGER erp_mes_sync_tie_is_fixed;

CREATE TRIGGER outbox_events_event_is_fixed BEFORE UPDATE OF event_id, event_type, aggregate_type, aggregate_id, payload, headers ON outbox_events FOR EACH ROW WHEN (NOT ((NEW.event_id, NEW.event_type, NEW.aggregate_type, NEW.aggregate_id, NEW.payload, NEW.headers) IS NOT DISTINCT FROM (OLD.event_id, OLD.event_type, OLD.aggregate_type, OLD.aggregate_id, OLD.payload, OLD.headers))) EXECUTE FUNCTION refuse_change('ck_outbox_events_event_is_fixed', 'An event that was written stays what it is');

ALTER TABLE outbox_events ENABLE ALWAYS TRIGGER outbox_events_event_is_fixed;

CREATE TRIGGER outbox_events_delivered_is_final BEFORE UPDATE OF delivered_at ON outbox_events FOR EACH ROW WHEN (NOT (OLD.delivered_at IS NULL OR NEW.delivered_at IS NOT DISTINCT FROM OLD.delivered_at)) EXECUTE FUNCTION refuse_change('ck_outbox_events_delivered_is_final', 'An event that was delivered stays delivered');

ALTER TABLE outbox_events ENABLE ALWAYS TRIGGER outbox_events_delivered_is_final;

CREATE TRIGGER idempotency_keys_transition_allowed BEFORE UPDATE OF status ON idempotency_keys FOR EACH ROW WHEN (NOT (NEW.status = 'completed' OR OLD.status = 'in_progress' OR OLD.expires_at <= now())) EXECUTE FUNCTION refuse_change('ck_idempotency_keys_transition_allowed', 'A request that has its answer does not begin again before its key has expired');

ALTER TABLE idempotency_keys ENABLE ALWAYS TRIGGER idempotency_keys_transition_allowed;

CREATE TRIGGER idempotency_keys_answer_is_final BEFORE UPDATE OF status, request_hash, response_status, response_headers, response_body ON idempotency_keys FOR EACH ROW WHEN (NOT (NOT (OLD.status = 'completed' AND NEW.status = 'completed') OR (NEW.request_hash, NEW.response_status, NEW.response_headers, NEW.response_body) IS NOT DISTINCT FROM (OLD.request_hash, OLD.response_status, OLD.response_headers, OLD.response_body))) EXECUTE FUNCTION refuse_change('ck_idempotency_keys_answer_is_final', 'The first answer to a request is not changed');

ALTER TABLE idempotency_keys ENABLE ALWAYS TRIGGER idempotency_keys_answer_is_final;

CREATE TRIGGER enterprise_config_key_is_fixed BEFORE UPDATE OF config_key, environment ON enterprise_config FOR EACH ROW WHEN (NOT ((NEW.config_key, NEW.environment) IS NOT DISTINCT FROM (OLD.config_key, OLD.environment))) EXECUTE FUNCTION refuse_change('ck_enterprise_config_key_is_fixed', 'The key and the environment of a setting are fixed; define another');

ALTER TABLE enterprise_config ENABLE ALWAYS TRIGGER enterprise_config_key_is_fixed;

CREATE TRIGGER enterprise_config_secret_stays_secret BEFORE UPDATE OF is_sensitive ON enterprise_config FOR EACH ROW WHEN (NOT (NEW.is_sensitive OR NOT OLD.is_sensitive)) EXECUTE FUNCTION refuse_change('ck_enterprise_config_secret_stays_secret', 'A secret does not become plain text');

ALTER TABLE enterprise_config ENABLE ALWAYS TRIGGER enterprise_config_secret_stays_secret;
