"""Where each box stands: contexts as panels of a page, parents to the left of their children."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from platform_db.operations.documentation.boxes import STEP

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from platform_db.operations.documentation.boxes import Box

__all__ = ["Page", "Panel", "Place", "arrange"]

MARGIN: Final = 40
_TITLE: Final = 30
_TITLE_LETTER: Final = 11
_BETWEEN_COLUMNS: Final = 70
_BETWEEN_BOXES: Final = 30
_BETWEEN_PANELS: Final = 30
_INSIDE: Final = 30
_TOP: Final = 60

_SHEET: Final = ((("Identity", "Licensing"), ("Billing",)), (("Engineering",), ("Commerce",)), (("Platform",),))
"""The rows of the page, each of stacks of panels from left to right."""

_COLUMNS: Final = {"Platform": 5, "Billing": 4, "Engineering": 4}
"""How many columns of boxes a panel may have; two where nothing is said."""


@dataclass(frozen=True, slots=True)
class Place:
    """A box with its upper left corner."""

    box: Box
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Panel:
    """A context on the page."""

    title: str
    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    def holds(self, place: Place) -> bool:
        """Whether a box stands in this panel."""
        return self.x <= place.x < self.right and self.y <= place.y < self.bottom

    @property
    def title_width(self) -> int:
        return _TITLE_LETTER * len(self.title) + _INSIDE

    @property
    def title_height(self) -> int:
        return _TITLE


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that stands on the page; sizes in pixels."""

    width: int
    height: int
    panels: tuple[Panel, ...]
    places: Mapping[str, Place]


def arrange(by_context: Mapping[str, Sequence[Box]]) -> Page:
    """Give every box its place; panels fill their rows."""
    panels: list[list[list[Panel]]] = []
    places: dict[str, Place] = {}
    top = _TOP
    for row in _SHEET:
        left = MARGIN
        stacks: list[list[Panel]] = []
        for stack in row:
            y = top
            stacked: list[Panel] = []
            for context in (name for name in stack if name in by_context):
                panel, inside = _panel(context, by_context[context], left, y)
                stacked.append(panel)
                places.update(inside)
                y = panel.bottom + _BETWEEN_PANELS
            stacks.append(stacked)
            left = max(panel.right for panel in stacked) + _BETWEEN_PANELS
        panels.append(stacks)
        top = max(stacked[-1].bottom for stacked in stacks) + _BETWEEN_PANELS
    right = max(panel.right for stacks in panels for stacked in stacks for panel in stacked)
    filled = tuple(panel for stacks in panels for panel in _filled(stacks, right))
    return Page(right + MARGIN, top - _BETWEEN_PANELS + MARGIN, filled, places)


def _filled(stacks: Sequence[Sequence[Panel]], right: int) -> Iterator[Panel]:
    """The panels of a row, grown to one height and to the width of the page."""
    bottom = max(stack[-1].bottom for stack in stacks)
    for stack in stacks:
        edge = right if stack is stacks[-1] else max(panel.right for panel in stack)
        for panel in stack:
            low = bottom if panel is stack[-1] else panel.bottom
            yield replace(panel, width=edge - panel.x, height=low - panel.y)


def _panel(context: str, boxes: Sequence[Box], left: int, top: int) -> tuple[Panel, dict[str, Place]]:
    x, bottom = left + _INSIDE, top
    places: dict[str, Place] = {}
    for column in _columns(boxes, _COLUMNS.get(context, 2)):
        y = top + _TITLE + STEP
        for box in column:
            places[box.table] = Place(box, x, y)
            y += box.height + _BETWEEN_BOXES
        bottom = max(bottom, y)
        x += max(box.width for box in column) + _BETWEEN_COLUMNS
    width = x - _BETWEEN_COLUMNS + _INSIDE - left
    return Panel(context, left, top, width, bottom - _BETWEEN_BOXES + _INSIDE - top), places


def _columns(boxes: Sequence[Box], most: int) -> list[list[Box]]:
    """Parents before children; what refers to nothing here fills the shortest column."""
    here = {box.table for box in boxes}
    parents = {box.table: set(_parents(box)) & here - {box.table} for box in boxes}
    tied = {table for child, of in parents.items() if of for table in (child, *of)}
    columns: list[list[Box]] = [[] for _ in range(most)]
    for box in boxes:
        if box.table in tied:
            columns[min(_depth(box.table, parents), most - 1)].append(box)
    order = {box.table: place for column in columns for place, box in enumerate(column)}
    columns = [sorted(column, key=lambda box: _pull(box, order, parents)) for column in columns]
    for box in boxes:
        if box.table not in tied:
            min(columns, key=_height).append(box)
    return [column for column in columns if column]


def _parents(box: Box) -> Iterator[str]:
    for row in box.rows:
        if row.reference is not None and row.reference.drawn:
            yield row.reference.target


def _depth(table: str, parents: Mapping[str, set[str]]) -> int:
    return max((_depth(parent, parents) + 1 for parent in parents[table]), default=0)


def _pull(box: Box, order: Mapping[str, int], parents: Mapping[str, set[str]]) -> float:
    """The mean place of a box's parents in their columns: children stand level with them."""
    own = parents[box.table]
    return sum(order[parent] for parent in own) / len(own) if own else order[box.table]


def _height(column: Sequence[Box]) -> int:
    return sum(box.height + _BETWEEN_BOXES for box in column)
