"""Erased on request, anonymous after the term, and never before."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.domain.invoices.series import NewSeries
from platform_db.errors import NotFound, RuleViolation, StaleVersion
from tests.integration.invoices.scene import issued, refusing, register
from tests.invoice_examples import CUSTOMER, DAY, MANY_SIDED, SERIES, draft, issue_document, line

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

OLD = date(2014, 12, 31)
PERSON = {
    **CUSTOMER,
    "tax_number": "10000000146",
    "tax_office": None,
    "first_name": "Ad",
    "family_name": "Soyad",
    "email": "alici@deneme-yapi.com.tr",
    "phone": "0532 293 00 00",
}


def old(day: date = OLD, **changes: object) -> dict[str, object]:
    return issue_document(issue_date=day.isoformat(), lines=[line(kdv_rate="18")], **changes)


@pytest.mark.parametrize("state", ["draft", "issued", "cancelled"])
async def test_contact_is_erased_in_every_state_and_the_rest_stays(database: Database, user: int, state: str) -> None:
    # given an invoice with e-mail, phone and note
    async with database.unit_of_work(as_user=user) as work:
        invoice = await work.invoices.draft(draft(user, MANY_SIDED))
        if state != "draft":
            invoice = await work.invoices.issue(invoice, SERIES)
        if state == "cancelled":
            invoice = await work.invoices.cancel(invoice, "Mükerrer")
        # when they are erased
        erased = await work.invoices.erase_contact(invoice)
        again = await work.invoices.erase_contact(erased)
        with pytest.raises(StaleVersion):
            await work.invoices.erase_contact(invoice)

    # then they are gone, once, and nothing else
    contact = {"customer_email", "customer_phone", "note"}
    moved = {"version", "updated_at"}
    assert {getattr(erased, name) for name in contact} == {None}
    assert erased.model_dump(exclude=contact | moved) == invoice.model_dump(exclude=contact | moved)
    assert again == erased
    # and the log tells that, and not what they were
    async with database.unit_of_work() as work:
        entry = (await work.audit.history("invoices", invoice.id)).items[0]
    assert (entry.action, entry.event_type, entry.user_id) == ("update", "invoice.contact_erased", user)
    assert entry.payload == {"after": {"erased": ["customer_email", "customer_phone", "note"]}}


async def test_nobody_erases_what_they_do_not_see(database: Database, user: int) -> None:
    stranger = await register(database, "depo")
    async with database.unit_of_work(as_user=user) as work:
        invoice = await work.invoices.draft(draft(user, MANY_SIDED))
    with pytest.raises(NotFound):
        async with database.unit_of_work(as_user=stranger) as work:
            await work.invoices.erase_contact(invoice)


async def test_identities_go_when_the_term_is_over_and_amounts_stay(database: Database, user: int) -> None:
    # given invoices of 2014 to a person abroad, to a public buyer and one that was cancelled; and one of 2025
    abroad = old(
        profile="IHRACAT",
        type="ISTISNA",
        customer=PERSON,
        profile_data={
            "incoterms": "FOB",
            "transport_mode": "1",
            "delivery": {"address": "Speicherstraße 12", "city": "Hamburg", "country_code": "DE"},
        },
        meta={"sepet": 7},
        note="Teşekkür ederiz",
    )
    abroad["lines"] = [line(kdv_rate="0", exemption_code="301", item_data={"gtip": "847130000000"})]
    async with database.unit_of_work() as work:
        await work.invoices.ensure_series(NewSeries(series=SERIES, fiscal_year=OLD.year))
        exported = await issued(work, user, abroad)
        public = await issued(work, user, old(profile="KAMU", payment_iban="TR330006100519786457841326"))
        cancelled = await work.invoices.cancel(await issued(work, user, old()), "Ad Soyad istedi")
        recent = await issued(work, user)
        kept_draft = await work.invoices.draft(draft(user, old()))
    # when the sweep runs, two at a time
    async with database.unit_of_work() as work:
        first = await work.invoices.anonymise_due(2)
    async with database.unit_of_work() as work:
        second = await work.invoices.anonymise_due(2)
        assert await work.invoices.anonymise_due(2) == ()
        documents = [await work.invoices.document(each.id) for each in (recent, kept_draft)]

    # then the old ones are anonymous, oldest first
    assert [each.id for each in (*first, *second)] == [exported.id, public.id, cancelled.id]
    gone = first[0]
    mask = "[anonymised]"
    named = [name for name in type(gone).model_fields if name.startswith(("issuer_", "customer_"))]
    found = {name: getattr(gone, name) for name in named}
    assert {name: value for name, value in found.items() if value not in {mask, None}} == {
        "issuer_tax_number_kind": "vkn",
        "customer_tax_number_kind": "tckn",
        "customer_country_code": "TR",
    }
    assert (gone.customer_email, gone.customer_phone, gone.note, gone.meta) == (None, None, None, {})
    assert gone.profile_data == {
        "incoterms": "FOB",
        "transport_mode": "1",
        "delivery": {"address": mask, "city": mask, "country_code": "DE"},
    }
    assert first[1].payment_iban == "TR" + "0" * 24
    assert (second[0].status, second[0].cancellation_reason) == (InvoiceStatus.CANCELLED, mask)
    kept = {name for name in type(gone).model_fields if name.endswith("_cents")} | {"number", "ettn", "issue_date"}
    assert gone.model_dump(include=kept) == exported.model_dump(include=kept)
    # and the others are as they were
    assert [each.invoice for each in documents] == [recent, kept_draft]


async def test_the_sweep_is_noted_with_its_ids(database: Database, user: int) -> None:
    async with database.unit_of_work() as work:
        await work.invoices.ensure_series(NewSeries(series=SERIES, fiscal_year=OLD.year))
        made = [await issued(work, user, old()) for _ in range(2)]
    async with database.unit_of_work() as work:
        await work.invoices.anonymise_due()
    async with database.unit_of_work() as work:
        entry = (await work.audit.page(limit=1)).items[0]

    assert (entry.action, entry.event_type, entry.entity_type) == ("update", "invoice.swept_anonymised", "invoices")
    assert entry.payload == {"after": {"ids": [each.id for each in made], "count": 2}}


async def test_neither_a_user_nor_haste_makes_anonymous(database: Database, user: int, worker: Raw) -> None:
    # given an invoice whose term is over, and one whose term is not
    async with database.unit_of_work() as work:
        await work.invoices.ensure_series(NewSeries(series=SERIES, fiscal_year=OLD.year))
        await issued(work, user, old())
        await issued(work, user)
    # when the user sweeps, it is refused
    async with database.unit_of_work(as_user=user) as work:
        async with refusing(work, "ck_invoices_issued_is_immutable"):
            await work.invoices.anonymise_due()
        with pytest.raises(RuleViolation):
            await work.invoices.anonymise_due(0)
    # and the database refuses who does it by hand, too early
    with pytest.raises(Exception, match=r".") as refused:
        await worker.execute("UPDATE invoices SET customer_title = '[anonymised]' WHERE fiscal_year = $1", DAY.year)
    assert getattr(refused.value, "constraint_name", None) == "ck_invoices_anonymised_after_term"
