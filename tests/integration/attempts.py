"""Statements that break a rule or reach for what is another's, and what the database answers.

A name behind an @ is filled in by the test.
"""

# ruff: noqa: S608 - every statement stands here

from __future__ import annotations

__all__ = ["BY_A_USER", "BY_THE_WORKER", "NOT_ALLOWED", "UNPAY", "Outcome", "broken"]

Outcome = tuple[str, str | None]
"""SQLSTATE and constraint of a refusal; the command's tag where there is none."""

NOT_ALLOWED: Outcome = ("42501", None)
PARTS = ("invoice_lines", "invoice_tax_subtotals", "invoice_withholdings")


def broken(constraint: str) -> Outcome:
    return "23514", constraint


def payment(more: str = "", values: str = "") -> str:
    return (
        f"INSERT INTO payments (user_id, invoice_id, amount_cents, amount_try_cents, provider, provider_ref{more}) "
        f"VALUES (@me, @issued, 1, 1, @reference{values})"
    )


def entry(column: str = "", value: str = "") -> str:
    return f"INSERT INTO audit_logs (user_id, action, entity_type{column}) VALUES (@me, 'create', 'user'{value})"


def payload(json: str) -> str:
    return entry(", payload", f", '{json}'")


def added_line(source: str) -> str:
    return (
        "INSERT INTO invoice_lines (invoice_id, line_number, description, quantity, unit_price, gross_cents, "
        f"net_cents, kdv_base_cents, kdv_cents) SELECT id, 9, 'x', 1, 1, 100, 100, 100, 20 FROM {source}"
    )


UNPAY = """
    WITH in_turn AS MATERIALIZED (SELECT id FROM invoices ORDER BY id = @paid)
    UPDATE invoices i SET paid_cents = CASE i.id WHEN @paid THEN 0 ELSE paid_cents END,
        status = CASE i.id WHEN @paid THEN 'issued' ELSE status END,
        meta = CASE i.id WHEN @paid THEN jsonb_build_object('hidden', @hide) ELSE meta END
    FROM in_turn WHERE in_turn.id = i.id
"""

OWN_TRIGGER = """
    CREATE TEMP TABLE own (id bigint);
    CREATE FUNCTION pg_temp.own() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        WITH gone AS (
            DELETE FROM public.invoice_lines WHERE invoice_id = NEW.id RETURNING set_config('app.user_id', '', true)
        ) SELECT count(*) INTO NEW.id FROM gone;
        RETURN NEW;
    END $$;
    CREATE TRIGGER own BEFORE INSERT ON own FOR EACH ROW EXECUTE FUNCTION pg_temp.own();
    INSERT INTO own VALUES (@issued)
"""

