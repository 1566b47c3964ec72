"""Which locks the safe way of adding a constraint takes."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_db.operations.preflight.declared import Kind

__all__ = ["LOCKS", "Locks"]


@dataclass(frozen=True, slots=True)
class Locks:
    """The locks of one way of adding a constraint.

    Attributes
    ----------
    adding
        Held for a moment, while the catalog changes.
    proving
        Held while the rows are read, which takes the estimated time.
    """

    adding: str
    proving: str


_MOMENT: Final = "ACCESS EXCLUSIVE"
_GENTLE: Final = "SHARE UPDATE EXCLUSIVE"

_ON_BOTH: Final = f"{_GENTLE}, ROW SHARE on the parent"

LOCKS: Final[Mapping[Kind, Locks]] = MappingProxyType(
    {
        # ADD … NOT VALID, then VALIDATE CONSTRAINT
        "check": Locks(adding=_MOMENT, proving=_GENTLE),
        "not_null": Locks(adding=_MOMENT, proving=_GENTLE),
        "foreign_key": Locks(adding="SHARE ROW EXCLUSIVE on both tables", proving=_ON_BOTH),
        # CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX
        "unique": Locks(adding=_MOMENT, proving=_GENTLE),
        "primary_key": Locks(adding=_MOMENT, proving=_GENTLE),
        "unique_index": Locks(adding=_GENTLE, proving=_GENTLE),
        # There is no gentle way: neither reads nor writes go on while the index is built, or the table rewritten.
        "exclusion": Locks(adding=_MOMENT, proving=_MOMENT),
        "type": Locks(adding=_MOMENT, proving=_MOMENT),
    },
)
"""By kind of constraint; ``type`` is ALTER COLUMN … TYPE."""
