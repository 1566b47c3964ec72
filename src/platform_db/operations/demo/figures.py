"""From a stored invoice back to the calculator's own words, and the comparison with what was published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, cast

from platform_db.domain.invoices.calculation.arithmetic import cents_text
from platform_db.domain.invoices.words import amount_in_words
from platform_db.domain.money import Currency

if TYPE_CHECKING:
    from platform_db.domain.invoices.document import InvoiceDocument
    from platform_db.domain.invoices.lines import InvoiceLine

__all__ = ["Figure", "compared", "stored_result"]

_RATE: Final = "rate"
_KEY: Final = ("code", _RATE)
"""By what a subtotal is found when its amounts differ."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure beside the stored one; ``stored`` is None where there is no such figure."""

    path: str
    published: str | None
    stored: str | None

    @property
    def matches(self) -> bool:
        """Money and codes agree as text, rates by value: 20 is 20.00."""
        if self.published is None or self.stored is None:
            return self.published is None and self.stored is None
        if self.path.rpartition(".")[2] == _RATE:
            return Decimal(self.published) == Decimal(self.stored)
        return self.published == self.stored


def stored_result(stored: InvoiceDocument) -> dict[str, object]:
    """The figures of a stored invoice in the form in which the calculator prints its result (TURKISH_RULES §6).

    Only from the rows; nothing is calculated again but the words.
    """
    invoice = stored.invoice
    foreign = invoice.currency is not Currency.TRY
    totals = {
        name: cents_text(cast("int", getattr(invoice, f"{name}_cents")))
        for name in (
            "gross",
            "allowance",
            "charge",
            "tax_exclusive",
            "kdv",
            "other_taxes",
            "withheld",
            "tax_inclusive",
            "payable",
        )
    }
    return {
        "currency": invoice.currency.value,
        "lines": [_line(line) for line in stored.lines],
        "tax_subtotals": [
            {
                "code": row.tax_code,
                "rate": None if row.rate is None else _plain(row.rate),
                "base": cents_text(row.base_cents),
                "amount": cents_text(row.amount_cents),
            }
            for row in stored.tax_subtotals
        ],
        "withholding_subtotals": [
            {
                "code": row.code,
                "rate": str(row.percent),
                "base": cents_text(row.base_cents),
                "amount": cents_text(row.amount_cents),
            }
            for row in stored.withholdings
        ],
        "totals": {**totals, "payable_try": cents_text(invoice.payable_try_cents) if foreign else None},
        "amount_in_words": amount_in_words(invoice.payable_cents, invoice.currency),
    }


def compared(expected: object, stored: object, path: str = "") -> Iterator[Figure]:
    """Every key of ``expected`` as a figure, in its order; other keys of ``stored`` are free.

    Subtotals match in any order. A row too many, there or here, is a figure that does not match.
    """
    if isinstance(expected, Mapping):
        members = cast("Mapping[str, object]", expected)
        others = cast("Mapping[str, object]", stored or {})
        for name, value in members.items():
            yield from compared(value, others.get(name), f"{path}.{name}" if path else name)
    elif isinstance(expected, Sequence) and not isinstance(expected, str):
        rows = cast("Sequence[object]", expected)
        others = list(cast("Sequence[object]", stored or ()))
        if path.endswith("subtotals"):
            others = _paired(rows, others)
        for place, row in enumerate(rows):
            yield from compared(row, others[place] if place < len(others) else None, f"{path}.{place}")
        for place in range(len(rows), len(others)):
            yield Figure(f"{path}.{place}", None, "a row that the source does not state")
    else:
        yield Figure(path, _text(expected), _text(stored))


def _paired(rows: Sequence[object], others: Sequence[object]) -> list[object]:
    """``others`` in the order in which ``rows`` find their equals; those left over come last."""
    left = list(others)
    found: list[object] = []
    for row in rows:
        kept = {name: value for name, value in cast("Mapping[str, object]", row).items() if name in _KEY}
        taken = _first_equal(row, left) or _first_equal(kept, left)
        found.append(taken)
        if taken is not None:
            left.remove(taken)
    return [*found, *left]


def _first_equal(row: object, others: Sequence[object]) -> object:
    return next((other for other in others if all(figure.matches for figure in compared(row, other))), None)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _line(line: InvoiceLine) -> dict[str, object]:
    amounts = ("gross", "discount", "charge", "net", "other_taxes", "kdv", "withheld")
    return {name: cents_text(cast("int", getattr(line, f"{name}_cents"))) for name in amounts}


def _plain(rate: Decimal) -> str:
    """Without surplus zeros and without an exponent: ``8.5``, ``20``, ``0``."""
    text = format(rate, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
