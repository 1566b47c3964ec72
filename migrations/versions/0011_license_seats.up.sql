SET LOCAL search_path = public;
SET LOCAL TimeZone = 'UTC';
SET LOCAL ROLE platform_owner;

CREATE TABLE license_seats (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    license_id BIGINT NOT NULL,
    holder TEXT COLLATE "C" NOT NULL,
    taken_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_license_seats PRIMARY KEY (id),
    CONSTRAINT uq_license_seats_license_id_holder UNIQUE (license_id, holder),
    CONSTRAINT ck_license_seats_holder_length CHECK (char_length(holder) BETWEEN 1 AND 255),
    CONSTRAINT ck_license_seats_taken_at_finite CHECK (taken_at >= to_timestamp(946684800) AND taken_at < to_timestamp(4102444800))
);

ALTER TABLE license_seats ADD CONSTRAINT fk_license_seats_license_id_licenses FOREIGN KEY (license_id) REFERENCES licenses (id) ON DELETE RESTRICT;

-- AFTER INSERT OR DELETE on license_seats, row.
--
-- The licence is locked first and its seats are counted after, in a statement of its own that sees what was committed
-- meanwhile: the count is never added to. Of two who take the last seat one meets ck_licenses_seats_used_within_seats.
-- Whoever changes a count changes the licence, so a transaction that counts by an older snapshot (REPEATABLE READ,
-- SERIALIZABLE) is refused with 40001 and may be retried.
CREATE OR REPLACE FUNCTION count_license_seats() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    touched CONSTANT bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.license_id ELSE NEW.license_id END;
    taken bigint;
BEGIN
    PERFORM FROM licenses WHERE id = touched FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this role cannot change the licence whose seats it changes'
            USING ERRCODE = '42501', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    SELECT count(*) INTO taken FROM license_seats WHERE license_id = touched;
    UPDATE licenses SET seats_used = taken WHERE id = touched AND seats_used <> taken;
    RETURN NULL;
END
$function$;

REVOKE EXECUTE ON FUNCTION count_license_seats() FROM PUBLIC;

-- BEFORE INSERT OR UPDATE OF seats_used on licenses, row, ALWAYS. An UPDATE has locked the licence before it comes here,
-- so that no seat is taken or released between this count and COMMIT.
CREATE OR REPLACE FUNCTION guard_license_seats() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    -- Who cannot see the licence cannot see its seats either: a statement can hide both while it runs.
    IF TG_OP = 'UPDATE' AND NOT EXISTS (SELECT FROM licenses WHERE id = NEW.id) THEN
        RAISE EXCEPTION 'this role cannot see the seats that it counts'
            USING ERRCODE = '42501', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.seats_used <> (SELECT count(*) FROM license_seats WHERE license_id = NEW.id) THEN
        RAISE EXCEPTION 'the seats used are the count of the seats'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_licenses_seats_used_is_count_of_seats',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'seats_used';
    END IF;
    RETURN NEW;
END
$function$;

REVOKE EXECUTE ON FUNCTION guard_license_seats() FROM PUBLIC;

CREATE TRIGGER license_seats_count AFTER INSERT OR DELETE ON license_seats FOR EACH ROW EXECUTE FUNCTION count_license_seats();
CREATE TRIGGER licenses_guard BEFORE INSERT OR UPDATE OF seats_used ON licenses FOR EACH ROW EXECUTE FUNCTION guard_license_seats();

ALTER TABLE licenses ENABLE ALWAYS TRIGGER licenses_guard;

COMMENT ON TABLE license_seats IS 'A seat of a licence in use, by holder.';
COMMENT ON COLUMN license_seats.id IS 'Key, given by the server.';
COMMENT ON COLUMN license_seats.license_id IS 'The licence whose seat is taken.';
COMMENT ON COLUMN license_seats.holder IS 'Who or what sits on it, by the caller''s own key: a user, a machine, a process.';
COMMENT ON COLUMN license_seats.taken_at IS 'When the seat was taken (UTC).';
COMMENT ON CONSTRAINT ck_license_seats_holder_length ON license_seats IS 'holder: 1 ile 255 karakter arasında olmalıdır / holder must have 1 to 255 characters';
COMMENT ON CONSTRAINT ck_license_seats_taken_at_finite ON license_seats IS 'taken_at: 2000 ile 2100 yılları arasında bir an olmalıdır (UTC) / taken_at must be an instant from 2000 to before 2100 (UTC)';
COMMENT ON CONSTRAINT fk_license_seats_license_id_licenses ON license_seats IS 'license_id, licenses tablosundaki bir kayda bağlıdır / license_id refers to a row of licenses';
COMMENT ON CONSTRAINT pk_license_seats ON license_seats IS 'Birincil anahtar / Primary key';
COMMENT ON CONSTRAINT uq_license_seats_license_id_holder ON license_seats IS 'Bu adla lisansta zaten bir koltuk alınmış / This holder already has a seat of the licence';

ALTER TABLE license_seats ENABLE ROW LEVEL SECURITY;
ALTER TABLE license_seats FORCE ROW LEVEL SECURITY;

CREATE POLICY license_seats_own ON license_seats TO platform_app USING (EXISTS (SELECT FROM licenses p WHERE p.id = license_seats.license_id AND p.user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint))) WITH CHECK (EXISTS (SELECT FROM licenses p WHERE p.id = license_seats.license_id AND p.user_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint)));
CREATE POLICY license_seats_all ON license_seats TO platform_owner, platform_worker USING (true) WITH CHECK (true);
CREATE POLICY license_seats_read ON license_seats FOR SELECT TO platform_readonly, platform_auditor USING (true);

GRANT SELECT ON license_seats TO platform_app;
GRANT SELECT, INSERT, DELETE ON license_seats TO platform_worker;
GRANT SELECT ON license_seats TO platform_auditor;
