"""Returns of some lines and quantities of an issued invoice, and reductions of its price.

Both are drafts that name the invoice and stand beside it; line ``n`` of one speaks of line
``n`` of the invoice. What they give back together is never more than was sold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Annotated, Final

from pydantic import StrictInt

from platform_db.domain.fields import Text
from platform_db.domain.invoices.calculation.arithmetic import cents_text
from platform_db.domain.invoices.codes import InvoiceType
from platform_db.domain.invoices.document import InvoiceDocument
from platform_db.domain.invoices.draft import DraftRows
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.lines import InvoiceLine, Quantity
from platform_db.domain.invoices.return_parts import LinePart, rows_of_parts
from platform_db.domain.invoices.returns import (
    InvoiceReturn,
    return_header,
    return_rows,
    returning_line,
)
from platform_db.domain.invoices.shares import LineLeft, Share, Taken, credited, left_of, price_without_kdv, share
from platform_db.domain.models import InputModel
from platform_db.domain.money import Amount, to_cents
from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation

__all__ = [
    "CreditedLine",
    "PartialReturn",
    "PriceReduction",
    "ReturnedLine",
    "partial_return_rows",
    "price_reduction_rows",
    "returnable",
]

_LINES_GIVEN: Final = Message("En az bir satır, her satır bir kez verilmelidir", "Give at least one line, each once")
_LINE_EXISTS: Final = Message("Faturada böyle bir satır yoktur", "The invoice has no such line")
_AMOUNT_POSITIVE: Final = Message("Tutar sıfırdan büyük olmalıdır", "The amount must be above zero")
_ONLY_KDV: Final = Message(
    "KDV dışında vergisi olan satırın fiyatı düşürülemez: iade edin",
    "The price of a line with other taxes than KDV is not reduced: return it",
)
_WITHIN_SOLD: Final = Invoice.refusal("returned_within_sold")


class ReturnedLine(InputModel):
    """How much of a line comes back: ``quantity`` in the line's unit, at most 8 places."""

    entity = "invoice_lines"

    line_number: StrictInt
    quantity: Annotated[Decimal, Quantity]


class PartialReturn(InvoiceReturn):
    """Some lines and quantities of an invoice that come back; see :class:`InvoiceReturn` for the rest.

    >>> from datetime import date
    >>> back = PartialReturn(
    ...     issue_date=date(2026, 11, 20), lines=(ReturnedLine(line_number=1, quantity=Decimal("0.5")),)
    ... )
    >>> back.lines[0].quantity
    Decimal('0.5')
    """

    lines: tuple[ReturnedLine, ...]


class CreditedLine(InputModel):
    """What is taken off the price of a line: ``amount`` in units of the invoice's currency, without KDV."""

    entity = "invoice_lines"

    line_number: StrictInt
    amount: Amount


class PriceReduction(InvoiceReturn):
    """A price reduction after the sale (fiyat farkı, sonradan iskonto): amounts, no goods.

    ``reason`` begins the description of each line, as printed (VUK art. 230).
    """

    reason: Annotated[str, Text(max=200)]
    lines: tuple[CreditedLine, ...]


def returnable(original: InvoiceDocument, taken: Iterable[Taken]) -> tuple[LineLeft, ...]:
    """What of each line was not given back yet, by line number."""
    by_line: dict[int, list[Taken]] = {}
    for earlier in taken:
        by_line.setdefault(earlier.line.line_number, []).append(earlier)
    return tuple(left_of(returning_line(original, line), by_line.get(line.line_number, ())) for line in original.lines)


