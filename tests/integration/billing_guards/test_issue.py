"""Issue: the number, and each named refusal once with everything else legal."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from platform_db.domain.invoices.profile_data import REQUIRED, Required, complete_sql, missing
from tests.integration.billing_guards.rows import (
    DAY,
    ISSUE,
    Draft,
    Row,
    Value,
    World,
    as_owner,
    as_worker,
    below_limit,
    by_document,
    export_registered,
    inclusive,
    legal,
    line,
    new_series,
    of,
    put,
    refused,
    returned,
    spread,
    telecom,
    withheld,
)

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    "draft",
    [legal, withheld, inclusive, by_document, spread, telecom, below_limit, export_registered, returned],
    ids=lambda it: it.__name__,
)
async def test_a_legal_draft_gets_the_next_number(world: World, draft: Callable[[], Draft]) -> None:
    # given a series that has given one number
    await world.issued()
    # when the draft is issued
    number = await world.issue(await world.store(draft()))
    # then it has the second
    assert number == f"{world.series}2026000000002"
    await world.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _line(index: int, **changes: Value) -> Callable[[Draft], object]:
    return lambda draft: draft.lines[index].update(changes)


def _summed(index: int, **changes: Value) -> Callable[[Draft], object]:
    def change(draft: Draft) -> None:
        draft.lines[index].update(changes)
        draft.sum_up()

    return change


def _no_lines(draft: Draft) -> None:
    draft.lines, draft.subtotals = [], []


def _header(**changes: int) -> Callable[[Draft], None]:
    """Move a sum and what follows from it, so that every CHECK still holds."""

    def change(draft: Draft) -> None:
        for name, delta in changes.items():
            draft.header[name] += delta
        draft.header["payable_try_cents"] = draft.header["payable_cents"]

    return change


def _add_tax(draft: Draft) -> None:
    draft.lines[0]["other_taxes"][0]["amount_cents"] = 287


def _shares(draft: Draft) -> None:
    draft.lines[0] |= {"allowance_share_cents": 65, "kdv_base_cents": 19935, "kdv_cents": 3987}
    draft.lines[1] |= {"allowance_share_cents": 35, "kdv_base_cents": 9965, "kdv_cents": 1993}
    draft.sum_up()


_MORE = {"tax_exclusive_cents": 1, "tax_inclusive_cents": 1, "payable_cents": 1}
_LESS = dict.fromkeys(_MORE, -1)
_TAXED = {"tax_inclusive_cents": 1, "payable_cents": 1}
_SUM = "ck_invoices_is_sum_of_lines"

REFUSED_AT_ISSUE: list[tuple[str, Callable[[], Draft], Callable[[Draft], object]]] = [
    ("ck_invoices_has_lines", legal, _no_lines),
    (_SUM, legal, _header(gross_cents=1, **_MORE)),
    (_SUM, legal, _header(allowance_cents=1, **_LESS)),
    (_SUM, legal, _header(charge_cents=1, **_MORE)),
    (_SUM, legal, _header(document_allowance_cents=1)),
    (_SUM, spread, _header(document_allowance_cents=-1)),
    (_SUM, legal, _header(document_charge_cents=1, charge_cents=1, **_MORE)),
    (_SUM, legal, _header(kdv_cents=1, **_TAXED)),
    (_SUM, legal, _header(other_taxes_cents=1, **_TAXED)),
    (_SUM, withheld, _header(withheld_cents=1, payable_cents=-1)),
    (_SUM, export_registered, _header(deferred_kdv_cents=-1, payable_cents=1)),
    (_SUM, telecom, _add_tax),
    (_SUM, telecom, lambda it: it.lines[0].update(other_taxes=[7])),
    (_SUM, spread, _shares),
    ("ck_invoice_lines_gross_is_product", legal, _line(0, quantity="2.01")),
    ("ck_invoice_lines_gross_is_product", legal, _line(1, discount_rate="9.9")),
    ("ck_invoice_lines_gross_is_product", inclusive, _line(0, unit_price="10.01")),
    ("ck_invoice_lines_gross_is_product", inclusive, _line(0, unit_price="9.98")),
    ("ck_invoice_lines_kdv_rounded_per_line", legal, _summed(0, kdv_cents=4001)),
    ("ck_invoice_lines_kdv_rounded_per_line", by_document, _summed(2, kdv_cents=1)),
    (
        "ck_invoice_lines_kdv_rounded_per_line",
        inclusive,
        _summed(0, kdv_cents=184, net_cents=916, kdv_base_cents=916, gross_cents=833),
    ),
    ("ck_invoice_lines_kdv_rate_in_force", legal, _summed(0, kdv_rate=18, kdv_cents=3600)),
    ("ck_invoice_lines_withholding_in_force", withheld, _summed(0, withholding_percent=40, withheld_cents=144000)),
    ("ck_invoice_lines_exemption_admitted", legal, _summed(0, kdv_rate=0, kdv_cents=0, exemption_code="301")),
    ("ck_invoice_lines_exemption_admitted", legal, _summed(0, exemption_code="351")),
    ("ck_invoice_lines_exemption_admitted", legal, _summed(0, exemption_code="999")),
    ("ck_invoice_lines_zero_rate_has_reason", legal, _summed(0, kdv_rate=0, kdv_cents=0)),
    ("ck_invoice_lines_item_data_complete", legal, lambda it: it.header.update(profile="HKS")),
    ("ck_invoice_lines_item_data_complete", export_registered, _line(0, item_data={"gtip": "847130000000"})),
    (
        "ck_invoices_profile_data_complete",
        lambda: of([line(1, "1", "100", 10000, (20, 2000), item_data={"etiket_no": "AB1234567"})], profile="IDIS"),
        lambda it: it.header.update(profile_data={"sevkiyat_no": "SE-123456"}),
    ),
    ("ck_invoices_return_has_reference", returned, lambda it: it.header.update(return_of_issue_date=None)),
    (
        "ck_invoices_technology_buyer_is_tckn",
        lambda: of([line(1, "1", "100", 10000, (20, 2000), item_data={"telefon": "356938035643809"})]),
        lambda it: it.header.update(profile="EARSIVFATURA", type_code="TEKNOLOJIDESTEK"),
    ),
    ("ck_invoice_tax_subtotals_is_sum_of_lines", legal, lambda it: it.subtotals[0].update(base_cents=20001)),
    ("ck_invoice_tax_subtotals_is_sum_of_lines", legal, lambda it: it.subtotals.pop()),
    ("ck_invoice_tax_subtotals_is_sum_of_lines", telecom, lambda it: it.subtotals[1].update(rate=None)),
    ("ck_invoice_withholdings_is_sum_of_lines", withheld, lambda it: it.withholdings.clear()),
    ("ck_invoice_withholdings_is_sum_of_lines", withheld, _summed(0, withheld_cents=180001)),
    (
        "ck_invoice_withholdings_is_sum_of_lines",
        below_limit,
        lambda it: it.withholdings.append({"code": "604", "percent": 50, "base_cents": 2000, "amount_cents": 0}),
    ),
]


@pytest.mark.parametrize(("constraint", "draft", "spoil"), REFUSED_AT_ISSUE)
async def test_issue_refuses_a_draft_whose_parts_break_one_rule(
    world: World, constraint: str, draft: Callable[[], Draft], spoil: Callable[[Draft], object]
) -> None:
    # given a legal draft with one thing wrong, which the CHECKs let pass
    spoiled = draft()
    spoil(spoiled)
    invoice = await world.store(spoiled)
    table = next(
        it
        for it in ("invoices", "invoice_lines", "invoice_tax_subtotals", "invoice_withholdings")
        if constraint.startswith(f"ck_{it}_")
    )
    # when it is issued, then the rule is named
    await world.refuses(constraint, table, ISSUE, invoice, world.series, DAY.year)
    # and no number is taken
    assert (await world.invoice(invoice))["status"] == "draft"
    assert (
        await world.connection.fetchval("SELECT last_sequence FROM invoice_series WHERE series = $1", world.series) == 0
    )


async def test_the_first_broken_line_is_named_without_its_values(world: World) -> None:
    draft = legal()
    draft.lines[1]["quantity"] = "2"
    error = await world.refuses(
        "ck_invoice_lines_gross_is_product", "invoice_lines", ISSUE, await world.store(draft), world.series, DAY.year
    )
    assert (error.detail, error.column_name, error.sqlstate) == ("line_number = 2", "gross_cents", "23514")


async def test_what_a_return_names_has_a_number(world: World) -> None:
    # given a return of a draft, and one of an issued invoice
    draft = await world.store(
        returned(return_of_number=None, return_of_issue_date=None, return_of_invoice_id=await world.store(legal()))
    )
    issued = await world.store(
        returned(return_of_number=None, return_of_issue_date=None, return_of_invoice_id=await world.issued())
    )
    # when they are issued, then only the second goes
    await world.refuses("ck_invoices_return_has_reference", "invoices", ISSUE, draft, world.series, DAY.year)
    assert await world.issue(issued) == f"{world.series}2026000000002"


@pytest.mark.parametrize(
    "required",
    REQUIRED,
    ids=lambda it: f"{it.place}:{'|'.join(it.paths)}:{it.documents[0].profile or it.documents[0].type_code}",
)
async def test_what_a_profile_demands_is_the_same_in_python_and_sql(world: World, required: Required) -> None:
    # given documents of each kind that makes this demand, with everything that is asked for
    for document in required.documents:
        profile, type_code = document.profile or "EARSIVFATURA", document.type_code or "SATIS"
        codes = [document.exemption_code] if document.exemption_code else []
        whole: Row = {}
        for other in REQUIRED:
            if other.place == required.place and any(it.admits(profile, type_code, codes) for it in other.documents):
                put(whole, other.paths[0], other.legal)
        if required.when is not None:
            put(whole, *required.when)
        elif required.paths == ("item_class",):
            put(whole, "item_class", required.legal)
        sql = f"""SELECT {complete_sql(required.place, "data")}
            FROM (SELECT $1::jsonb AS data, $2::text[] AS exemption_codes) AS given,
                jsonb_populate_record(NULL::invoices, $3::jsonb) AS invoice"""  # noqa: S608
        kind = json.dumps({"profile": profile, "type_code": type_code})
        for value, verdict in ((None, None), ("absent", False), (required.refused, False), (7, False)):
            data = deepcopy(whole)
            if value is not None:
                put(data, required.paths[0], value)
            if value == "absent":
                put(data, required.paths[0], None)
            # when both judge it, then they agree
            in_python = not list(
                missing(required.place, data, profile=profile, type_code=type_code, exemption_codes=codes)
            )
            in_sql = await world.connection.fetchval(sql, json.dumps(data), codes, kind)
            assert (in_python, in_sql) == ((verdict is None), (verdict is None)), (data, profile, type_code)


async def test_an_invoice_begins_as_a_draft(world: World) -> None:
    with refused("ck_invoices_begins_as_draft", "invoices"):
        async with world.connection.transaction():
            await world.store(
                legal(
                    status="issued",
                    number="ABC2026000000001",
                    series="ABC",
                    fiscal_year=2026,
                    sequence=1,
                    issued_at=DAY,
                )
            )


@pytest.mark.parametrize("own", ["number = 'ABC2026000000009'", "sequence = 9", "issued_at = now()"])
async def test_a_caller_never_supplies_the_number(world: World, own: str) -> None:
    invoice = await world.store(legal())
    statement = f"UPDATE invoices SET status = 'issued', series = $2, fiscal_year = 2026, {own} WHERE id = $1"  # noqa: S608
    await world.refuses("ck_invoices_number_is_allocated", "invoices", statement, invoice, world.series)


async def test_no_number_without_an_active_series(world: World) -> None:
    invoice = await world.store(legal())
    name = "ck_invoices_number_is_allocated"
    await world.refuses(name, "invoices", ISSUE, invoice, None, DAY.year)
    await world.refuses(name, "invoices", ISSUE, invoice, "~~~", DAY.year)
    await world.connection.execute("UPDATE invoice_series SET is_active = false WHERE series = $1", world.series)
    await world.refuses(name, "invoices", ISSUE, invoice, world.series, DAY.year)


async def test_the_issue_date_fits_today_and_the_fiscal_year(world: World) -> None:
    tomorrow = datetime.now(ZoneInfo("Europe/Istanbul")).date() + timedelta(days=1)
    future = await world.store(legal(issue_date=tomorrow))
    await world.refuses("ck_invoices_issue_date_not_in_future", "invoices", ISSUE, future, world.series, tomorrow.year)
    await world.refuses(
        "ck_invoices_issue_date_in_fiscal_year", "invoices", ISSUE, await world.store(legal()), world.series, 2025
    )


async def test_dates_of_a_series_never_go_back(world: World) -> None:
    await world.issued()
    earlier = await world.store(legal(issue_date=DAY - timedelta(days=1)))
    await world.refuses("ck_invoice_series_dates_ascend", "invoice_series", ISSUE, earlier, world.series, DAY.year)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("key_is_fixed", "series = '~~~'"),
        ("key_is_fixed", "fiscal_year = 2025"),
        ("sequence_ascends", "last_sequence = 0"),
        ("dates_ascend", "last_issue_date = last_issue_date - 1"),
        ("dates_ascend", "last_issue_date = NULL, last_sequence = 2"),
        ("date_moves_with_number", "last_issue_date = last_issue_date + 1"),
        ("date_moves_with_number", "last_sequence = 2, last_issue_date = '2026-12-31'"),
        ("is_gapless", "last_sequence = last_sequence + 1"),
    ],
)
async def test_a_used_series_only_moves_on(world: World, constraint: str, change: str) -> None:
    # given a series whose last date has a tomorrow that is not yet in the future
    await world.issued(legal(issue_date=DAY - timedelta(days=1)))
    statement = f"UPDATE invoice_series SET {change} WHERE series = $1"  # noqa: S608
    await world.refuses(f"ck_invoice_series_{constraint}", "invoice_series", statement, world.series)


async def test_a_used_series_is_kept_and_an_unused_one_is_not(world: World) -> None:
    await as_owner(world.connection)
    await world.connection.execute("DELETE FROM invoice_series WHERE series = $1", await new_series(world.connection))
    await as_worker(world.connection)
    await world.issued()
    await as_owner(world.connection)
    error = await world.refuses(
        "ck_invoice_series_used_is_kept", "invoice_series", "DELETE FROM invoice_series WHERE series = $1", world.series
    )
    assert error.sqlstate == "23001"
