"""A published rate, and what each rule of ``exchange_rates`` refuses and barely admits."""

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
    OVER_LAST_DAY,
    Example,
)

ROW: Final = {
    "id": 12,
    "currency": "EUR",
    "rate_date": date(2026, 5, 4),
    "source": "TCMB",
    "kind": "forex_buying",
    "rate": Decimal("35.2512"),
    "unit": 1,
    "created_at": datetime(2026, 5, 4, 12, 31, tzinfo=UTC),
}

EXAMPLES: Final = {
    "ck_exchange_rates_created_at_finite": Example(
        {"created_at": BEFORE_FIRST}, {"created_at": FIRST}, ({"created_at": END},)
    ),
    "ck_exchange_rates_rate_date_finite": Example(
        {"rate_date": BEFORE_FIRST_DAY}, {"rate_date": FIRST_DAY}, ({"rate_date": OVER_LAST_DAY},)
    ),
    "ck_exchange_rates_source_length": Example({"source": "T" * 51}, {"source": "T" * 50}, ({"source": ""},)),
    "ck_exchange_rates_kind_length": Example({"kind": "k" * 31}, {"kind": "k" * 30}, ({"kind": ""},)),
    "ck_exchange_rates_rate_valid": Example(
        {"rate": Decimal("35.2512001")},
        {"rate": Decimal("35.251201")},
        (
            {"rate": Decimal(0)},
            {"rate": Decimal(1_000_000_000)},
            {"rate": Decimal("NaN")},
            {"rate": Decimal("Infinity")},
        ),
    ),
    "ck_exchange_rates_unit_positive": Example({"unit": 0}, {"unit": 1}, ({"unit": -1},)),
    "ck_exchange_rates_currency_is_foreign": Example({"currency": "TRY"}, {"currency": "GBP"}),
}
