SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

DROP TABLE migration_backfills;
DROP TABLE enterprise_performance_baseline;
DROP TABLE enterprise_migration_history;
DROP TABLE enterprise_config;
DROP TABLE constraint_violations;
DROP TYPE migration_direction;
DROP TYPE backfill_status;
