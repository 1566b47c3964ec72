-- BEFORE INSERT OR UPDATE OR DELETE on invoices, row, ALWAYS.
--
-- A draft is free and has no number. `issue` is one UPDATE by the caller: status = 'issued' with series and fiscal_year.
-- Here the parts and the law are examined first; the series row is locked last and gives the number, so other writers
-- of the series wait only for the rest of this transaction. The caller's own row is all that is locked before.
--
-- issued_at is the beginning of the transaction: any later stamp of the same transaction, now() included, follows it.
-- The day is Istanbul's, read from the clock at the moment of the statement.
--
-- A return of an invoice that is stored here returns line n of it in its own line n. It counts as a change of that
-- invoice, so returns of one invoice are issued one after the other under every isolation level, and each sees those
-- before it: together they give back no more than was sold. A price reduction (type credit) gives back no quantity.
--
-- After issue everything but the columns copied into `frozen` below stays as it was, byte for byte. Ten full years after
-- the fiscal year platform_worker may replace an identity by [anonymised] (an IBAN by NULL or TR and 24 zeros, which its
-- format admits).
CREATE OR REPLACE FUNCTION guard_issued_invoice() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    frozen invoices;
    term_is_over boolean;
    party_path text[];
    charged bigint;
    returned bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status <> 'draft' THEN
            RAISE EXCEPTION 'an issued invoice is never deleted: cancel or return it'
                USING ERRCODE = '23001', CONSTRAINT = 'ck_invoices_issued_is_kept',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'status';
        END IF;
        -- Here the draft is still there for the parts' guards to see; the foreign keys' cascade finds nothing left.
        -- (Before PostgreSQL 18 the cascade's triggers run as the role that deletes, to which the draft is gone.)
        DELETE FROM invoice_lines WHERE invoice_id = OLD.id;
        DELETE FROM invoice_tax_subtotals WHERE invoice_id = OLD.id;
        DELETE FROM invoice_withholdings WHERE invoice_id = OLD.id;
        RETURN OLD;
    END IF;

    IF TG_OP = 'INSERT' AND NEW.status <> 'draft' THEN
        RAISE EXCEPTION 'an invoice begins as a draft'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_begins_as_draft',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'status';
    END IF;

    IF TG_OP = 'INSERT' OR OLD.status = 'draft' THEN
        IF {{anonymised}} IN (
                NEW.issuer_title, NEW.issuer_tax_number, NEW.issuer_tax_office, NEW.issuer_address, NEW.issuer_district,
                NEW.issuer_city, NEW.issuer_first_name, NEW.issuer_family_name, NEW.customer_title,
                NEW.customer_tax_number, NEW.customer_tax_office, NEW.customer_address, NEW.customer_district,
                NEW.customer_city, NEW.customer_first_name, NEW.customer_family_name, NEW.payment_iban)
            OR (NEW.profile_data <> '{}' AND EXISTS (
                SELECT FROM unnest({{party_paths}}) AS path
                WHERE NEW.profile_data #>> string_to_array(path, '.') = {{anonymised}}))
        THEN
            RAISE EXCEPTION 'identities become [anonymised] only ten years after the fiscal year'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_anonymised_after_term',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
        END IF;
        -- A number on a draft is ck_invoices_numbered_when_issued.
        IF TG_OP = 'INSERT' OR NEW.status = 'draft' THEN
            RETURN NEW;
        END IF;
        IF NEW.status <> 'issued' THEN
            RAISE EXCEPTION 'a draft can only be issued'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_transition_allowed',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'status';
        END IF;
        IF num_nonnulls(NEW.number, NEW.sequence, NEW.issued_at) > 0 THEN
            RAISE EXCEPTION 'number, sequence and issued_at are set by the database'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_number_is_allocated',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'number';
        END IF;
        IF NEW.issue_date > (clock_timestamp() AT TIME ZONE 'Europe/Istanbul')::date THEN
            RAISE EXCEPTION 'the issue date lies in the future'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_issue_date_not_in_future',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'issue_date';
        END IF;
        -- The CHECK of this name runs only after the series row has been touched.
        IF extract(year FROM NEW.issue_date) <> NEW.fiscal_year THEN
            RAISE EXCEPTION 'the issue date lies outside the fiscal year'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_issue_date_in_fiscal_year',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'issue_date';
        END IF;

        PERFORM check_invoice_is_sum_of_parts(NEW);

        IF NEW.return_of_invoice_id IS NOT NULL THEN
            UPDATE invoices SET version = version WHERE id = NEW.return_of_invoice_id;
            IF EXISTS (
                SELECT FROM (
                    SELECT line.line_number,
                        coalesce(sum(line.quantity) FILTER (WHERE back.type <> 'credit'), 0) AS quantity,
                        sum(line.net_cents - line.allowance_share_cents + line.charge_share_cents) AS spread_cents,
                        sum(line.other_taxes_cents) AS other_taxes_cents,
                        sum(line.kdv_cents) AS kdv_cents,
                        sum(line.withheld_cents) AS withheld_cents
                    FROM invoices back JOIN invoice_lines line ON line.invoice_id = back.id
                    WHERE back.return_of_invoice_id = NEW.return_of_invoice_id
                        AND (back.id = NEW.id OR back.status NOT IN ('draft', 'cancelled'))
                    GROUP BY line.line_number
                ) AS returned
                LEFT JOIN (
                    invoice_lines sold JOIN invoices sale ON sale.id = sold.invoice_id
                        AND sale.status NOT IN ('draft', 'cancelled')
                ) ON sold.invoice_id = NEW.return_of_invoice_id AND sold.line_number = returned.line_number
                WHERE (returned.quantity <= sold.quantity
                    AND returned.spread_cents
                        <= sold.net_cents::numeric - sold.allowance_share_cents + sold.charge_share_cents
                    AND returned.other_taxes_cents <= sold.other_taxes_cents
                    AND returned.kdv_cents <= sold.kdv_cents
                    AND returned.withheld_cents <= sold.withheld_cents) IS NOT TRUE)
            THEN
                RAISE EXCEPTION 'returns give back more than was sold'
                    USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_returned_within_sold',
                        SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'return_of_invoice_id';
            END IF;
        END IF;

        UPDATE invoice_series
        SET last_sequence = last_sequence + 1, last_issue_date = NEW.issue_date
        WHERE series = NEW.series AND fiscal_year = NEW.fiscal_year AND is_active
        RETURNING last_sequence INTO NEW.sequence;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'there is no active series to take the number from'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_number_is_allocated',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'series';
        END IF;
        NEW.number := NEW.series || NEW.fiscal_year || lpad(NEW.sequence::text, 9, '0');
        NEW.issued_at := now();
        RETURN NEW;
    END IF;

    IF NEW.status = 'draft' OR (OLD.status = 'cancelled' AND NEW.status <> 'cancelled') THEN
        RAISE EXCEPTION 'an issued invoice is never a draft again, and a cancelled one stays cancelled'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_transition_allowed',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'status';
    END IF;

    IF NEW.status = 'cancelled' AND OLD.status <> 'cancelled' AND EXISTS (
            SELECT FROM invoices WHERE return_of_invoice_id = NEW.id AND status NOT IN ('draft', 'cancelled'))
    THEN
        RAISE EXCEPTION 'an invoice that was returned, in part or whole, is not cancelled'
            USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_returned_within_sold',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'status';
    END IF;

    frozen := OLD;
    frozen.status := NEW.status;
    frozen.sent_at := NEW.sent_at;
    frozen.viewed_at := NEW.viewed_at;
    frozen.paid_at := NEW.paid_at;
    frozen.cancelled_at := NEW.cancelled_at;
    frozen.cancellation_reason := NEW.cancellation_reason;
    frozen.paid_cents := NEW.paid_cents;
    frozen.refunded_cents := NEW.refunded_cents;
    frozen.customer_email := NEW.customer_email;
    frozen.customer_phone := NEW.customer_phone;
    frozen.pdf_s3_key := NEW.pdf_s3_key;
    frozen.meta := NEW.meta;
    IF NEW.note IS NULL THEN
        frozen.note := NULL;
    END IF;
    -- invoices_touch, which fires after this trigger, decides these.
    frozen.version := NEW.version;
    frozen.created_at := NEW.created_at;
    frozen.updated_at := NEW.updated_at;

    IF NEW *<> frozen THEN
        term_is_over :=
            (clock_timestamp() AT TIME ZONE 'Europe/Istanbul')::date >= make_date(OLD.fiscal_year + {{term_years}} + 1, 1, 1);
        IF NEW.issuer_title = {{anonymised}} THEN frozen.issuer_title := NEW.issuer_title; END IF;
        IF NEW.issuer_tax_number = {{anonymised}} THEN frozen.issuer_tax_number := NEW.issuer_tax_number; END IF;
        IF NEW.issuer_tax_office = {{anonymised}} THEN frozen.issuer_tax_office := NEW.issuer_tax_office; END IF;
        IF NEW.issuer_address = {{anonymised}} THEN frozen.issuer_address := NEW.issuer_address; END IF;
        IF NEW.issuer_district = {{anonymised}} THEN frozen.issuer_district := NEW.issuer_district; END IF;
        IF NEW.issuer_city = {{anonymised}} THEN frozen.issuer_city := NEW.issuer_city; END IF;
        IF NEW.issuer_first_name = {{anonymised}} THEN frozen.issuer_first_name := NEW.issuer_first_name; END IF;
        IF NEW.issuer_family_name = {{anonymised}} THEN frozen.issuer_family_name := NEW.issuer_family_name; END IF;
        IF NEW.customer_title = {{anonymised}} THEN frozen.customer_title := NEW.customer_title; END IF;
        IF NEW.customer_tax_number = {{anonymised}} THEN frozen.customer_tax_number := NEW.customer_tax_number; END IF;
        IF NEW.customer_tax_office = {{anonymised}} THEN frozen.customer_tax_office := NEW.customer_tax_office; END IF;
        IF NEW.customer_address = {{anonymised}} THEN frozen.customer_address := NEW.customer_address; END IF;
        IF NEW.customer_district = {{anonymised}} THEN frozen.customer_district := NEW.customer_district; END IF;
        IF NEW.customer_city = {{anonymised}} THEN frozen.customer_city := NEW.customer_city; END IF;
        IF NEW.customer_first_name = {{anonymised}} THEN frozen.customer_first_name := NEW.customer_first_name; END IF;
        IF NEW.customer_family_name = {{anonymised}} THEN frozen.customer_family_name := NEW.customer_family_name; END IF;
        IF NEW.payment_iban = {{anonymised}} OR (term_is_over
            AND (NEW.payment_iban IS NULL OR NEW.payment_iban = 'TR000000000000000000000000'))
        THEN
            frozen.payment_iban := NEW.payment_iban;
        END IF;
        FOR party_path IN SELECT string_to_array(path, '.') FROM unnest({{party_paths}}) AS path LOOP
            IF NEW.profile_data #>> party_path = {{anonymised}} AND frozen.profile_data #> party_path IS NOT NULL THEN
                frozen.profile_data := jsonb_set(frozen.profile_data, party_path, to_jsonb({{anonymised}}::text), false);
            END IF;
        END LOOP;
        IF (CASE
                WHEN NEW *<> frozen THEN true
                WHEN term_is_over THEN NOT pg_has_role('platform_worker', 'USAGE')
                ELSE false
            END)
        THEN
            RAISE EXCEPTION 'an issued invoice is not edited: cancel or return it'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_issued_is_immutable',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
        END IF;
        IF NOT term_is_over THEN
            RAISE EXCEPTION 'identities become [anonymised] only ten years after the fiscal year'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_anonymised_after_term',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
        END IF;
    END IF;

    IF NEW.paid_cents <> OLD.paid_cents OR NEW.refunded_cents <> OLD.refunded_cents
        OR (NEW.status <> OLD.status
            AND (NEW.status IN ('partial', 'paid', 'refunded') OR OLD.status IN ('partial', 'paid', 'refunded')))
    THEN
        -- Who cannot see the invoice cannot see its payments either: a statement can hide both while it runs.
        IF NOT EXISTS (SELECT FROM invoices WHERE id = NEW.id) THEN
            RAISE EXCEPTION 'this role cannot see the payments that it sums'
                USING ERRCODE = '42501', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
        END IF;
        SELECT coalesce(sum(amount_cents) FILTER (WHERE kind = 'charge'), 0),
            coalesce(sum(amount_cents) FILTER (WHERE kind = 'refund'), 0)
        INTO charged, returned
        FROM payments
        WHERE invoice_id = NEW.id AND status IN ('completed', 'partial_refund', 'refunded', 'disputed');
        IF NEW.paid_cents <> charged OR NEW.refunded_cents <> returned THEN
            RAISE EXCEPTION 'paid and refunded amounts are the sums of the payments'
                USING ERRCODE = '23514', CONSTRAINT = 'ck_invoices_paid_is_sum_of_payments',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'paid_cents';
        END IF;
    END IF;
    RETURN NEW;
END
$function$;
