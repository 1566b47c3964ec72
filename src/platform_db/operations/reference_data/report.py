"""What a run of seeding found and did."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Difference", "SeedReport", "TableReport"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored row that is not what the package says: its natural key, and the columns; never their values."""

    key: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableReport:
    """What became of the package's rows in one table.

    Attributes
    ----------
    inserted, updated
        Rows that were stored, and rows that were set to the package's values, by natural key.
    unchanged
        How many were there as the package has them.
    different
        Rows that were left as somebody made them.
    extra
        Rows that the package does not know, where the table should hold nothing else.
    unverified
        How many of the package's rows no reliable text confirms; they are stored so marked.
    """

    table: str
    inserted: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: int
    different: tuple[Difference, ...]
    extra: tuple[str, ...]
    unverified: int

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        return {
            "table": self.table,
            "inserted": list(self.inserted),
            "updated": list(self.updated),
            "unchanged": self.unchanged,
            "different": [{"key": row.key, "columns": list(row.columns)} for row in self.different],
            "extra": list(self.extra),
            "unverified": self.unverified,
        }


@dataclass(frozen=True, slots=True)
class SeedReport:
    """What became of every table's rows."""

    tables: tuple[TableReport, ...]

    @property
    def has_extra(self) -> bool:
        """Whether a table holds rows that this package does not know and that are in force beside its own."""
        return any(table.extra for table in self.tables)

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        return {"has_extra": self.has_extra, "tables": [table.as_json() for table in self.tables]}
