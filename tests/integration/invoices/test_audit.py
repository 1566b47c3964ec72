"""Every operation leaves an entry, and no entry names a party."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from tests.integration.invoices.scene import issued
from tests.invoice_examples import MANY_SIDED, draft, issue_document, line

if TYPE_CHECKING:
    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.repositories.work import Database, Work


async def test_every_operation_leaves_an_entry_without_a_party(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        final = await issued(work, user, MANY_SIDED)
        sent = await work.invoices.mark_sent(final)
        await work.invoices.cancel(sent, "Ayşe Örnek adına kesilmeliydi")
        gone = await work.invoices.draft(draft(user))
        await work.invoices.delete_draft(gone)
    async with database.unit_of_work() as work:
        entries = (await work.audit.history("invoices", final.id)).items
        deleted = (await work.audit.history("invoices", gone.id)).items

    assert [entry.event_type for entry in reversed(entries)] == [
        "invoice.drafted",
        "invoice.issued",
        "invoice.sent",
        "invoice.cancelled",
    ]
    assert entries[2].payload == {"before": {"status": "draft"}, "after": {"status": "issued", "number": final.number}}
    assert entries[0].payload["before"] == {"status": "sent", "cancelled_at": None, "cancellation_reason": None}
    assert cast("dict[str, object]", entries[0].payload["after"])["cancellation_reason"] == "[personal]"
    assert deleted[0].event_type == "invoice.draft_deleted"
    assert {entry.user_id for entry in (*entries, *deleted)} == {user}
    told = " ".join(str(entry.payload) for entry in (*entries, *deleted))
    assert not any(name in told for name in ("Deneme", "11111111111", "0150015264", "2930000", "Teşekkür", "Ayşe"))


async def test_an_amount_beyond_a_doubles_digits_stands_as_text_in_the_log(database: Database, user: int) -> None:
    document = issue_document(lines=[line(quantity="1", unit_price="99999999999999.99")])

    async with database.unit_of_work(as_user=user) as work:
        made = await work.invoices.draft(draft(user, document))
    async with database.unit_of_work() as work:
        entry = (await work.audit.history("invoices", made.id)).items[0]

    told = cast("dict[str, object]", entry.payload["after"])
    assert made.payable_cents == 11999999999999999
    assert (told["payable_cents"], told["kdv_cents"]) == ("11999999999999999", 2000000000000000)


async def test_what_is_rolled_back_leaves_no_entry(database: Database, user: int) -> None:
    made: list[Invoice] = []

    async def changes_its_mind(work: Work) -> None:
        made.append(await work.invoices.draft(draft(user)))
        raise LookupError

    with pytest.raises(LookupError):
        await database.run(changes_its_mind, as_user=user)

    async with database.unit_of_work() as work:
        assert (await work.audit.history("invoices", made[0].id)).items == ()
