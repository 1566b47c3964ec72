"""A table as CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

__all__ = ["Cell", "csv_text"]

Cell = str | int | Decimal | None
"""A text, a count, an amount or nothing."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, wide forms too, and blanks that it skips."""


def csv_text(header: Iterable[str], rows: Iterable[Iterable[Cell]]) -> str:
    r"""Write a table as RFC 4180 has it: commas, quotes where needed, CRLF at the end of each row.

    Amounts are plain (``-1234.50``) whatever the locale. A *text* that a spreadsheet would take for a
    formula gets an apostrophe before it, which the spreadsheet shows as text (OWASP, CSV injection);
    a number never does.

    Examples
    --------
    >>> csv_text(["name", "sum"], [["Çelik, sac", Decimal("-5.00")], ["=1+1", None]])
    'name,sum\r\n"Çelik, sac",-5.00\r\n\'=1+1,\r\n'
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return written.getvalue()


def _cell(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Decimal():
            return format(cell, "f")
        case int():
            return str(cell)
        case str():
            return f"'{cell}" if cell.startswith(_FORMULA) else cell
