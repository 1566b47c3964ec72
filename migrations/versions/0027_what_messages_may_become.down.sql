SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

DROP TRIGGER enterprise_config_secret_stays_secret ON enterprise_config;
DROP TRIGGER enterprise_config_key_is_fixed ON enterprise_config;
DROP TRIGGER idempotency_keys_answer_is_final ON idempotency_keys;
DROP TRIGGER idempotency_keys_transition_allowed ON idempotency_keys;
DROP TRIGGER outbox_events_delivered_is_final ON outbox_events;
DROP TRIGGER outbox_events_event_is_fixed ON outbox_events;
DROP TRIGGER erp_mes_sync_tie_is_fixed ON erp_mes_sync;
DROP TRIGGER erp_mes_sync_transition_allowed ON erp_mes_sync;