BY_A_USER: list[tuple[str, Outcome]] = [
    # somebody else's rows
    ("UPDATE invoices SET user_id = @other WHERE id = @draft", NOT_ALLOWED),
    ("UPDATE invoice_lines SET invoice_id = @theirs WHERE invoice_id = @draft", NOT_ALLOWED),
    (added_line("(VALUES (@theirs)) AS it (id)"), NOT_ALLOWED),
    (payment().replace("@me", "@other"), NOT_ALLOWED),
    (payment().replace("@issued", "@theirs"), ("23503", "fk_payments_invoice_id_invoices")),
    (entry().replace("@me", "@other"), NOT_ALLOWED),
    (entry().replace("@me", "NULL"), NOT_ALLOWED),
    ("SELECT FROM audit_personal_data", NOT_ALLOWED),
    ("SELECT FROM audit_chain_heads", NOT_ALLOWED),
    ("SELECT FROM enterprise_audit_log", NOT_ALLOWED),
    ("SET LOCAL row_security = off; SELECT FROM invoices", NOT_ALLOWED),
    *((f"UPDATE users SET {column} = {column}", NOT_ALLOWED) for column in ("role", "email", "status", "locked_until")),
    # payments
    (payment(", status, paid_at", ", 'completed', now()"), NOT_ALLOWED),
    (payment(", status", ", 'processing'"), NOT_ALLOWED),
    (payment() + " ON CONFLICT (provider, provider_ref) DO UPDATE SET status = 'completed'", NOT_ALLOWED),
    ("MERGE INTO payments p USING users u ON p.user_id = u.id WHEN MATCHED THEN UPDATE SET fee_cents = 1", NOT_ALLOWED),
    ("UPDATE payments SET status = 'disputed' WHERE id = @charge", NOT_ALLOWED),
    ("DELETE FROM payments WHERE id = @charge", NOT_ALLOWED),
    (
        "UPDATE invoices SET status = 'paid', paid_at = now() WHERE id = @issued",
        broken("ck_invoices_status_matches_payments"),
    ),
    (
        "UPDATE invoices SET status = 'paid', paid_at = now(), paid_cents = payable_cents WHERE id = @issued",
        broken("ck_invoices_paid_is_sum_of_payments"),
    ),
    (
        "UPDATE invoices SET status = 'issued', paid_cents = 0 WHERE id = @paid",
        broken("ck_invoices_paid_is_sum_of_payments"),
    ),
    (UNPAY, NOT_ALLOWED),
    # an issued invoice
    (
        (
            "UPDATE invoices SET currency = 'USD', exchange_rate = 1, exchange_rate_date = issue_date, "
            "exchange_rate_source = 'x' WHERE id = @issued"
        ),
        broken("ck_invoices_issued_is_immutable"),
    ),
    (
        "MERGE INTO invoices i USING users u ON i.id = @issued WHEN MATCHED THEN UPDATE SET customer_title = 'x'",
        broken("ck_invoices_issued_is_immutable"),
    ),
    (
        "MERGE INTO invoices i USING users u ON i.id = @issued WHEN MATCHED THEN DELETE",
        ("23001", "ck_invoices_issued_is_kept"),
    ),
    (
        (
            "INSERT INTO invoices (@columns, ettn) SELECT @columns, (SELECT ettn FROM invoices WHERE id = @issued) "
            "FROM invoices WHERE id = @draft ON CONFLICT (ettn) DO UPDATE SET customer_title = 'x'"
        ),
        broken("ck_invoices_issued_is_immutable"),
    ),
    ("UPDATE invoices SET status = 'draft' WHERE id = @issued", broken("ck_invoices_transition_allowed")),
    # its parts
    ("UPDATE invoice_lines SET invoice_id = @draft, line_number = 9 WHERE invoice_id = @issued", NOT_ALLOWED),
    (
        "UPDATE invoice_lines SET line_number = line_number + 9 WHERE invoice_id = @issued",
        broken("ck_invoice_lines_issued_is_immutable"),
    ),
    (
        (
            "WITH gone AS (DELETE FROM invoice_lines WHERE invoice_id = @draft) "
            "UPDATE invoices SET @issue WHERE id = @draft"
        ),
        broken("ck_invoice_lines_issued_is_immutable"),
    ),
    (
        "WITH done AS (UPDATE invoices SET @issue WHERE id = @draft RETURNING id) " + added_line("done"),
        broken("ck_invoice_lines_issued_is_immutable"),
    ),
    (
        (
            "UPDATE invoices SET @issue WHERE id = @draft; SAVEPOINT s; "
            "DELETE FROM invoice_lines WHERE invoice_id = @draft"
        ),
        broken("ck_invoice_lines_issued_is_immutable"),
    ),
    *((f"DELETE FROM {part} WHERE invoice_id = @issued RETURNING @hide", NOT_ALLOWED) for part in PARTS),
    *((f"UPDATE {part} SET id = DEFAULT WHERE invoice_id = @issued RETURNING @hide", NOT_ALLOWED) for part in PARTS),
    (added_line("(VALUES (@issued)) AS it (id)") + " RETURNING @hide", NOT_ALLOWED),
    (OWN_TRIGGER, NOT_ALLOWED),
    ("DELETE FROM invoices WHERE id = @draft", ("DELETE 1", None)),
    # numbers
    ("INSERT INTO invoice_series (series, fiscal_year) VALUES ('AAA', 2026)", NOT_ALLOWED),
    ("DELETE FROM invoice_series WHERE series = @series", NOT_ALLOWED),
    ("UPDATE invoice_series SET is_active = false WHERE series = @series", NOT_ALLOWED),
    (
        "UPDATE invoice_series SET last_sequence = 1 WHERE series = @series",
        broken("ck_invoice_series_sequence_ascends"),
    ),
    ("UPDATE invoice_series SET last_sequence = 9 WHERE series = @series", broken("ck_invoice_series_is_gapless")),
    (
        (
            "UPDATE invoices SET @issue WHERE id = @draft; UPDATE invoice_series SET last_sequence = last_sequence + 1 "
            "WHERE series = @series; SELECT @hide"
        ),
        broken("ck_invoice_series_is_gapless"),
    ),
    # the log
    *(
        (entry(f", {column}", ", DEFAULT"), NOT_ALLOWED)
        for column in ("id", "chain_id", "seq", "prev_chain_hash", "chain_hash", "created_at")
    ),
    ("UPDATE audit_logs SET payload = '{}'", NOT_ALLOWED),
    ("DELETE FROM audit_logs", NOT_ALLOWED),
    ("TRUNCATE audit_logs", NOT_ALLOWED),
    *(
        (payload(f'{{"a": [{number}]}}'), broken("ck_audit_logs_payload_exact"))
        for number in ("1e400", "-1e-400", "0.1000000000000000055", "9007199254740993", "1e131071")
    ),
    (payload("[1]"), broken("ck_audit_logs_payload_object")),
    (payload('{"a": "' + "x" * 65536 + '"}'), broken("ck_audit_logs_payload_size")),
    (payload('{"a":' + "[" * 6000 + "]" * 6000 + "}"), ("54001", None)),
    (payload('{"a": NaN}'), ("22P02", None)),
    (entry(", payload", ", NULL"), ("23502", None)),
    ("INSERT INTO enterprise_audit_log (table_name, operation) VALUES ('invoices', 'TRUNCATE')", NOT_ALLOWED),
    ("INSERT INTO enterprise_audit_log_default (table_name, operation) VALUES ('x', 'TRUNCATE')", NOT_ALLOWED),
    # law, functions, settings
    ("UPDATE kdv_rates SET rate = 15", NOT_ALLOWED),
    ("CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", NOT_ALLOWED),
    ("SELECT create_enterprise_audit_partitions('2030-01-01', 1)", NOT_ALLOWED),
    (
        (
            "CREATE TEMP TABLE t (id int); CREATE TRIGGER t AFTER INSERT ON t REFERENCING NEW TABLE AS new_rows "
            "FOR EACH STATEMENT EXECUTE FUNCTION record_row_change()"
        ),
        NOT_ALLOWED,
    ),
    (
        (
            "CREATE TEMP TABLE t (id int); CREATE TRIGGER t BEFORE INSERT ON t FOR EACH ROW "
            "EXECUTE FUNCTION compute_audit_chain_hash()"
        ),
        NOT_ALLOWED,
    ),
    ("ALTER TABLE invoices DISABLE TRIGGER invoices_guard", NOT_ALLOWED),
    ("SET session_replication_role = replica", NOT_ALLOWED),
    ("TRUNCATE invoices CASCADE", NOT_ALLOWED),
    # hidden by row security: nothing is touched, nothing is told
    ("UPDATE invoices SET note = 'x' WHERE id = @theirs", ("UPDATE 0", None)),
    ("DELETE FROM invoices WHERE id = @theirs", ("DELETE 0", None)),
    ("DELETE FROM invoice_lines WHERE invoice_id = @theirs", ("DELETE 0", None)),
    ("SELECT FROM invoices WHERE user_id <> @me", ("SELECT 0", None)),
    ("SELECT FROM users WHERE id <> @me", ("SELECT 0", None)),
    ("SELECT FROM payments p WHERE NOT EXISTS (SELECT FROM invoices WHERE id = p.invoice_id)", ("SELECT 0", None)),
    ("SELECT FROM audit_logs WHERE user_id IS DISTINCT FROM @me", ("SELECT 0", None)),
]

