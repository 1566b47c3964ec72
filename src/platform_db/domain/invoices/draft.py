"""What a caller gives to draft an invoice, and the rows that come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Final, Self
from uuid import UUID, uuid4

from pydantic import Field, InstanceOf, StrictInt, StrictStr, model_validator

from platform_db.domain.columns import columns_of
from platform_db.domain.fields import BigInteger
from platform_db.domain.identity import Iban
from platform_db.domain.invoices.calculation import Calculation, InvoiceDocumentInput, calculate
from platform_db.domain.invoices.codes import InvoiceType
from platform_db.domain.invoices.figures import line_row, subtotal_row, totals_columns, withholding_row
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.lines import InvoiceLine
from platform_db.domain.invoices.parties import Customer, Issuer
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import InputModel
from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation

__all__ = [
    "DraftRows",
    "InvoiceDraft",
    "InvoiceTerms",
    "LineDetails",
    "document_columns",
    "document_paths",
    "draft_rows",
    "header_columns",
    "judged_line",
]

_NOT_GIVEN: Final = frozenset(
    {
        "id",
        "user_id",
        "ettn",
        "status",
        "number",
        "series",
        "fiscal_year",
        "sequence",
        "cancellation_reason",
        "pdf_s3_key",
        "version",
    },
)
HEADER: Final = tuple(
    name for name in Invoice.model_fields if name not in _NOT_GIVEN and not name.endswith(("_cents", "_at"))
)
"""The columns of an invoice that its terms decide; the others are figures, or the database's."""

Header: Final = columns_of(Invoice, HEADER)
GivenLine: Final = columns_of(InvoiceLine, ("product_id", "exemption_code", "exemption_reason", "item_data"))

_LINES_MATCH: Final = Violation(
    rule="line_details_match_lines",
    fields=("lines",),
    message=Message(
        "Satır ayrıntıları verilirse her satır için bir tane olmalıdır",
        "Where details of lines are given, there is one for each line",
    ),
    entity=Invoice.entity,
)
_PATHS: Final[Mapping[str, str]] = {"type_code": "type", "type": "billing_type", "unit_code": "unit"}


class LineDetails(InputModel):
    """What a line carries beside its figures.

    ``item_data`` holds what the profile or type asks of a line (GTİP, KUNYENO …);
    ``exemption_reason`` the reason of an exemption in words, as printed.
    """

    entity = "invoice_lines"

    product_id: StrictInt | None = None
    exemption_reason: StrictStr | None = None
    item_data: JsonObject = Field(default_factory=dict)


class InvoiceTerms(InputModel):
    """Everything an invoice says, without whose it is.

    ``document`` comes from :func:`~platform_db.domain.invoices.calculation.parse_document`;
    every figure follows from it. Days are legal days in Europe/Istanbul. Rate day and
    source are required unless the document is in TRY. ``lines`` is empty, or has one entry
    for each line of the document.

    Raises
    ------
    RuleViolation
        When it is made: a rule of the table ``invoices`` or ``invoice_lines`` is broken;
        ``violations`` has every one, with dotted paths such as ``customer.tax_number``.
    """

    entity = "invoices"

    document: InstanceOf[InvoiceDocumentInput]
    issuer: Issuer
    customer: Customer
    lines: tuple[LineDetails, ...] = ()
    billing_type: InvoiceType = InvoiceType.ONE_TIME
    license_id: StrictInt | None = None
    order_id: StrictInt | None = None
    exchange_rate_date: date | None = None
    exchange_rate_source: StrictStr | None = None
    due_date: date | None = None
    delivery_date: date | None = None
    despatch_number: StrictStr | None = None
    despatch_date: date | None = None
    return_of_invoice_id: StrictInt | None = None
    return_of_number: StrictStr | None = None
    return_of_issue_date: date | None = None
    payment_iban: Iban | None = None
    note: StrictStr | None = None
    profile_data: JsonObject = Field(default_factory=dict)
    meta: JsonObject = Field(default_factory=dict)

    @property
    def calculation(self) -> Calculation:
        """Every figure of the document, in kuruş of its currency."""
        return calculate(self.document)

    def draft(self, user_id: int) -> InvoiceDraft:
        """The draft of these terms for a user."""
        terms = {name: getattr(self, name) for name in InvoiceTerms.model_fields}
        return InvoiceDraft.model_validate({**terms, "user_id": user_id})

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        found = list(judged_columns(header_columns(self)))
        if self.lines and len(self.lines) != len(self.document.lines):
            found.append(_LINES_MATCH)
        for place, (details, line) in enumerate(zip(self.lines, self.document.lines, strict=False)):
            found.extend(judged_line(details, line.exemption_code, place))
        if found:
            raise RuleViolation(*found)
        return self


