SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

DROP TABLE audit_personal_data;
DROP TABLE audit_logs;
DROP TABLE enterprise_audit_log;
DROP TABLE audit_chain_heads;
DROP FUNCTION create_enterprise_audit_partitions(date, integer);
DROP FUNCTION forbid_change();
DROP FUNCTION audit_chain_of_transaction();
