"""Register a customer, draft and issue an invoice, record its payment: the README's example."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal

from platform_db import (
    Customer,
    InvoiceDraft,
    Issuer,
    NewPayment,
    NewSeries,
    NewUser,
    RuleViolation,
    opened_database,
    parse_document,
)

ISSUER = Issuer(
    title="Örnek Makina Sanayi A.Ş.", tax_number="1234567890", tax_office="Ostim",
    address="100. Yıl Bulvarı 12", district="Yenimahalle", city="Ankara",
)  # fmt: skip
CUSTOMER = Customer(
    title="Deneme Kalıp Ltd. Şti.", tax_number="0150015264", tax_office="Gebze",
    address="Sanayi Caddesi 7", district="Gebze", city="Kocaeli",
)  # fmt: skip
DOCUMENT = {
    "issue_date": "2026-05-04", "currency": "TRY", "profile": "TICARIFATURA", "type": "SATIS",
    "lines": [{"description": "CNC işleme", "quantity": "2.5", "unit": "HUR", "unit_price": "1400", "kdv_rate": "20"}],
}  # fmt: skip


async def main() -> None:
    async with opened_database() as database:  # PLATFORM_DB_URL, or the embedded server
        try:
            async with database.unit_of_work() as work:  # one transaction; rolled back if anything fails
                user = await work.users.register(NewUser(email="muhasebe@deneme-kalip.com.tr", phone="0532 123 45 67"))
                await work.invoices.ensure_series(NewSeries(series="ABC", fiscal_year=2026))
                draft = await work.invoices.draft(
                    InvoiceDraft(user_id=user.id, document=parse_document(DOCUMENT), issuer=ISSUER, customer=CUSTOMER)
                )
                invoice = await work.invoices.issue(draft, "ABC")  # takes the number, last and without gaps
                payment = await work.payments.record(
                    NewPayment(
                        user_id=user.id,
                        invoice_id=invoice.id,
                        amount=Decimal("4200.00"),
                        provider="banka",
                        provider_ref="EFT-1",
                    )
                )
                await work.payments.complete(payment, datetime.now(UTC))
                paid = await work.invoices.get(invoice.id)
        except RuleViolation as refused:
            for broken in refused.violations:  # every broken rule; nothing was stored
                print(broken.rule, broken.fields, broken.message)
        else:
            print(paid.number, paid.status, paid.payable, invoice.ettn)


if __name__ == "__main__":
    asyncio.run(main())