BY_THE_WORKER: list[tuple[str, Outcome]] = [
    ("SELECT FROM enterprise_audit_log", NOT_ALLOWED),
    ("INSERT INTO enterprise_audit_log (table_name, operation) VALUES ('invoices', 'TRUNCATE')", NOT_ALLOWED),
    ("UPDATE audit_chain_heads SET seq = 0", NOT_ALLOWED),
    ("DELETE FROM audit_logs", NOT_ALLOWED),
    ("UPDATE audit_logs SET payload = '{}'", NOT_ALLOWED),
    (entry(", chain_id", ", 3"), NOT_ALLOWED),
    ("DELETE FROM users WHERE id = @other", NOT_ALLOWED),
    ("DELETE FROM payments WHERE id = @charge", NOT_ALLOWED),
    ("DELETE FROM invoices WHERE id = @issued", ("23001", "ck_invoices_issued_is_kept")),
    ("TRUNCATE payments", NOT_ALLOWED),
    ("UPDATE kdv_rates SET rate = 15", NOT_ALLOWED),
    ("UPDATE payments SET user_id = @other WHERE id = @charge", broken("ck_payments_terms_are_fixed")),
    (
        "UPDATE invoice_lines SET invoice_id = @draft, line_number = 9 WHERE invoice_id = @issued",
        broken("ck_invoice_lines_issued_is_immutable"),
    ),
    (
        "UPDATE payments SET status = 'refunded', refunded_cents = amount_cents WHERE id = @charge",
        broken("ck_payments_refunded_is_sum_of_refunds"),
    ),
    # a role that sees less, taken while the statement runs
    ("UPDATE invoices SET paid_cents = 0, status = 'issued' WHERE id = @paid AND @lesser > ''", NOT_ALLOWED),
    (
        "UPDATE payments SET refunded_cents = 0, status = 'disputed' WHERE id = @refunded AND @lesser > ''",
        NOT_ALLOWED,
    ),
    ("DELETE FROM invoice_lines WHERE invoice_id = @issued RETURNING @lesser", NOT_ALLOWED),
    ("SET session_replication_role = replica", NOT_ALLOWED),
]
