SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

DROP TABLE payment_webhook_events;
DROP TABLE exchange_rates;
DROP TYPE webhook_event_status;
