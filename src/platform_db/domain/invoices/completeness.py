"""What an invoice must carry to be issued, beside its figures: told before the database refuses it.

A draft may lack any of this; the guard of ``issue`` does not let it pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from platform_db.domain.invoices.codes import RETURN_TYPES, InvoiceTypeCode
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.lines import InvoiceLine
from platform_db.domain.invoices.profile_data import Required, missing
from platform_db.domain.models import StoredModel
from platform_db.domain.tax_numbers import TaxNumberKind
from platform_db.errors import Violation

__all__ = ["incomplete_header", "incomplete_items"]


def incomplete_header(header: Mapping[str, object]) -> Iterator[Violation]:
    """What the header lacks; a demand on a column that is not in ``header`` is not judged."""
    profile, type_code = str(header["profile"]), header["type_code"]
    data = header.get("profile_data")
    if isinstance(data, Mapping):
        demands = missing("profile_data", data, profile=profile, type_code=str(type_code))  # pyright: ignore[reportUnknownArgumentType]
        yield from _lacking(Invoice, "profile_data", demands)
    reference = [header.get(f"return_of_{name}") for name in ("number", "issue_date")]
    if type_code in RETURN_TYPES and header.get("return_of_invoice_id") is None and None in reference:
        yield Invoice.refusal("return_has_reference")
    if (
        type_code == InvoiceTypeCode.TEKNOLOJIDESTEK
        and header.get("customer_tax_number_kind", TaxNumberKind.TCKN) != TaxNumberKind.TCKN
    ):
        violation = Invoice.refusal("technology_buyer_is_tckn")
        yield Violation(violation.rule, ("customer.tax_number",), violation.message, violation.entity)


def incomplete_items(
    header: Mapping[str, object],
    items: Sequence[Mapping[str, object]],
    exemption_codes: Iterable[str | None],
) -> Iterator[Violation]:
    """What each line's ``item_data`` lacks."""
    known = {code for code in exemption_codes if code is not None}
    for place, data in enumerate(items):
        demands = missing(
            "item_data",
            data,
            profile=str(header["profile"]),
            type_code=str(header["type_code"]),
            exemption_codes=known,
        )
        for violation in _lacking(InvoiceLine, "item_data", demands):
            yield violation.under("lines", place)


def _lacking(model: type[StoredModel], column: str, demands: Iterable[Required]) -> Iterator[Violation]:
    guard = model.refusal(f"{column}_complete")
    for demand in demands:
        yield Violation(guard.rule, demand.paths, guard.message, guard.entity).under(column)
