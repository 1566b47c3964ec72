SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

DROP TABLE sessions;
DROP TABLE security_events;
DROP TYPE session_revocation_reason;
DROP TYPE security_severity;
DROP TYPE security_event_type;
