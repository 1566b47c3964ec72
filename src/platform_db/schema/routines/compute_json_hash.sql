-- Lower-case hex SHA-256 of the canonical UTF-8 bytes of a jsonb value.
CREATE OR REPLACE FUNCTION compute_json_hash(value jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT encode(sha256(convert_to(canonical_json(value), 'UTF8')), 'hex')
$function$;
