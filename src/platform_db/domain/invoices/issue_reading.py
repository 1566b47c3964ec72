"""Reads what an issue document has beside the calculation's, noting everything that is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final, cast

from pydantic import ValidationError

from platform_db.domain.columns import columns_of
from platform_db.domain.identity import IdentityError, iban
from platform_db.domain.invoices.calculation import refusals
from platform_db.domain.invoices.calculation.contract import Fields
from platform_db.domain.invoices.calculation.document import InvoiceDocumentInput
from platform_db.domain.invoices.calculation.findings import Findings
from platform_db.domain.invoices.calculation.members import Members
from platform_db.domain.invoices.calculation.refusals import Refusal
from platform_db.domain.invoices.codes import InvoiceType
from platform_db.domain.invoices.completeness import incomplete_header, incomplete_items
from platform_db.domain.invoices.draft import Header, LineDetails, document_columns, document_paths, judged_line
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.parties import Customer, Issuer, Party, party_columns
from platform_db.domain.invoices.series import InvoiceSeries
from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation

__all__ = ["HEAD_FIELDS", "LINE_FIELDS", "IssueReading"]

_REQUIRED: Final = ("series", "issuer", "customer")
_TEXTS: Final = ("exchange_rate_source", "despatch_number", "return_of_number", "payment_iban", "note")
_DAYS: Final = ("exchange_rate_date", "due_date", "delivery_date", "despatch_date", "return_of_issue_date")
_KEYS: Final = ("license_id", "order_id", "return_of_invoice_id")
_OBJECTS: Final = ("profile_data", "meta")

HEAD_FIELDS: Final[Fields] = MappingProxyType(
    {name: name in _REQUIRED for name in (*_REQUIRED, "billing_type", *_TEXTS, *_DAYS, *_KEYS, *_OBJECTS)},
)
"""The fields of the head that the calculation does not know; true where required."""

LINE_FIELDS: Final[Fields] = MappingProxyType(dict.fromkeys(LineDetails.model_fields, False))
"""The fields of a line that the calculation does not know."""

_DATE: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE_NUMBER: Final = Refusal(
    "whole_number_expected",
    Message("Burada bir tam sayı olmalıdır", "A whole number is expected here"),
)
_BILLING_TYPE: Final = Refusal(
    "billing_type_known",
    Message(
        f"Faturalanan şunlardan biri olmalıdır: {', '.join(InvoiceType)}",
        f"The billing type must be one of {', '.join(InvoiceType)}",
    ),
)
_NORMALISED: Final = frozenset({"email", "phone"})
"""Fields of a party that are not stored as they are given."""

_FROM_CALCULATION: Final = {"type_code": "type", "type": "billing_type"}
"""Columns that the calculation reads under another name."""


class IssueReading:
    """One pass over the head and the lines; what is wrong goes into ``found``."""

    def __init__(self, document: InvoiceDocumentInput, found: Findings) -> None:
        self._document = document
        self._found = found
        self._columns: dict[str, object] = {}

    def head(self, given: Mapping[str, object]) -> tuple[str, dict[str, object]]:
        """The series, and the terms by their names; stand-ins where something is wrong."""
        members = Members(given, "", HEAD_FIELDS, self._found)
        series = members.text("series")
        if not self._found.touch("series"):
            rules = InvoiceSeries.field_rules()["series"]
            self._tell(rule.violation(InvoiceSeries.entity) for rule in rules if rule.broken_by({"series": series}))
        terms: dict[str, object] = {name: members.text_or_none(name) for name in _TEXTS}
        terms |= {name: self._day(members, name) for name in _DAYS}
        terms |= {name: self._whole(given.get(name), name) for name in _KEYS}
        terms |= {name: self._object(given.get(name), name) for name in _OBJECTS}
        terms["payment_iban"] = self._iban(terms["payment_iban"])
        self._columns |= terms
        is_told = members.holds("billing_type")
        billed = members.label("billing_type", InvoiceType, _BILLING_TYPE) if is_told else InvoiceType.ONE_TIME
        terms["billing_type"] = self._columns["type"] = billed
        for kind in (Issuer, Customer):
            terms[kind.role] = self._party(kind, members)
        return series, terms

    def line(self, place: int, given: Mapping[str, object]) -> LineDetails:
        """What a line carries beside its figures."""
        path = f"lines.{place}"
        if not given:
            return LineDetails()
        members = Members(given, path, LINE_FIELDS, self._found)
        return LineDetails(
            product_id=self._whole(given.get("product_id"), f"{path}.product_id"),
            exemption_reason=members.text_or_none("exemption_reason"),
            item_data=self._object(given.get("item_data"), f"{path}.item_data"),  # pyright: ignore[reportArgumentType]
        )

    def judge(self, lines: Sequence[LineDetails]) -> None:
        """Judge the rules of the tables whose columns are all as they should be, and what issue demands."""
        columns = self._columns | document_columns(self._document)
        whole = {name: value for name, value in columns.items() if not self._is_touched(name)}
        # A model of its own takes milliseconds to make; only a refused document pays for it.
        model = Header if whole.keys() == Header.model_fields.keys() else columns_of(Invoice, whole)
        try:
            model.parse(whole)
        except RuleViolation as refused:
            self._tell(map(document_paths, refused.violations))
        for place, (details, line) in enumerate(zip(lines, self._document.lines, strict=False)):
            if details.model_fields_set and not self._found.touch(f"lines.{place}.exemption_code"):
                self._tell(judged_line(details, line.exemption_code, place))
        if self._found.touch("profile", "type"):
            return
        self._tell(incomplete_header(whole))
        items = [details.item_data for details in lines]
        lacking = incomplete_items(whole, items, [line.exemption_code for line in self._document.lines])
        self._tell(violation for violation in lacking if not self._found.touch(_item_data(violation)))

    def _is_touched(self, column: str) -> bool:
        for role in (Issuer.role, Customer.role):
            if column.startswith(f"{role}_"):
                field = column.removeprefix(f"{role}_").removesuffix("_kind")
                return self._found.touch(f"{role}.{field}")
        return self._found.touch(_FROM_CALCULATION.get(column, column))

    def _party(self, kind: type[Party], head: Members) -> Party | None:
        fields = {name: info.is_required() for name, info in kind.model_fields.items()}
        members = head.inner(kind.role, fields)
        if members is None:
            if not self._found.touch(kind.role):
                head.note(refusals.FIELD_REQUIRED, kind.role)
            return None
        values = {name: text for name in fields if (text := members.text_or_none(name)) is not None}
        for name, required in fields.items():
            if required and name not in values and not self._found.touch(members.at(name)):
                members.note(refusals.FIELD_REQUIRED, name)
        party: Party | None = None
        try:
            party = kind.model_validate(values)
            values = {name: cast("str", value) for name, value in party if value is not None}
        except ValidationError as error:
            told = (violation.under(kind.role) for violation in kind.explain(error, values))
            self._tell(violation for violation in told if not self._found.touch(*violation.fields))
            values = {name: text for name, text in values.items() if name not in _NORMALISED}
        self._columns |= party_columns(kind, values)
        return party

    def _tell(self, violations: Iterable[Violation]) -> None:
        for violation in violations:
            self._found.add(Refusal(violation.rule, violation.message), *violation.fields)

    def _day(self, members: Members, name: str) -> date | None:
        text = members.text_or_none(name)
        if text is None or self._found.touch(name):
            return None
        try:
            if _DATE.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        members.note(refusals.CALENDAR_DATE, name)
        return None

    def _whole(self, value: object, path: str) -> int | None:
        if value is None or type(value) is int:
            return value
        self._found.add(_WHOLE_NUMBER, path)
        return None

    def _object(self, value: object, path: str) -> dict[str, object]:
        if value is None:
            return {}
        if isinstance(value, dict):
            return cast("dict[str, object]", value)
        self._found.add(refusals.OBJECT_EXPECTED, path)
        return {}

    def _iban(self, text: object) -> object:
        if not isinstance(text, str) or self._found.touch("payment_iban"):
            return text
        try:
            return iban(text)
        except IdentityError as refused:
            self._found.add(Refusal(refused.rule, refused.message), "payment_iban")
        return None


def _item_data(violation: Violation) -> str:
    """The object that the violation is about: ``lines.0.item_data``."""
    return ".".join(violation.fields[0].split(".")[:3])
