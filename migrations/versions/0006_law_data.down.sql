SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

DROP TABLE withholding_codes;
DROP TABLE kdv_rates;
DROP TABLE exemption_codes;
