"""What every marker answers, and how a column is kept where its type does not say it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from annotated_types import GroupedMetadata

from platform_db.domain.rules import Rule

__all__ = ["Column", "Marker"]


class Marker(GroupedMetadata):
    """What every marker answers: its column type, its constraints, its rules."""

    sql_type: ClassVar[str]

    @abstractmethod
    def __iter__(self) -> Iterator[object]: ...

    @abstractmethod
    def rules(self, field: str) -> Iterator[Rule]:
        """The CHECKs that follow from the annotation of ``field``."""
        ...


@dataclass(frozen=True, slots=True)
class Column:
    """How a column is kept, where the field's type does not say it.

    Attributes
    ----------
    server_default
        An SQL expression; the server makes the value when none is given.
    identity
        ``GENERATED ALWAYS AS IDENTITY``.
    bytewise
        ``COLLATE "C"``: compared and paged byte by byte on every system.
    sql_type
        The column's type, where no marker says it.
    generated
        ``GENERATED ALWAYS AS (…) STORED``: the server computes the value from the row's other
        columns, by this SQL expression; no statement may name the column to write it.
    """

    server_default: str | None = None
    identity: bool = False
    bytewise: bool = False
    sql_type: str | None = None
    generated: str | None = None