class InvoiceDraft(InvoiceTerms):
    """An invoice to draft: its terms as in :class:`InvoiceTerms`, and the id of the user whose it is.

    Raises
    ------
    RuleViolation
        When it is made, as for the terms.
    """

    user_id: Annotated[int, BigInteger()]


_OWN_COLUMNS: Final = tuple(name for name in InvoiceTerms.model_fields if name in HEADER)
"""Terms that stand under their column's name."""


def document_columns(document: InvoiceDocumentInput) -> dict[str, object]:
    """The header columns that the calculated document decides."""
    return {
        "type_code": document.type,
        "profile": document.profile,
        "currency": document.currency,
        "exchange_rate": document.exchange_rate,
        "issue_date": document.issue_date,
        "rounding": document.rounding,
        "tax_inclusive_prices": document.tax_inclusive_prices,
    }


def header_columns(terms: InvoiceTerms) -> dict[str, object]:
    """The columns that the terms decide, by name."""
    own = {name: getattr(terms, name) for name in _OWN_COLUMNS}
    return {
        "type": terms.billing_type,
        **document_columns(terms.document),
        **own,
        **terms.issuer.columns(),
        **terms.customer.columns(),
    }


def judged_columns(columns: Mapping[str, object]) -> tuple[Violation, ...]:
    """The table's rules that these header columns break, at the document's paths."""
    try:
        Header.parse(columns)
    except RuleViolation as refused:
        return tuple(document_paths(violation) for violation in refused.violations)
    return ()


def judged_line(details: LineDetails, exemption_code: str | None, place: int) -> tuple[Violation, ...]:
    """The same for what a line carries beside its figures."""
    try:
        GivenLine.parse({**dict(details), "exemption_code": exemption_code})
    except RuleViolation as refused:
        return tuple(document_paths(violation).under("lines", place) for violation in refused.violations)
    return ()


def document_paths(violation: Violation) -> Violation:
    """The violation at the document's paths (``customer.city``) instead of the columns' names."""
    return replace(violation, fields=tuple(dict.fromkeys(_path(column) for column in violation.fields)))


def _path(column: str) -> str:
    head, _, rest = column.partition("_")
    if head in {Issuer.role, Customer.role}:
        return f"{head}.{rest.removesuffix('_kind')}"
    return _PATHS.get(column, column)


@dataclass(frozen=True, slots=True)
class DraftRows:
    """The rows of a draft, column by name; the parts lack only the invoice's id.

    Lines stand in their order and are numbered from 1, but where they have a ``line_number``
    of their own: a return keeps the numbers of what it returns.
    """

    invoice: Mapping[str, object]
    lines: tuple[Mapping[str, object], ...]
    tax_subtotals: tuple[Mapping[str, object], ...]
    withholdings: tuple[Mapping[str, object], ...]

    @property
    def ettn(self) -> UUID:
        """The document's universal key, which names the row before it has an id."""
        ettn = self.invoice["ettn"]
        assert isinstance(ettn, UUID)  # noqa: S101 - every maker of rows sets one
        return ettn


_NOTHING_MORE: Final = LineDetails()


def draft_rows(draft: InvoiceDraft) -> DraftRows:
    """Turn a draft into the rows of invoices, invoice_lines and their sums.

    Every amount is the calculation's, in minor units; the ETTN is random.

    Raises
    ------
    RuleViolation
        Only the figures can show it: an amount beyond 64-bit kuruş, code 555 on a line without KDV.
    """
    calculation = draft.calculation
    details = draft.lines or (_NOTHING_MORE,) * len(calculation.lines)
    return DraftRows(
        invoice={
            "user_id": draft.user_id,
            "ettn": uuid4(),
            **header_columns(draft),
            **totals_columns(calculation.totals),
        },
        lines=tuple(
            line_row(given, line) | dict(more)
            for given, line, more in zip(draft.document.lines, calculation.lines, details, strict=True)
        ),
        tax_subtotals=tuple(map(subtotal_row, calculation.tax_subtotals)),
        withholdings=tuple(map(withholding_row, calculation.withholding_subtotals)),
    )
