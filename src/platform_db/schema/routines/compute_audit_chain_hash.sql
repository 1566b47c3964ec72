-- BEFORE INSERT on audit_logs: appends the row to its chain.
--
-- chain_hash = SHA-256(prev_chain_hash || canonical_json(o)), where o holds every other column.
-- o is written here with its keys in canonical order, so only the payload goes through
-- canonical_json. The head row stays locked until the transaction ends; the payload's
-- text is made before that. created_at is taken under the lock: it never falls along a chain.
--
-- pg_temp comes last in search_path: unlisted it would come first, and a caller's temporary
-- table or domain would stand in for ours with the owner's rights.
CREATE OR REPLACE FUNCTION compute_audit_chain_hash() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET extra_float_digits = 1
AS $function$
DECLARE
    written text := NEW.payload::text;
    canonical text;
    head_seq bigint;
    head_hash text;
BEGIN
    -- At most 15 digits always read back equal; only a longer run needs the look at each number.
    -- (Two IFs: an expression with a query in it is never evaluated without starting the executor.)
    IF strpos(translate(written, '012345678.', '9999999999'), '9999999999999999') > 0 THEN
        IF EXISTS (
            SELECT FROM jsonb_path_query(NEW.payload, 'strict $.** ? (@.type() == "number")') AS number (value)
            WHERE CASE
                WHEN abs(number.value::numeric) BETWEEN 4.9e-324 AND 1.7976931348623157e308
                    THEN number.value::numeric::float8::text::numeric <> number.value::numeric
                ELSE number.value::numeric <> 0
            END
        ) THEN
            RAISE EXCEPTION 'the payload holds a number that a double does not hold exactly'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_audit_logs_payload_exact',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'payload',
                    HINT = 'Write such a number as a string.';
        END IF;
    END IF;
    canonical := coalesce(canonical_json(NEW.payload), 'null');

    SELECT head.seq, head.chain_hash INTO head_seq, head_hash
    FROM audit_chain_heads AS head
    WHERE head.chain_id = NEW.chain_id
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no audit chain %', NEW.chain_id
            USING ERRCODE = '23503', CONSTRAINT = 'fk_audit_logs_chain_id_audit_chain_heads',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'chain_id';
    END IF;

    NEW.created_at := clock_timestamp();
    NEW.seq := head_seq + 1;
    NEW.prev_chain_hash := head_hash;
    NEW.chain_hash := encode(sha256(convert_to(
        head_hash
        || '{"action":' || coalesce('"' || NEW.action || '"', 'null')
        || ',"chain_id":"' || NEW.chain_id
        || '","created_at":"' || to_char(NEW.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        || '","entity_id":' || coalesce('"' || NEW.entity_id || '"', 'null')
        || ',"entity_type":' || coalesce(to_json(NEW.entity_type)::text, 'null')
        || ',"event_type":' || coalesce(to_json(NEW.event_type)::text, 'null')
        || ',"id":"' || NEW.id
        || '","ip_address":' || coalesce('"' || host(NEW.ip_address) || '/' || masklen(NEW.ip_address) || '"', 'null')
        || ',"payload":' || canonical
        || ',"seq":"' || NEW.seq
        || '","session_id":' || coalesce('"' || NEW.session_id || '"', 'null')
        || ',"user_agent":' || coalesce(to_json(NEW.user_agent)::text, 'null')
        || ',"user_id":' || coalesce('"' || NEW.user_id || '"', 'null')
        || '}', 'UTF8')), 'hex');

    UPDATE audit_chain_heads AS head
    SET seq = NEW.seq, chain_hash = NEW.chain_hash, updated_at = NEW.created_at
    WHERE head.chain_id = NEW.chain_id;
    RETURN NEW;
END
$function$;
