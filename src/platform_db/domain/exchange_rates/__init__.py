"""Published exchange rates: what they are, how the central bank publishes them, what a document says of one."""

from __future__ import annotations

from platform_db.domain.exchange_rates.bulletin import MAX_BYTES, Bulletin, BulletinReport, read_bulletin
from platform_db.domain.exchange_rates.published import (
    TCMB,
    DocumentRate,
    NewRate,
    PublishedRate,
    RateKind,
    RateSeries,
)

__all__ = [
    "MAX_BYTES",
    "TCMB",
    "Bulletin",
    "BulletinReport",
    "DocumentRate",
    "NewRate",
    "PublishedRate",
    "RateKind",
    "RateSeries",
    "read_bulletin",
]
