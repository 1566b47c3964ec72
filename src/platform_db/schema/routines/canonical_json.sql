-- RFC 8785 (JSON Canonicalization Scheme) of a jsonb value.
--
-- Keys are ordered by UTF-16 code units. That order is the byte order of UTF-8 except that
-- characters beyond the BMP come before U+E000..U+FFFF, so those are lifted behind U+10FFFF.
-- A number of at most 15 digits is its own shortest form; any other takes the digits that
-- PostgreSQL finds for its double. PostgreSQL avoids digits that lie exactly between two
-- doubles, ECMAScript does not, so the neighbours with one digit less are tried as well.
--
-- The audit trigger calls this for every row. Small containers are written in a loop, because
-- starting a query costs more than the whole of it. The recursive calls are statements of
-- their own: an expression that is being evaluated cannot take the fast way a second time.
CREATE OR REPLACE FUNCTION canonical_json(value jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
SET extra_float_digits = 1
AS $function$
DECLARE
    kind text := jsonb_typeof(canonical_json.value);
    members jsonb;
    member jsonb;
    size integer;
    place integer;
    key text;
    keys text[] := '{}';
    parts text[] := '{}';
    written text;
    amount numeric;
    double float8;
    shortest numeric;
    unit numeric;
    power integer;
BEGIN
    IF kind = 'array' THEN
        size := jsonb_array_length(canonical_json.value);
        IF size > 8 THEN
            RETURN (
                SELECT '[' || string_agg(canonical_json(element.value), ',' ORDER BY element.place) || ']'
                FROM jsonb_array_elements(canonical_json.value) WITH ORDINALITY AS element (value, place)
            );
        END IF;
        FOR index IN 0 .. size - 1 LOOP
            member := canonical_json.value -> index;
            written := member::text;
            IF jsonb_typeof(member) NOT IN ('string', 'boolean', 'null')
                AND NOT (jsonb_typeof(member) = 'number' AND length(written) <= 15 AND strpos(written, '.') = 0)
            THEN
                written := canonical_json(member);
            END IF;
            parts := parts || written;
        END LOOP;
        RETURN '[' || array_to_string(parts, ',') || ']';
    ELSIF kind = 'object' THEN
        members := jsonb_path_query_array(canonical_json.value, 'strict $.keyvalue()');
        size := jsonb_array_length(members);
        FOR index IN 0 .. size - 1 LOOP
            key := members -> index ->> 'key';
            EXIT WHEN size > 8 OR octet_length(key) > char_length(key);
            member := members -> index -> 'value';
            written := member::text;
            IF jsonb_typeof(member) NOT IN ('string', 'boolean', 'null')
                AND NOT (jsonb_typeof(member) = 'number' AND length(written) <= 15 AND strpos(written, '.') = 0)
            THEN
                written := canonical_json(member);
            END IF;
            place := index;
            WHILE place > 0 AND keys[place] > key COLLATE "C" LOOP
                keys[place + 1] := keys[place];
                parts[place + 1] := parts[place];
                place := place - 1;
            END LOOP;
            keys[place + 1] := key;
            parts[place + 1] := to_json(key)::text || ':' || written;
        END LOOP;
        IF cardinality(parts) = size THEN
            RETURN '{' || array_to_string(parts, ',') || '}';
        END IF;
        RETURN (
            SELECT '{' || string_agg(
                to_json(entry.key)::text || ':' || canonical_json(entry.value),
                ',' ORDER BY CASE
                    WHEN octet_length(entry.key) = char_length(entry.key) THEN entry.key
                    ELSE regexp_replace(
                        replace(entry.key, E'\U0010FFFF', E'\U0010FFFF\u0001'),
                        E'([\\uE000-\\uFFFF])', E'\U0010FFFF\u0002\\1', 'g'
                    )
                END COLLATE "C"
            ) || '}'
            FROM jsonb_each(canonical_json.value) AS entry
        );
    END IF;

    written := canonical_json.value::text;
    IF kind <> 'number' THEN
        RETURN written;
    END IF;
    amount := written::numeric;
    IF amount = 0 THEN
        RETURN '0';
    ELSIF length(written) <= 15 AND abs(amount) >= 0.000001 THEN
        RETURN trim_scale(amount)::text;
    END IF;

    double := amount::float8;
    shortest := trim_scale(double::text::numeric);
    written := abs(shortest)::text;
    unit := ('1e' || CASE
        WHEN scale(shortest) > 0 THEN 1 - scale(shortest)
        ELSE 1 + length(written) - length(rtrim(written, '0'))
    END)::numeric;
    amount := div(shortest, unit) * unit;
    IF amount <> 0 AND amount::float8 = double THEN
        shortest := trim_scale(amount);
    ELSE
        amount := amount + sign(shortest) * unit;
        IF abs(amount) <= 1.7976931348623157e308 AND amount::float8 = double THEN
            shortest := trim_scale(amount);
        END IF;
    END IF;
    IF abs(shortest) >= 0.000001 AND abs(shortest) < 1e21 THEN
        RETURN shortest::text;
    END IF;
    written := ltrim(replace(abs(shortest)::text, '.', ''), '0');
    power := length(written) - scale(shortest) - 1;
    written := rtrim(written, '0');
    RETURN CASE WHEN shortest < 0 THEN '-' ELSE '' END
        || left(written, 1) || CASE WHEN length(written) > 1 THEN '.' || substr(written, 2) ELSE '' END
        || 'e' || CASE WHEN power > 0 THEN '+' ELSE '' END || power::text;
END
$function$;
