"""This library's own tables, mapped to plain classes for the ORM and for advanced-alchemy."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import registry, relationship

from platform_db.schema.all_tables import metadata

__all__ = [
    "WRITTEN_OF_ENTRY",
    "EntryEntity",
    "InvoiceEntity",
    "LineEntity",
    "SubtotalEntity",
    "UserEntity",
    "WithholdingEntity",
]

WRITTEN_OF_ENTRY: Final = ("id", "user_id", "action", "entity_type", "entity_id", "event_type", "payload")
"""The other columns of audit_logs are the trigger's, and no role may write them."""


class UserEntity:
    id: int


class LineEntity:
    id: int


class SubtotalEntity:
    id: int


class WithholdingEntity:
    id: int


class InvoiceEntity:
    id: int
    lines: list[LineEntity]
    tax_subtotals: list[SubtotalEntity]
    withholdings: list[WithholdingEntity]


class EntryEntity:
    id: int


_tables: Final = metadata.tables
_mapped: Final = registry()
_mapped.map_imperatively(UserEntity, _tables["users"])
_mapped.map_imperatively(LineEntity, _tables["invoice_lines"])
_mapped.map_imperatively(SubtotalEntity, _tables["invoice_tax_subtotals"])
_mapped.map_imperatively(WithholdingEntity, _tables["invoice_withholdings"])
_mapped.map_imperatively(
    InvoiceEntity,
    _tables["invoices"],
    properties={
        "lines": relationship(LineEntity),
        "tax_subtotals": relationship(SubtotalEntity),
        "withholdings": relationship(WithholdingEntity),
    },
)
_mapped.map_imperatively(EntryEntity, _tables["audit_logs"], include_properties=list(WRITTEN_OF_ENTRY))
