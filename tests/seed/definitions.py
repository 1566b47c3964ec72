"""What the catalog must say, written by hand in ``definitions/*.tsv`` and not read from the models."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

__all__ = ["Column", "ForeignKey", "Index", "Unique", "columns", "foreign_keys", "indexes", "labels", "lines", "unique"]

_FOLDER: Final = Path(__file__).with_name("definitions")
GIN_OPTIONS: Final = "WITH (fastupdate = on, gin_pending_list_limit = 4096)"


def lines(path: Path) -> list[dict[str, str]]:
    """The lines of a table of tab-separated text, by the titles of its first line."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@dataclass(frozen=True, slots=True)
class Column:
    """A column; its default as SQL, ``identity``, or ``generated: …``."""

    table: str
    name: str
    type: str
    nullable: bool
    default: str

    @property
    def sql(self) -> str:
        """The column within CREATE TABLE."""
        null = "" if self.nullable else "NOT NULL"
        return f"{self.name} {self.type} {self._filled} {null}"

    @property
    def _filled(self) -> str:
        if self.default == "identity":
            return "GENERATED ALWAYS AS IDENTITY"
        if self.default.startswith("generated: "):
            return f"GENERATED ALWAYS AS ({self.default.removeprefix('generated: ')}) STORED"
        return f"DEFAULT {self.default}" if self.default else ""


@dataclass(frozen=True, slots=True)
class Index:
    """An index that is no constraint's."""

    name: str
    table: str
    is_unique: bool
    method: str
    definition: str

    def sql(self, name: str) -> str:
        """CREATE INDEX under another name."""
        listed, where, predicate = self.definition.partition(" WHERE ")
        options = f" {GIN_OPTIONS}" if self.method == "gin" else ""
        kind = "UNIQUE INDEX" if self.is_unique else "INDEX"
        return f"CREATE {kind} {name} ON {self.table} USING {self.method} {listed}{options}{where}{predicate}"


@dataclass(frozen=True, slots=True)
class Unique:
    """A UNIQUE or EXCLUDE constraint, as ``pg_get_constraintdef`` writes it."""

    name: str
    table: str
    definition: str


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key and what deleting the parent does."""

    name: str
    table: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    action: str

    @property
    def definition(self) -> str:
        """As ``pg_get_constraintdef`` writes it."""
        own, theirs = ", ".join(self.columns), ", ".join(self.parent_columns)
        return f"FOREIGN KEY ({own}) REFERENCES {self.parent}({theirs}) ON DELETE {self.action}"


@cache
def columns() -> tuple[Column, ...]:
    return tuple(
        Column(line["table"], line["column"], line["type"], line["null"] == "yes", line["default"])
        for line in lines(_FOLDER / "columns.tsv")
    )


@cache
def labels() -> dict[str, tuple[str, ...]]:
    return {line["type"]: tuple(line["labels"].split(", ")) for line in lines(_FOLDER / "labels.tsv")}


@cache
def indexes() -> tuple[Index, ...]:
    return tuple(
        Index(line["name"], line["table"], line["unique"] == "unique", line["method"], line["definition"])
        for line in lines(_FOLDER / "indexes.tsv")
    )


@cache
def unique() -> tuple[Unique, ...]:
    return tuple(Unique(line["name"], line["table"], line["definition"]) for line in lines(_FOLDER / "unique.tsv"))


@cache
def foreign_keys() -> tuple[ForeignKey, ...]:
    return tuple(
        ForeignKey(
            line["name"],
            line["table"],
            tuple(line["columns"].split(", ")),
            line["parent"],
            tuple(line["parent columns"].split(", ")),
            line["on delete"],
        )
        for line in lines(_FOLDER / "foreign_keys.tsv")
    )
