"""Whatever is sold and however it comes back: never more than was sold, and all of it in the end."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, cast

from hypothesis import given
from hypothesis import strategies as st

from platform_db.domain.invoices.partial_returns import PartialReturn, ReturnedLine, partial_return_rows, returnable
from platform_db.domain.invoices.shares import Taken
from tests.invoice_examples import DAY, issue_document
from tests.unit.domain.invoices.stored import ISSUED, as_stored, stored
from tests.unit.domain.invoices.test_calculation_properties import LINES, ROUNDING, TAXES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from platform_db.domain.invoices.document import InvoiceDocument
    from platform_db.domain.invoices.lines import InvoiceLine
    from platform_db.domain.invoices.shares import LineLeft
    from tests.unit.domain.invoices.documents import Json

_STEP = Decimal("0.00000001")
Sums = dict[str, int]


@st.composite
def sales(draw: st.DrawFn) -> InvoiceDocument:
    """An issued SGK invoice, the type that admits every code: prices with or without KDV, rounded either way."""
    lines: list[Json] = draw(st.lists(LINES, min_size=1, max_size=3))
    inclusive = draw(st.booleans())
    if not inclusive:
        lines = [{**line, "other_taxes": draw(TAXES)} for line in lines]
    head: Json = {"tax_inclusive_prices": inclusive, "rounding": draw(ROUNDING)}
    plain = stored(issue_document(type="SGK", lines=lines, **head))
    net = sum(line.net_cents for line in plain.lines)
    if net and not inclusive:
        amount = f"{Decimal(draw(st.integers(0, net))).scaleb(-2):f}"
        head["allowances"] = [{"amount": amount}]
        head["charges"] = [{"amount": f"{Decimal(draw(st.integers(0, 500))).scaleb(-2):f}"}]
    return stored(issue_document(type="SGK", lines=lines, **head), **ISSUED)


def some_of(draw: st.DrawFn, left: Sequence[LineLeft]) -> PartialReturn:
    """Some lines with some of what is left of them."""
    open_lines = [line for line in left if line.quantity]
    chosen = draw(st.lists(st.sampled_from(open_lines), min_size=1, unique_by=lambda line: line.line_number))
    return PartialReturn(
        issue_date=DAY,
        lines=tuple(
            ReturnedLine(
                line_number=line.line_number,
                quantity=draw(
                    st.just(line.quantity)
                    | st.integers(1, int(line.quantity / _STEP)).map(lambda units: (units * _STEP).normalize())
                ),
            )
            for line in chosen
        ),
    )


def rest_of(left: Sequence[LineLeft]) -> PartialReturn:
    lines = (ReturnedLine(line_number=line.line_number, quantity=line.quantity) for line in left if line.quantity)
    return PartialReturn(issue_date=DAY, lines=tuple(lines))


def sums_of(lines: Sequence[InvoiceLine]) -> Sums:
    """What the lines come to."""
    return {
        "net": sum(line.net_cents - line.allowance_share_cents + line.charge_share_cents for line in lines),
        "kdv": sum(line.kdv_cents for line in lines),
        "other taxes": sum(line.other_taxes_cents for line in lines),
        "withheld": sum(line.withheld_cents for line in lines),
        "base": sum(line.kdv_base_cents for line in lines),
    }


def of_number(taken: Sequence[Taken], number: int) -> list[InvoiceLine]:
    return [each.line for each in taken if each.line.line_number == number]


def assert_within_sold(sale: InvoiceDocument, taken: Sequence[Taken]) -> None:
    for line in sale.lines:
        back, sold = sums_of(of_number(taken, line.line_number)), sums_of([line])
        assert all(back[name] <= sold[name] for name in sold)


def took(sale: InvoiceDocument, taken: Sequence[Taken], terms: PartialReturn) -> InvoiceDocument:
    """The return's draft; as it is read back every rule of its tables is judged."""
    return as_stored(partial_return_rows(sale, taken, terms))


@given(st.data())
def test_parts_never_exceed_the_sale_and_the_last_takes_the_rest(data: st.DataObject) -> None:
    # given a sale, of which some came back in parts
    sale = data.draw(sales())
    taken: list[Taken] = []
    backs: list[InvoiceDocument] = []
    for _ in range(data.draw(st.integers(0, 5))):
        left = returnable(sale, taken)
        if not any(line.quantity for line in left):
            break
        backs.append(took(sale, taken, some_of(cast("st.DrawFn", data.draw), left)))
        taken += [Taken(line, is_credit=False) for line in backs[-1].lines]
        assert_within_sold(sale, taken)
    # when the rest comes back
    left = returnable(sale, taken)
    if any(line.quantity for line in left):
        backs.append(took(sale, taken, rest_of(left)))
        taken += [Taken(line, is_credit=False) for line in backs[-1].lines]
    # then sale and returns cancel to zero, line by line and in what is to be paid
    assert not any(line.quantity for line in returnable(sale, taken))
    for line in sale.lines:
        assert sums_of(of_number(taken, line.line_number)) == sums_of([line])
        assert sum(each.quantity for each in of_number(taken, line.line_number)) == line.quantity
    assert sum(back.invoice.payable_cents for back in backs) == sale.invoice.payable_cents
    assert sum(row.amount_cents for back in backs for row in back.withholdings) == sale.invoice.withheld_cents


@given(st.data())
def test_parts_stay_within_the_sale_where_some_are_called_off(data: st.DataObject) -> None:
    sale = data.draw(sales())
    taken: list[Taken] = []
    for _ in range(data.draw(st.integers(1, 8))):
        left = returnable(sale, taken)
        if taken and (data.draw(st.booleans()) or not any(line.quantity for line in left)):
            del taken[data.draw(st.integers(0, len(taken) - 1))]
            continue
        back = took(sale, taken, some_of(cast("st.DrawFn", data.draw), left))
        taken += [Taken(line, is_credit=False) for line in back.lines]
        assert_within_sold(sale, taken)
