"""What the triggers of an invoice refuse: truths over several rows, tables or states."""

from __future__ import annotations

from typing import Final

from platform_db.domain.rules import Guard, Message

__all__ = ["GUARDS"]

GUARDS: Final = (
    Guard("begins_as_draft", ("status",), Message("Fatura taslak olarak başlar", "An invoice begins as a draft")),
    Guard(
        "transition_allowed", ("status",), Message("Bu durum geçişi yapılamaz", "The invoice cannot take this state")
    ),
    Guard(
        "number_is_allocated",
        ("number", "series", "fiscal_year", "sequence"),
        Message("Numarayı açık bir seriden veritabanı verir", "The database gives the number, from an active series"),
    ),
    Guard("issued_is_immutable", (), Message("Kesilmiş fatura değiştirilemez", "An issued invoice does not change")),
    Guard("issued_is_kept", (), Message("Kesilmiş fatura silinemez", "An issued invoice is not deleted")),
    Guard(
        "paid_is_sum_of_payments",
        ("paid_cents", "refunded_cents", "status"),
        Message("Ödenen tutar, ödemelerin toplamıdır", "What is paid is the sum of the payments"),
    ),
    Guard(
        "anonymised_after_term",
        (),
        Message("Kimlik bilgisi yasal süreden önce silinemez", "Identity is not removed before the legal term ends"),
    ),
    Guard(
        "issue_date_not_in_future",
        ("issue_date",),
        Message("Düzenleme tarihi gelecekte olamaz", "The issue date must not lie in the future"),
    ),
    Guard("has_lines", (), Message("Faturanın en az bir satırı olmalıdır", "An invoice has at least one line")),
    Guard(
        "is_sum_of_lines",
        (),
        Message("Toplamlar satırların toplamı değildir", "The totals are not the sum of the lines"),
    ),
    Guard(
        "profile_data_complete",
        ("profile_data",),
        Message("Senaryonun veya tipin istediği bilgi eksik", "What the profile or type asks for is missing"),
    ),
    Guard(
        "return_has_reference",
        ("return_of_invoice_id", "return_of_number", "return_of_issue_date"),
        Message("İade, iade edilen faturayı gösterir", "A return names the invoice it returns"),
    ),
    Guard(
        "returned_within_sold",
        ("return_of_invoice_id",),
        Message(
            "İadeler, satılandan fazla olamaz; iade edilen fatura iptal edilemez",
            "Returns give back no more than was sold, and what was returned is not cancelled",
        ),
    ),
    Guard(
        "technology_buyer_is_tckn",
        ("customer_tax_number_kind",),
        Message("Teknoloji desteği alıcısının TCKN'si olmalıdır", "The buyer of a TEKNOLOJIDESTEK invoice has a TCKN"),
    ),
    Guard(
        "order_is_confirmed",
        ("order_id",),
        Message(
            "Fatura yalnız onaylanmış, iptal ya da iade edilmemiş sipariş için düzenlenir",
            "Only an order that is confirmed, and neither cancelled nor refunded, is invoiced",
        ),
    ),
    Guard(
        "order_invoiced_once",
        ("order_id",),
        Message(
            "Siparişin iptal ya da bütünüyle iade edilmemiş bir faturası var",
            "The order has an invoice that is neither cancelled nor returned whole",
        ),
    ),
    Guard("append_only", (), Message("Bu tablo boşaltılamaz", "This table cannot be truncated")),
)
