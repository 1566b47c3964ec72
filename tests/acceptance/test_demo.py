"""``platform-db demo`` as a person starts it: published invoices through the system, then every attack refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import cast

import pytest

from tests.acceptance.installation import CHECKOUT, Answer, Finished, Installation, answers

SUMMARY = ("published", "matched", "figures", "refused", "attempted", "chain")
REFUSED_AS = {
    "a negative amount": "ck_invoice_lines_amount_non_negative",
    "a wrong total": "ck_invoices_payable_is_sum",
    "totals that are not those of the lines": "ck_invoices_is_sum_of_lines",
    "a unit price of nine places": "ck_invoice_lines_unit_price_valid",
    "a quantity that is not a number": "ck_invoice_lines_quantity_positive",
    "a KDV rate that is not in force, in sums that agree": "ck_invoice_lines_kdv_rate_in_force",
    "a foreign currency without an exchange rate": "ck_invoices_currency_policy",
    "an edited issued invoice": "ck_invoices_issued_is_immutable",
    "an edited line of an issued invoice": "ck_invoice_lines_issued_is_immutable",
    "a deleted issued invoice": "ck_invoices_issued_is_kept",
    "a number taken by hand": "ck_invoices_number_is_allocated",
    "a number left out of the series": "ck_invoice_series_is_gapless",
    "an invoice dated before the last of its series": "ck_invoice_series_dates_ascend",
    "an invoice without lines": "ck_invoices_has_lines",
    "a paid invoice without a payment": "ck_invoices_status_matches_payments",
    "a paid amount written by hand": "ck_invoices_paid_is_sum_of_payments",
    "a payment of more than is due": "ck_invoices_paid_within_payable",
    "a rewritten payment": "ck_payments_terms_are_fixed",
    "a completed payment called off": "ck_payments_transition_allowed",
    "a forged audit row": "ck_audit_logs_append_only",
}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("home"))
    yield made
    made.run("server", "stop", "--force")


@pytest.fixture(scope="module")
def kept(installation: Installation) -> Finished:
    """A run whose database stays."""
    return installation.run("demo", "--json", "--keep")


def leaves(value: object) -> int:
    if isinstance(value, Mapping):
        return sum(map(leaves, cast("Mapping[str, object]", value).values()))
    return sum(map(leaves, cast("list[object]", value))) if isinstance(value, list) else 1


def database_of(done: Finished) -> str:
    return str(answers(done)[0]["database"])


def test_every_published_figure_is_met_and_every_attack_refused(kept: Finished) -> None:
    # Given what the sources publish
    text = (CHECKOUT / "examples" / "data" / "worked_invoices.json").read_text(encoding="utf-8")
    cases = cast("list[dict[str, object]]", json.loads(text)["cases"])
    figures = sum(leaves(case["expected"]) for case in cases)
    # Then the demo ends well, and its last words are the summary
    assert (kept.returncode, kept.stderr) == (0, ""), kept.stdout
    summary = answers(kept)[-1]
    assert list(summary.items())[-6:] == list(
        zip(SUMMARY, (len(cases), len(cases), figures, len(REFUSED_AS), len(REFUSED_AS), "verified"), strict=True)
    )
    assert kept.stdout.rstrip().endswith(f'"attempted": {len(REFUSED_AS)}, "chain": "verified"}}')
    # And each case is told in the order of its date, under a number of its own
    told = [answer for answer in answers(kept) if "case" in answer]
    assert sorted(str(answer["case"]) for answer in told) == sorted(str(case["id"]) for case in cases)
    assert [answer["issue_date"] for answer in told] == sorted(str(answer["issue_date"]) for answer in told)
    assert len({answer["number"] for answer in told}) == len(cases)
    assert all(answer["matched"] for answer in told)


def test_an_invoice_is_paid_in_two_parts(kept: Finished) -> None:
    steps = [answer for answer in answers(kept) if "paid_invoice" in answer]
    assert [(step["payment_status"], step["invoice_status"]) for step in steps] == [
        ("completed", "partial"),
        ("completed", "paid"),
    ]
    assert steps[-1]["paid"] == steps[-1]["payable"]


def test_each_attack_is_refused_under_the_domains_own_name(kept: Finished) -> None:
    told = {str(answer["attack"]): answer for answer in answers(kept) if "attack" in answer}
    assert {name: answer["server"] for name, answer in told.items()} == REFUSED_AS
    for name, answer in told.items():
        domain = cast("dict[str, object]", answer["domain"])
        message = cast("dict[str, str]", domain["message"])
        assert (domain["rule"], answer["refused"], answer["untouched"]) == (REFUSED_AS[name], True, True)
        assert message["tr"]
        assert message["en"]


def test_what_it_issued_is_there_and_nothing_of_the_attacks(installation: Installation, kept: Finished) -> None:
    by_status = "SELECT status::text, count(*) FROM invoices GROUP BY status ORDER BY 1"
    assert installation.query(by_status, at=database_of(kept)) == [("issued", 38), ("paid", 1)]
    sums = "SELECT sum(last_sequence) = 39 AND count(DISTINCT series) = 1 FROM invoice_series"
    assert installation.query(sums, at=database_of(kept)) == [(True,)]


def test_it_runs_again_in_a_database_of_the_users_own(installation: Installation, kept: Finished) -> None:
    done = installation.run("demo", "--json", PLATFORM_DB_URL=database_of(kept))
    assert done.returncode == 0, done.stdout + done.stderr
    assert answers(done)[0]["kept"] is True
    counted = "SELECT count(*), count(DISTINCT series), count(DISTINCT user_id) FROM invoices"
    assert installation.query(counted, at=database_of(kept)) == [(78, 2, 2)]


def test_it_tells_a_person_and_leaves_no_database(installation: Installation, kept: Finished) -> None:
    # Given one database that was kept, and the one every command uses
    databases = "SELECT datname FROM pg_database ORDER BY 1"
    before = installation.query(databases, role="")
    # When the demo runs for a person
    done = installation.run("demo")
    # Then figures and refusals are there to read
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "\x1b" not in done.stdout
    assert "│  29755.47 │ 29755.47 │   28/28 │" in done.stdout
    assert "Kesilmiş fatura değiştirilemez" in done.stdout
    assert "An issued invoice does not change" in done.stdout
    assert done.stdout.count("ck_audit_logs_append_only") == 2
    assert "Published 39 of 39 invoices met, 449 figures compared\n" in done.stdout
    assert "Refused   20 of 20 attempts, each under the domain's own name\n" in done.stdout
    assert done.stdout.endswith(": verified\n")
    # And its own database is gone; the user's was never migrated, let alone written to
    assert installation.query(databases, role="") == before
    assert [name for (name,) in before if str(name).startswith("platform_db_demo_")] == [
        database_of(kept).partition("@/")[2].partition("?")[0]
    ]
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    assert installation.query(tables, role="") == [(0,)]


def test_a_database_that_lets_one_attack_pass_is_found_out(installation: Installation, kept: Finished) -> None:
    # Given a database that lost one constraint
    url = database_of(kept)
    dropped = "ALTER TABLE invoice_lines DROP CONSTRAINT ck_invoice_lines_unit_price_valid"
    installation.query(dropped, at=url, role="platform_owner")
    # When the demo attacks it
    done = installation.run("demo", "--json", PLATFORM_DB_URL=url)
    # Then it says which attack passed, and ends with 1
    assert done.returncode == 1, done.stdout + done.stderr
    assert [answer["attack"] for answer in answers(done) if answer.get("refused") is False] == [
        "a unit price of nine places"
    ]
    summary = answers(done)[-1]
    assert (summary["refused"], summary["attempted"], summary["chain"]) == (19, 20, "verified")


def test_it_does_not_run_in_production(installation: Installation) -> None:
    done = installation.run(
        "demo",
        "--json",
        PLATFORM_DB_ENVIRONMENT="production",
        PLATFORM_DB_URL="postgresql://app@db.example/erp?sslmode=verify-full",
    )
    assert done.returncode == 70
    assert cast("Answer", answers(done)[0]["error"])["type"] == "ConfigurationError"
