SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

DROP TABLE notifications;
DROP TABLE idempotency_keys;
DROP TABLE outbox_events;
DROP TABLE erp_mes_sync;
DROP TYPE sync_status;
DROP TYPE sync_direction;
DROP TYPE notification_type;
DROP TYPE notification_severity;
DROP TYPE idempotency_status;
DROP TYPE erp_system;
