"""An order, and what each rule of ``orders`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from tests.parity.example import (
    BEFORE_FIRST,
    BEFORE_FIRST_DAY,
    END,
    FIRST,
    FIRST_DAY,
    LAST,
    OVER_LAST_DAY,
    Example,
    json_array,
)

_PLACED: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
_CONFIRMED: Final = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
_SHIPPED: Final = datetime(2026, 3, 3, 14, tzinfo=UTC)
_DELIVERED: Final = datetime(2026, 3, 5, 11, tzinfo=UTC)
_CHANGED: Final = datetime(2026, 3, 6, tzinfo=UTC)

ROW: Final = {
    "id": 9001,
    "order_number": "SIP-2026-009001",
    "buyer_id": 41,
    "subtotal_cents": 90_000,
    "total_cents": 111_000,
    "total_try_cents": 111_000,
    "status": "confirmed",
    "currency": "TRY",
    "exchange_rate": None,
    "exchange_rate_date": None,
    "exchange_rate_source": None,
    "cancellation_reason": None,
    "shipping_email": "depo@ornekdemir.com.tr",
    "shipping_state": "Ümraniye",
    "shipping_postal_code": "34776",
    "notes": "Kapıda bekleyin.",
    "tracking_number": "TK123456789",
    "courier": "Kargo A.Ş.",
    "tax_cents": 18_000,
    "shipping_cents": 5_000,
    "discount_cents": 2_000,
    "confirmed_at": _CONFIRMED,
    "shipped_at": None,
    "delivered_at": None,
    "cancelled_at": None,
    "estimated_delivery": _DELIVERED,
    "shipping_name": "Depo Sorumlusu",
    "shipping_phone": "+902161234567",
    "shipping_address": "Organize Sanayi Bölgesi 3. Cadde No: 12",
    "shipping_city": "İstanbul",
    "shipping_country": "TR",
    "shipping_events": [{"status": "hazırlanıyor"}],
    "created_at": _PLACED,
    "version": 2,
    "updated_at": _CHANGED,
}

_IN_DOLLARS: Final = {
    "currency": "USD",
    "total_try_cents": 3_607_500,
    "exchange_rate": Decimal("32.5"),
    "exchange_rate_date": date(2026, 3, 2),
    "exchange_rate_source": "TCMB döviz alış",
}
_OUT: Final = {"status": "shipped", "shipped_at": _SHIPPED}
_ARRIVED: Final = {"status": "delivered", "shipped_at": _SHIPPED, "delivered_at": _DELIVERED}
_ENDED: Final = {"status": "cancelled", "cancelled_at": _SHIPPED, "cancellation_reason": "Stokta yok"}
_ONE: Final = {"subtotal_cents": 1, "tax_cents": 0, "shipping_cents": 0, "discount_cents": 0}
_ALL_DAY: Final = {"status": "refunded", "confirmed_at": None, "shipped_at": None, "delivered_at": None}

EXAMPLES: Final = {
    "ck_orders_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_orders_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_orders_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_orders_updated_after_created": Example(
        {"created_at": _PLACED, "updated_at": datetime(2026, 3, 2, 8, 59, 59, 999999, tzinfo=UTC)},
        {"created_at": _PLACED, "updated_at": _PLACED},
    ),
    "ck_orders_order_number_length": Example(
        {"order_number": "S" * 51}, {"order_number": "S" * 50}, ({"order_number": ""},)
    ),
    "ck_orders_subtotal_non_negative": Example(
        {"subtotal_cents": -1, "tax_cents": 93_001, "shipping_cents": 18_000, "discount_cents": 0},
        {"subtotal_cents": 0, "tax_cents": 93_000, "shipping_cents": 18_000, "discount_cents": 0},
    ),
    "ck_orders_total_positive": Example(
        {**_ONE, "discount_cents": 1, "total_cents": 0, "total_try_cents": 0},
        {**_ONE, "discount_cents": 0, "total_cents": 1, "total_try_cents": 1},
    ),
    "ck_orders_exchange_rate_valid": Example(
        {**_IN_DOLLARS, "exchange_rate": Decimal("32.5000001")},
        {**_IN_DOLLARS, "exchange_rate": Decimal("32.500001")},
        (
            {**_IN_DOLLARS, "exchange_rate": Decimal(0), "total_try_cents": 0},
            {**_IN_DOLLARS, "exchange_rate": Decimal(1_000_000_000), "total_try_cents": 111_000_000_000_000},
        ),
    ),
    "ck_orders_exchange_rate_date_finite": Example(
        {**_IN_DOLLARS, "exchange_rate_date": BEFORE_FIRST_DAY},
        {**_IN_DOLLARS, "exchange_rate_date": FIRST_DAY},
        ({**_IN_DOLLARS, "exchange_rate_date": OVER_LAST_DAY},),
    ),
    "ck_orders_exchange_rate_source_length": Example(
        {**_IN_DOLLARS, "exchange_rate_source": "T" * 51},
        {**_IN_DOLLARS, "exchange_rate_source": "T" * 50},
        ({**_IN_DOLLARS, "exchange_rate_source": ""},),
    ),
    "ck_orders_cancellation_reason_length": Example(
        {**_ENDED, "cancellation_reason": "ç" * 501},
        {**_ENDED, "cancellation_reason": "ç" * 500},
        ({**_ENDED, "cancellation_reason": ""},),
    ),
    "ck_orders_shipping_email_length": Example(
        {"shipping_email": "d" * 255}, {"shipping_email": "d" * 254}, ({"shipping_email": ""},)
    ),
    "ck_orders_shipping_state_length": Example(
        {"shipping_state": "Ü" * 101}, {"shipping_state": "Ü" * 100}, ({"shipping_state": ""},)
    ),
    "ck_orders_shipping_postal_code_length": Example(
        {"shipping_postal_code": "3" * 21}, {"shipping_postal_code": "3" * 20}, ({"shipping_postal_code": ""},)
    ),
    "ck_orders_notes_length": Example({"notes": "ö" * 4001}, {"notes": "ö" * 4000}, ({"notes": ""},)),
    "ck_orders_tracking_number_length": Example(
        {"tracking_number": "T" * 101}, {"tracking_number": "T" * 100}, ({"tracking_number": ""},)
    ),
    "ck_orders_courier_length": Example({"courier": "K" * 101}, {"courier": "K" * 100}, ({"courier": ""},)),
    "ck_orders_tax_non_negative": Example(
        {"tax_cents": -1, "subtotal_cents": 108_001}, {"tax_cents": 0, "subtotal_cents": 108_000}
    ),
    "ck_orders_shipping_non_negative": Example(
        {"shipping_cents": -1, "subtotal_cents": 95_001}, {"shipping_cents": 0, "subtotal_cents": 95_000}
    ),
    "ck_orders_discount_non_negative": Example(
        {"discount_cents": -1, "subtotal_cents": 87_999}, {"discount_cents": 0, "subtotal_cents": 88_000}
    ),
    "ck_orders_confirmed_at_finite": Example(
        {"confirmed_at": END}, {"confirmed_at": LAST}, ({"confirmed_at": BEFORE_FIRST},)
    ),
    "ck_orders_shipped_at_finite": Example(
        {**_OUT, "shipped_at": END},
        {**_OUT, "shipped_at": LAST},
        ({**_ALL_DAY, "shipped_at": BEFORE_FIRST},),
    ),
    "ck_orders_delivered_at_finite": Example(
        {**_ARRIVED, "delivered_at": END},
        {**_ARRIVED, "delivered_at": LAST},
        ({**_ALL_DAY, "delivered_at": BEFORE_FIRST},),
    ),
    "ck_orders_cancelled_at_finite": Example(
        {**_ENDED, "cancelled_at": END}, {**_ENDED, "cancelled_at": LAST}, ({**_ENDED, "cancelled_at": BEFORE_FIRST},)
    ),
    "ck_orders_estimated_delivery_finite": Example(
        {"estimated_delivery": BEFORE_FIRST}, {"estimated_delivery": FIRST}, ({"estimated_delivery": END},)
    ),
    "ck_orders_shipping_name_length": Example({"shipping_name": "Ç" * 201}, {"shipping_name": "Ç" * 200}),
    "ck_orders_shipping_name_not_empty": Example({"shipping_name": " \t"}, {"shipping_name": " \tA"}),
    "ck_orders_shipping_phone_not_empty": Example(
        {"shipping_phone": "+90216123456"},
        {"shipping_phone": "+902161234567"},
        ({"shipping_phone": ""}, {"shipping_phone": "+49301234567\n"}, {"shipping_phone": "+0301234567"}),
    ),
    "ck_orders_shipping_address_length": Example(
        {"shipping_address": "A" * 1001}, {"shipping_address": "A" * 1000}, ({"shipping_address": ""},)
    ),
    "ck_orders_shipping_city_length": Example(
        {"shipping_city": "İ" * 101}, {"shipping_city": "İ" * 100}, ({"shipping_city": ""},)
    ),
    "ck_orders_shipping_country_format": Example(
        {"shipping_country": "tr"},
        {"shipping_country": "TR"},
        ({"shipping_country": "TR\n"}, {"shipping_country": "TİR"}, {"shipping_country": "Tİ"}),
    ),
    "ck_orders_shipping_events_array": Example({"shipping_events": {}}, {"shipping_events": []}),
    "ck_orders_shipping_events_size": Example(
        {"shipping_events": json_array(65_537)}, {"shipping_events": json_array(65_536)}
    ),
    "ck_orders_total_calculation": Example(
        {"total_cents": 111_001, "total_try_cents": 111_001}, {"total_cents": 111_000, "total_try_cents": 111_000}
    ),
    "ck_orders_discount_within_subtotal": Example(
        {"discount_cents": 90_001, "tax_cents": 106_001}, {"discount_cents": 90_000, "tax_cents": 106_000}
    ),
    "ck_orders_currency_policy": Example(
        {**_IN_DOLLARS, "currency": "TRY"},
        {**_IN_DOLLARS, "currency": "USD"},
        (
            {"currency": "USD"},
            {**_IN_DOLLARS, "exchange_rate_date": None},
            {**_IN_DOLLARS, "exchange_rate_source": None},
            {"exchange_rate_date": date(2026, 3, 2)},
            {"exchange_rate_source": "TCMB döviz alış"},
        ),
    ),
    "ck_orders_total_try_is_converted": Example(
        {**_IN_DOLLARS, "total_try_cents": 3_607_501},
        {**_IN_DOLLARS, "total_try_cents": 3_607_500},
        ({"total_try_cents": 110_999}, {**_IN_DOLLARS, "exchange_rate": Decimal("32.500005")}),
    ),
    "ck_orders_timestamps_match_status": Example(
        {"status": "pending", "confirmed_at": _CONFIRMED},
        {"status": "pending", "confirmed_at": None},
        (
            {"status": "confirmed", "confirmed_at": None},
            {"status": "confirmed", "shipped_at": _SHIPPED},
            {"status": "processing", "confirmed_at": None},
            {"status": "processing", "shipped_at": _SHIPPED},
            {"status": "shipped", "shipped_at": None},
            {**_ARRIVED, "status": "shipped"},
            {"status": "delivered", "shipped_at": _SHIPPED, "delivered_at": None},
        ),
    ),
    "ck_orders_timestamps_ascend": Example(
        {**_ARRIVED, "delivered_at": datetime(2026, 3, 3, 13, 59, 59, 999999, tzinfo=UTC)},
        {**_ARRIVED, "delivered_at": _SHIPPED},
        ({**_OUT, "shipped_at": datetime(2026, 3, 2, 9, 4, 59, 999999, tzinfo=UTC)},),
    ),
    "ck_orders_cancelled_at_matches_status": Example(
        {**_ENDED, "status": "refunded"},
        {**_ENDED, "status": "cancelled"},
        ({"status": "cancelled"},),
    ),
    "ck_orders_cancelled_has_reason": Example(
        {**_ENDED, "cancellation_reason": None},
        {**_ENDED, "cancellation_reason": "-"},
        ({"cancellation_reason": "Stokta yok"},),
    ),
}
