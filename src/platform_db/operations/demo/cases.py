"""The worked invoices: what their sources publish, and the whole documents that are issued from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import orjson

from platform_db.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Completion", "WorkedCase", "examples_directory", "load_cases", "load_completion"]

WORKED: Final = "worked_invoices.json"
PARTIES: Final = "demo_parties.json"

_PACKAGE: Final = Path(__file__).resolve().parents[2]
_ISSUE_DATE: Final = "{issue_date}"
"""Stands for the document's own date in the data file."""

Document = dict[str, object]


@dataclass(frozen=True, slots=True)
class WorkedCase:
    """One published invoice: the calculator's input, and every figure its source states."""

    id: str
    source: str
    given: Document
    expected: Document

    @property
    def issue_date(self) -> str:
        """``YYYY-MM-DD``, which sorts as the days do."""
        return str(self.given["issue_date"])


@dataclass(frozen=True, slots=True)
class Completion:
    """What turns a calculator's input into an invoice that may be issued: parties, and what a profile asks for."""

    base: Document
    entries: tuple[Document, ...]
    draft: Document
    """An invoice of no source: the draft that is attacked."""

    def complete(self, given: Mapping[str, object]) -> Document:
        """The document with everything that ``invoice issue`` wants, except the series."""
        document: Document = {**given, **self.base}
        lines = [dict(line) for line in cast("list[Document]", given["lines"])]
        for entry in self.entries:
            if not _fits(cast("Mapping[str, list[str]]", entry["when"]), given):
                continue
            document = _merged(document, cast("Document", entry.get("document", {})))
            lines = [_merged(line, cast("Document", entry.get("line", {}))) for line in lines]
        dated = {name: given["issue_date"] for name, value in document.items() if value == _ISSUE_DATE}
        return {**document, **dated, "lines": lines}


def examples_directory() -> Path:
    """The folder of the example data: of a checkout, or inside the installed package.

    Raises
    ------
    ConfigurationError
        Neither: the package was copied without its examples.
    """
    installed = _PACKAGE / "_examples" / "data"
    # <checkout>/src/platform_db: the folder beside src, if it is ours and not just any of that name.
    checkout = _PACKAGE.parents[1] / "examples" / "data"
    for folder in (installed, checkout):
        if (folder / WORKED).is_file() and (folder / PARTIES).is_file():
            return folder
    message = "this installation of platform_db lacks its worked invoices: install the wheel, or work in a checkout"
    raise ConfigurationError(message)


def load_cases() -> tuple[WorkedCase, ...]:
    """Every worked invoice, in the order of the file."""
    cases = cast("list[Document]", _read(WORKED)["cases"])
    return tuple(
        WorkedCase(
            id=str(case["id"]),
            source=str(case["source"]),
            given=cast("Document", case["input"]),
            expected=cast("Document", case["expected"]),
        )
        for case in cases
    )


def load_completion() -> Completion:
    """What the worked invoices lack to be issued."""
    data = _read(PARTIES)
    return Completion(
        base=cast("Document", data["document"]),
        entries=tuple(cast("list[Document]", data["entries"])),
        draft=cast("Document", data["draft"]),
    )


@cache
def _read(name: str) -> Document:
    return cast("Document", orjson.loads((examples_directory() / name).read_bytes()))


def _fits(when: Mapping[str, list[str]], given: Mapping[str, object]) -> bool:
    lines = cast("list[Document]", given["lines"])
    codes = {line.get("exemption_code") for line in lines}
    return all(
        bool(codes & set(wanted)) if name == "exemption_code" else given.get(name) in wanted
        for name, wanted in when.items()
    )


def _merged(under: Document, over: Document) -> Document:
    """``over`` wins; what the profile asks for is joined, a party is replaced whole."""
    merged = {**under, **over}
    for name in ("profile_data", "item_data"):
        if name in under and name in over:
            merged[name] = {**cast("Document", under[name]), **cast("Document", over[name])}
    return merged
