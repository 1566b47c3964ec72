"""What holds for every document: sums, shares, independence of order, and the tables' own CHECKs."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, cast

from hypothesis import given
from hypothesis import strategies as st

from platform_db.domain.invoices.lines import InvoiceLine
from platform_db.domain.invoices.subtotals import InvoiceTaxSubtotal, InvoiceWithholding
from tests.unit.domain.invoices.documents import Json, calculated, line

if TYPE_CHECKING:
    from platform_db.domain.invoices.calculation import CalculatedLine, Calculation

SGK: Json = {"type": "SGK", "profile": "TEMELFATURA", "issue_date": "2026-11-20"}
"""The type that admits every withholding code, every exemption and KDV 0 without one."""


def texts(places: int, most: int, least: int = 0) -> st.SearchStrategy[str]:
    return st.integers(least, most * 10**places).map(lambda value: f"{Decimal(value).scaleb(-places):f}")


def as_discount(rate: str) -> Json:
    return {"rate": rate}


def as_amount(amount: str) -> Json:
    return {"amount": amount}


def rated(code: str) -> st.SearchStrategy[Json]:
    return texts(2, 60).map(lambda rate: {"code": code, "rate": rate})


LINES: st.SearchStrategy[Json] = st.fixed_dictionaries(
    {
        "quantity": texts(3, 100, 1) | texts(8, 1, 1),
        "unit_price": texts(2, 50_000) | texts(8, 3),
        "discount": st.none() | texts(4, 100).map(as_discount),
        "charge": st.none() | texts(2, 500).map(as_amount),
        "kdv_rate": st.sampled_from(["0", "1", "10", "20"]),
        "withholding_code": st.sampled_from([None, "601", "606", "609", "624", "801", "825"]),
    },
).map(lambda drawn: line(**drawn))
CONSUMPTION_TAX = texts(2, 1000).map(lambda amount: as_amount(amount) | {"code": "9077"})
TAXES: st.SearchStrategy[list[Json]] = st.lists(
    st.sampled_from(["0071", "4080", "0059"]).flatmap(rated) | CONSUMPTION_TAX, max_size=2
)
ROUNDING = st.sampled_from(["line", "document"])


def lira(cents: int) -> str:
    return f"{Decimal(cents).scaleb(-2):f}"


@st.composite
def documents(draw: st.DrawFn) -> tuple[list[Json], Json]:
    """Lines and a head whose allowances stay within their net."""
    lines = draw(st.lists(LINES, min_size=1, max_size=6))
    net = sum(row.net for row in calculated(*lines, **SGK).lines)
    amounts = st.lists(st.integers(0, net).map(lira).map(as_amount), max_size=1)
    return lines, {**SGK, "allowances": draw(amounts), "charges": draw(amounts), "rounding": draw(ROUNDING)}


def total(result: Calculation, name: str) -> int:
    return sum(cast("int", getattr(row, name)) for row in result.lines)


def assert_sums(result: Calculation) -> None:
    totals = result.totals
    assert totals.gross == total(result, "gross")
    assert totals.allowance == total(result, "discount") + totals.document_allowance
    assert totals.charge == total(result, "charge") + totals.document_charge
    assert totals.document_allowance == total(result, "allowance_share")
    assert totals.document_charge == total(result, "charge_share")
    assert totals.kdv == total(result, "kdv")
    assert totals.other_taxes == total(result, "other_taxes_total")
    assert totals.withheld == total(result, "withheld") == sum(row.amount for row in result.withholding_subtotals)
    assert totals.tax_exclusive == totals.gross - totals.allowance + totals.charge
    assert totals.tax_inclusive == totals.tax_exclusive + totals.other_taxes + totals.kdv
    assert totals.payable == totals.tax_inclusive - totals.withheld - totals.deferred_kdv
    kdv_rows = [row for row in result.tax_subtotals if row.code == "0015"]
    assert totals.kdv == sum(row.amount for row in kdv_rows)
    assert sum(row.base for row in kdv_rows) == total(result, "kdv_base")
    assert totals.other_taxes == sum(row.amount for row in result.tax_subtotals if row.code != "0015")


def stored_line(result: Calculation, index: int) -> dict[str, object]:
    given, row = result.document.lines[index], result.lines[index]
    return {
        "id": 1,
        "invoice_id": 1,
        "line_number": index + 1,
        "description": given.description,
        "quantity": given.quantity,
        "unit_code": given.unit,
        "unit_price": given.unit_price,
        "discount_rate": given.discount_rate,
        "gross_cents": row.gross,
        "discount_cents": row.discount,
        "charge_cents": row.charge,
        "net_cents": row.net,
        "allowance_share_cents": row.allowance_share,
        "charge_share_cents": row.charge_share,
        "other_taxes": [{"code": tax.code, "amount_cents": tax.amount} for tax in row.other_taxes],
        "other_taxes_cents": row.other_taxes_total,
        "other_taxes_in_base_cents": row.other_taxes_in_base,
        "kdv_base_cents": row.kdv_base,
        "kdv_rate": given.kdv_rate,
        "kdv_cents": row.kdv,
        "exemption_code": given.exemption_code,
        "exemption_reason": None,
        "withholding_code": given.withholding_code,
        "withholding_percent": row.withholding_percent,
        "withheld_cents": row.withheld,
    }


def assert_storable(result: Calculation) -> None:
    for index in range(len(result.lines)):
        assert InvoiceLine.violations(stored_line(result, index)) == ()
    for tax in result.tax_subtotals:
        rate = None if tax.rate_e4 is None else Decimal(tax.rate_e4).scaleb(-4)
        row = {"tax_code": tax.code, "rate": rate, "base_cents": tax.base, "amount_cents": tax.amount}
        assert InvoiceTaxSubtotal.violations(row) == ()
    for part in result.withholding_subtotals:
        row = {"code": part.code, "percent": part.percent, "base_cents": part.base, "amount_cents": part.amount}
        assert InvoiceWithholding.violations(row) == ()


@given(documents())
def test_totals_are_the_sums_of_the_lines_and_every_row_can_be_stored(drawn: tuple[list[Json], Json]) -> None:
    lines, head = drawn
    result = calculated(*lines, **head)
    assert_sums(result)
    assert_storable(result)


@given(st.lists(st.tuples(LINES, TAXES), min_size=1, max_size=4), ROUNDING)
def test_other_taxes_keep_the_sums(drawn: list[tuple[Json, list[Json]]], rounding: str) -> None:
    result = calculated(*[row | {"other_taxes": taxes} for row, taxes in drawn], **SGK, rounding=rounding)
    assert_sums(result)
    assert_storable(result)


@given(documents(), st.data())
def test_permuting_the_lines_changes_no_total(drawn: tuple[list[Json], Json], data: st.DataObject) -> None:
    """Twins differ in their other taxes at most: what is spread over them meets equal remainders."""
    lines, head = drawn
    twins = data.draw(st.lists(st.tuples(st.sampled_from(lines), TAXES), max_size=3))
    lines = [*lines, *[row | {"other_taxes": taxes} for row, taxes in twins]]
    order = data.draw(st.permutations(range(len(lines))))

    before, after = calculated(*lines, **head), calculated(*[lines[place] for place in order], **head)

    assert after.totals == before.totals
    assert after.tax_subtotals == before.tax_subtotals
    assert after.withholding_subtotals == before.withholding_subtotals
    assert after.unverified == before.unverified


@given(documents())
def test_a_share_is_less_than_a_kurus_from_its_exact_part(drawn: tuple[list[Json], Json]) -> None:
    lines, head = drawn
    result = calculated(*lines, **head)
    whole = total(result, "net")
    for row in result.lines:
        for share, spread in (
            (row.allowance_share, result.totals.document_allowance),
            (row.charge_share, result.totals.document_charge),
        ):
            assert abs(share * whole - spread * row.net) < max(whole, 1)
            assert row.net or not share


def half_up(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@given(LINES)
def test_a_line_alone_agrees_with_decimal_arithmetic(given_line: Json) -> None:
    result = calculated(given_line, **SGK)
    row, entry = result.lines[0], cast("dict[str, str]", given_line)
    gross = half_up(Decimal(entry["quantity"]) * Decimal(entry["unit_price"]) * 100)
    discount = cast("dict[str, str] | None", given_line["discount"])
    charge = cast("dict[str, str] | None", given_line["charge"])
    off = 0 if discount is None else half_up(gross * Decimal(discount["rate"]) / 100)
    net = gross - off + (0 if charge is None else int(Decimal(charge["amount"]) * 100))
    assert (row.gross, row.discount, row.net) == (gross, off, net)
    assert row.kdv == half_up(net * Decimal(entry["kdv_rate"]) / 100)


@given(st.lists(LINES, min_size=1, max_size=5))
def test_on_the_document_each_rate_is_rounded_once(lines: list[Json]) -> None:
    result = calculated(*lines, **SGK, rounding="document")
    for row in result.tax_subtotals:
        assert row.rate_e4 is not None
        assert row.amount == half_up(Decimal(row.base * row.rate_e4) / 10**6)
    for part in result.withholding_subtotals:
        assert part.amount == half_up(Decimal(part.base * part.percent) / 100)


@given(st.lists(LINES, min_size=1, max_size=5))
def test_inclusive_net_and_kdv_are_the_inclusive_amount(lines: list[Json]) -> None:
    exclusive = calculated(*lines, **SGK)
    result = calculated(*lines, **SGK, tax_inclusive_prices=True)
    assert_sums(result)
    assert_storable(result)
    # without tax inside, the same figures are the inclusive amounts
    amounts = [row.net for row in exclusive.lines]
    assert [row.net + row.kdv for row in result.lines] == amounts
    assert result.totals.payable == sum(amounts) - result.totals.withheld
    assert all(not_negative(row) for row in result.lines)


def not_negative(row: CalculatedLine) -> bool:
    return min(row.gross, row.discount, row.charge, row.net, row.kdv, row.withheld) >= 0


@given(documents())
def test_a_return_of_the_same_lines_is_the_same_sum(drawn: tuple[list[Json], Json]) -> None:
    lines, head = drawn
    sale, back = calculated(*lines, **head), calculated(*lines, **{**head, "type": "IADE"})
    assert back.totals == sale.totals
    assert back.lines == sale.lines