def partial_return_rows(original: InvoiceDocument, taken: Sequence[Taken], terms: PartialReturn) -> DraftRows:
    """Make the rows of a draft that returns some quantities of ``original``, at its rates and exchange rate.

    Each line carries its share of discounts, allowances, charges and taxes of what is left
    of it, rounded half up; who takes the last takes all that is left. Prices are without
    KDV. The whole of an untouched invoice is returned figure by figure, as by
    :func:`return_rows`.

    Raises
    ------
    RuleViolation
        The original cannot be returned; a line is not there, or more is returned than is
        left of it (``ck_invoices_returned_within_sold``).
    """
    lefts = _chosen(original, taken, [line.line_number for line in terms.lines])
    beyond = [
        place
        for place, (left, line) in enumerate(zip(lefts, terms.lines, strict=True))
        if line.quantity > left.quantity
    ]
    if beyond:
        raise RuleViolation(*(_within_sold(place, "quantity") for place in beyond))
    complete = len(lefts) == len(original.lines) and all(
        left.is_untouched and line.quantity == left.quantity for left, line in zip(lefts, terms.lines, strict=True)
    )
    if complete:
        return return_rows(original, terms)
    parts = [_returned(original, left, line.quantity) for left, line in zip(lefts, terms.lines, strict=True)]
    return rows_of_parts(original, return_header(original.invoice, terms), parts)


def price_reduction_rows(original: InvoiceDocument, taken: Sequence[Taken], terms: PriceReduction) -> DraftRows:
    """Make the rows of a draft that takes amounts off the prices of ``original``.

    It is of the return's type, so that KDV, withholding and payable fall (KDV Law art. 35),
    with billing type ``credit``: its quantities give back no goods. What is returned later
    is returned at the reduced price.

    Raises
    ------
    RuleViolation
        The original cannot be returned; a line is not there, carries other taxes than KDV,
        or less is left of it than the amount (``ck_invoices_returned_within_sold``).
    """
    lefts = _chosen(original, taken, [line.line_number for line in terms.lines])
    cents = [to_cents(line.amount, original.invoice.currency) for line in terms.lines]
    broken = [
        violation
        for place, (left, amount) in enumerate(zip(lefts, cents, strict=True))
        for violation in _creditable(place, left, amount)
    ]
    if broken:
        raise RuleViolation(*broken)
    parts = [_reduction(left, credited(left, amount), terms.reason) for left, amount in zip(lefts, cents, strict=True)]
    header = return_header(original.invoice, terms)
    return rows_of_parts(original, {**header, "type": InvoiceType.CREDIT}, parts)


def _returned(original: InvoiceDocument, left: LineLeft, quantity: Decimal) -> LinePart:
    line = next(line for line in original.lines if line.line_number == left.line_number)
    price = price_without_kdv(line) if original.invoice.tax_inclusive_prices else line.unit_price
    return LinePart(left, line.description, quantity, line.unit_code, price, share(left, quantity, price))


def _reduction(left: LineLeft, figures: Share, reason: str) -> LinePart:
    price = Decimal(cents_text(figures.net_cents))
    return LinePart(left, f"{reason}: {left.line.description}", Decimal(1), "C62", price, figures)


def _creditable(place: int, left: LineLeft, cents: int) -> Iterable[Violation]:
    if cents <= 0:
        yield _refused("credit_positive", _AMOUNT_POSITIVE, f"lines.{place}.amount")
    if left.line.other_taxes:
        yield _refused("credit_of_kdv_only", _ONLY_KDV, f"lines.{place}.line_number")
    if cents > left.net_cents:
        yield _within_sold(place, "amount")


def _chosen(original: InvoiceDocument, taken: Sequence[Taken], numbers: Sequence[int]) -> tuple[LineLeft, ...]:
    if not numbers or len(set(numbers)) < len(numbers):
        raise RuleViolation(_refused("lines_given_once", _LINES_GIVEN, "lines"))
    left = {each.line_number: each for each in returnable(original, taken)}
    missing = [place for place, number in enumerate(numbers) if number not in left]
    if missing:
        raise RuleViolation(*(_refused("line_exists", _LINE_EXISTS, f"lines.{place}.line_number") for place in missing))
    return tuple(left[number] for number in numbers)


def _refused(rule: str, message: Message, field: str) -> Violation:
    return Violation(rule=rule, fields=(field,), message=message, entity=InvoiceLine.entity)


def _within_sold(place: int, field: str) -> Violation:
    return Violation(
        rule=_WITHIN_SOLD.rule,
        fields=(f"lines.{place}.{field}",),
        message=_WITHIN_SOLD.message,
        entity=_WITHIN_SOLD.entity,
    )
