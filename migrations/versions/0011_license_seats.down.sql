SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

DROP TRIGGER licenses_guard ON licenses;
DROP TABLE license_seats;
DROP FUNCTION guard_license_seats();
DROP FUNCTION count_license_seats();
