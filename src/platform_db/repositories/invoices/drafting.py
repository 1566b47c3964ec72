"""Drafts: stored, replaced, edited line by line, deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.invoices import editing, operations
from platform_db.domain.invoices.draft import DraftRows, InvoiceDraft, draft_rows
from platform_db.domain.invoices.redrafting import as_draft
from platform_db.repositories.arrays import arrays
from platform_db.repositories.invoices import statements
from platform_db.repositories.invoices.of_orders import demand_not_invoiced
from platform_db.repositories.invoices.reading import ROWS, InvoiceReading, checked_batch
from platform_db.repositories.payloads import given

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from platform_db.domain.invoices.invoice import Invoice

__all__ = ["Drafting"]

_TOLD_OF_DRAFT: Final = (
    "status",
    "profile",
    "type_code",
    "currency",
    "issue_date",
    "ettn",
    "return_of_invoice_id",
    "tax_exclusive_cents",
    "kdv_cents",
    "withheld_cents",
    "payable_cents",
)


class Drafting(InvoiceReading):
    """What makes and changes drafts."""

    async def draft(self, draft: InvoiceDraft) -> Invoice:
        """Store a draft with its lines, tax subtotals and withholdings, in two statements.

        A draft has no number, may be deleted, and is judged once more when it is issued.

        Raises
        ------
        RuleViolation
            An amount does not fit, or its order is not confirmed, or cancelled
            (``ck_invoices_order_is_confirmed``); nothing was stored.
        AlreadyExists
            Its order has an invoice that is neither cancelled nor returned whole.
        StillReferenced
            User, licence, order or product does not exist, or belongs to another user.
        NotAllowed
            The unit of work acts for another user.
        """
        rows = draft_rows(draft)
        await demand_not_invoiced(self._executor, [rows.invoice])
        return await self._store(rows)

    async def draft_many(self, drafts: Sequence[InvoiceDraft]) -> tuple[Invoice, ...]:
        """Store at most 1000 drafts in two statements, all or none; the answer is in the order given.

        Raises
        ------
        RuleViolation, AlreadyExists, StillReferenced, NotAllowed
            There are more drafts (``batch_limit``), or as :meth:`draft`.
        """
        if not drafts:
            return ()
        every = [draft_rows(draft) for draft in checked_batch("drafts", drafts)]
        await demand_not_invoiced(self._executor, [rows.invoice for rows in every])
        stored = await self._executor.fetch(
            statements.INSERT_DRAFTS,
            arrays("invoice", statements.DRAFT_COLUMNS, [rows.invoice for rows in every]),
        )
        by_ettn = {invoice.ettn: invoice for invoice in map(ROWS.read, stored)}
        invoices = tuple(by_ettn[rows.ettn] for rows in every)
        await self._store_parts(list(zip(invoices, every, strict=True)))
        for invoice in invoices:
            self._note_drafted(invoice)
        return invoices

    async def as_draft(self, draft: Invoice) -> InvoiceDraft:
        """The document of a stored draft, in the form in which drafts are given; read as of one moment.

        Drafted again it has the same figures. What is not stored comes back in an equal form:
        several document allowances as one, without their reasons.

        Raises
        ------
        RuleViolation
            Its figures are shares of another invoice: the draft of a return.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        stored = await self.document(draft.id)
        if stored.invoice.version != draft.version:
            raise await ROWS.stale(self._executor, draft)
        return as_draft(stored)

    async def replace(self, draft: Invoice, new: InvoiceDraft) -> Invoice:
        """Put another document in the place of a draft: recalculated whole, in three statements.

        Id and ETTN stay. A draft that is being issued, or changed by somebody else, is either
        that or this, never a mixture.

        Raises
        ------
        RuleViolation
            It is issued (``ck_invoices_issued_is_immutable``), ``new`` is another user's, or
            as :meth:`draft`.
        AlreadyExists
            As :meth:`draft`.
        StillReferenced
            Licence, order or product does not exist, or belongs to another user.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        operations.replaceable(draft, new.user_id)
        made = draft_rows(new)
        if new.order_id != draft.order_id:
            await demand_not_invoiced(self._executor, [made.invoice])
        rows = replace(made, invoice={**made.invoice, "ettn": draft.ettn})
        columns = {f"new_{name}": value for name, value in rows.invoice.items() if name not in statements.KEPT}
        changed = await ROWS.run(self._executor, statements.REPLACE_DRAFT, draft, columns)
        await self._executor.execute(statements.DELETE_PARTS, {"invoice_id": draft.id})
        await self._store_parts([(changed, rows)])
        before, after = (
            {name: getattr(row, name) for name in _TOLD_OF_DRAFT if getattr(draft, name) != getattr(changed, name)}
            for row in (draft, changed)
        )
        self._audit.note(AuditAction.UPDATE, "invoice.draft_replaced", changed, before, after)
        return changed

    async def add_line(self, draft: Invoice, line: Mapping[str, object]) -> Invoice:
        """Add a line at the end of a draft, and recalculate the whole of it, in four statements.

        ``line`` is written as in the calculator's document (amounts are text), where it may
        have ``product_id``, ``exemption_reason`` and ``item_data`` too.

        Raises
        ------
        RuleViolation
            A rule is broken (``lines.2.kdv_rate``), or as :meth:`replace` and :meth:`as_draft`.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        operations.replaceable(draft, draft.user_id)
        return await self.replace(draft, editing.with_line(await self.as_draft(draft), line))

    async def change_line(self, draft: Invoice, line_number: int, changes: Mapping[str, object]) -> Invoice:
        """Replace members of a draft's line, and recalculate; None takes a member away.

        Raises
        ------
        RuleViolation, StaleVersion, NotFound
            There is no such line, or as :meth:`add_line`.
        """
        operations.replaceable(draft, draft.user_id)
        return await self.replace(draft, editing.with_line_changed(await self.as_draft(draft), line_number, changes))

    async def remove_line(self, draft: Invoice, line_number: int) -> Invoice:
        """Take a line out of a draft, and recalculate; the lines after it move up.

        Raises
        ------
        RuleViolation, StaleVersion, NotFound
            There is no such line, it is the only one, or as :meth:`add_line`.
        """
        operations.replaceable(draft, draft.user_id)
        return await self.replace(draft, editing.without_line(await self.as_draft(draft), line_number))

    async def delete_draft(self, draft: Invoice) -> None:
        """Delete a draft with its parts.

        Raises
        ------
        RuleViolation
            It is issued: cancel or return it.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        operations.deletable(draft)
        row = await self._executor.fetch_row(statements.DELETE_DRAFT, {"id": draft.id, "read_version": draft.version})
        if row is None:
            raise await ROWS.stale(self._executor, draft)
        self._audit.note(AuditAction.DELETE, "invoice.draft_deleted", draft, given(draft, _TOLD_OF_DRAFT), {})

    async def _store(self, rows: DraftRows) -> Invoice:
        row = await self._executor.fetch_row(statements.INSERT_DRAFT, rows.invoice)
        assert row is not None  # noqa: S101 - INSERT … RETURNING gives its row or raises
        invoice = ROWS.read(row)
        await self._store_parts([(invoice, rows)])
        self._note_drafted(invoice)
        return invoice

    async def _store_parts(self, every: Sequence[tuple[Invoice, DraftRows]]) -> None:
        lines = [
            {"line_number": place, **row, "invoice_id": invoice.id}
            for invoice, rows in every
            for place, row in enumerate(rows.lines, start=1)
        ]
        subtotals = [{**row, "invoice_id": invoice.id} for invoice, rows in every for row in rows.tax_subtotals]
        withholdings = [{**row, "invoice_id": invoice.id} for invoice, rows in every for row in rows.withholdings]
        columns = statements.PART_COLUMNS
        await self._executor.execute(
            statements.INSERT_PARTS,
            arrays("line", columns["line"], lines)
            | arrays("subtotal", columns["subtotal"], subtotals)
            | arrays("withholding", columns["withholding"], withholdings),
        )

    def _note_drafted(self, invoice: Invoice) -> None:
        self._audit.note(AuditAction.CREATE, "invoice.drafted", invoice, {}, given(invoice, _TOLD_OF_DRAFT))
