"""What is erased on request, and what is made anonymous when the legal term is over."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.invoices import operations
from platform_db.domain.invoices.codes import InvoiceProfile, InvoiceStatus
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.party_rules import ANONYMISED, ANONYMISED_IBAN, TERM_YEARS
from platform_db.domain.invoices.profile_data import party_paths
from platform_db.repositories.claims import first_free
from platform_db.repositories.filters import as_written
from platform_db.repositories.invoices.reading import ROWS, InvoiceReading
from platform_db.repositories.invoices.statements import TODAY
from platform_db.repositories.paging import checked_limit
from platform_db.repositories.payloads import before_and_after
from platform_db.schema.invoices import invoices

__all__ = ["Retention"]

_KEPT: Final = frozenset(
    {"issuer_tax_number_kind", "customer_tax_number_kind", "customer_country_code", *operations.CONTACT}
)
_NAMED: Final = tuple(
    name for name in Invoice.model_fields if name.startswith(("issuer_", "customer_")) and name not in _KEPT
)
_MASK: Final = sa.literal_column(f"'{ANONYMISED}'", sa.Text())


def _masked(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    return sa.case((column.is_not(None), _MASK)) if column.nullable else _MASK


def _without_parties() -> sa.ColumnElement[Any]:
    held: sa.ColumnElement[Any] = invoices.c.profile_data
    masked: sa.ColumnElement[Any] = sa.literal_column(f"'\"{ANONYMISED}\"'::jsonb")
    for path in party_paths():
        steps: sa.ColumnElement[Any] = sa.literal_column("'{" + path.replace(".", ",") + "}'")
        held = sa.func.jsonb_set(held, steps, masked, sa.false())
    return held


_FIRST_KEPT_DAY: Final = sa.func.make_date(
    sa.cast(sa.extract("year", TODAY), sa.Integer()) - TERM_YEARS, 1, 1, type_=sa.Date()
)
_ANONYMISE: Final = Statement(
    sa.update(invoices)
    .where(
        first_free(
            invoices,
            invoices.c.status != as_written(InvoiceStatus.DRAFT),
            invoices.c.issue_date < _FIRST_KEPT_DAY,
            invoices.c.issuer_title != _MASK,
            order=(invoices.c.issue_date, invoices.c.id),
        )
    )
    .values(
        {
            **{name: _masked(invoices.c[name]) for name in (*_NAMED, "cancellation_reason")},
            **dict.fromkeys(operations.CONTACT, sa.null()),
            "payment_iban": sa.case(
                (
                    invoices.c.profile == as_written(InvoiceProfile.KAMU),
                    sa.literal_column(f"'{ANONYMISED_IBAN}'", sa.Text()),
                )
            ),
            "profile_data": _without_parties(),
            "meta": sa.literal_column("'{}'::jsonb"),
        }
    )
    .returning(*invoices.c)
)


class Retention(InvoiceReading):
    """What takes personal data out of invoices, as far and as soon as the law lets it go."""

    async def erase_contact(self, invoice: Invoice) -> Invoice:
        """Erase e-mail, phone and note of an invoice, at any time and in any state (KVKK art. 7).

        What VUK art. 230 demands of an issued invoice stays until its legal term is over. The
        audit entry names the erased fields, never what stood in them.

        Raises
        ------
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        changes = operations.contact_erased(invoice)
        if not changes:
            return invoice
        erased = await ROWS.change(self._executor, invoice, changes)
        self._audit.record(
            {
                "action": AuditAction.UPDATE,
                "entity_type": Invoice.entity,
                "entity_id": erased.id,
                "event_type": "invoice.contact_erased",
                "payload": before_and_after({}, {"erased": sorted(changes)}),
            }
        )
        return erased

    async def anonymise_due(self, limit: int = 100) -> tuple[Invoice, ...]:
        """Make at most ``limit`` issued invoices anonymous whose legal term is over, oldest first.

        Ten full years after the fiscal year (TTK art. 82, VUK art. 253), by Istanbul's day and the
        database's clock: identities become ``[anonymised]``, contact, note, account and ``meta``
        go; amounts, taxes and number stay. Delete the files at ``pdf_s3_key`` of what comes back.
        Call it again until nothing does. One audit entry tells count and ids. ``limit`` is 1 to
        1000. For background work (platform_worker).

        Raises
        ------
        RuleViolation
            The limit is out of range; the unit of work acts for a user who has such invoices.
        """
        rows = await self._executor.fetch(_ANONYMISE, {"limit": checked_limit(limit)})
        found = tuple(sorted(map(ROWS.read, rows), key=lambda invoice: (invoice.issue_date, invoice.id)))
        ids = [invoice.id for invoice in found]
        self._audit.note_sweep(AuditAction.UPDATE, "invoice.swept_anonymised", Invoice.entity, len(found), ids=ids)
        return found
