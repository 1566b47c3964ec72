"""The table of published exchange rates: everybody reads it, and nobody changes a rate."""

from __future__ import annotations

from platform_db.domain.exchange_rates import PublishedRate
from platform_db.domain.rules import Message
from platform_db.schema.metadata import table, unique
from platform_db.schema.roles import Role

__all__ = ["exchange_rates"]

exchange_rates = table(
    PublishedRate,
    unique(
        "currency",
        "rate_date",
        "source",
        "kind",
        message=Message(
            "Kaynağın bu güne ait bu türden kuru zaten kayıtlı",
            "This rate of the source is already recorded for the day",
        ),
    ),
    recorded=True,
    grants={
        Role.APP: {"SELECT": None},
        Role.WORKER: {"SELECT": None, "INSERT": None},
        Role.READONLY: {"SELECT": None},
        Role.AUDITOR: {"SELECT": None},
    },
)
