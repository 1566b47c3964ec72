"""Lines from a foreign key to its parent: right angles, around boxes, never one along another."""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from platform_db.operations.documentation.boxes import HEAD, LINE, STEP

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from platform_db.operations.documentation.boxes import Reference
    from platform_db.operations.documentation.places import Page, Place

__all__ = ["Line", "route"]

_TURN: Final = 30
_CROSSING: Final = 40
_BESIDE_A_BOX: Final = 8
_SHARED: Final = 2

Point = tuple[int, int]
_DIRECTIONS: Final[tuple[Point, ...]] = ((STEP, 0), (-STEP, 0), (0, STEP), (0, -STEP))


@dataclass(frozen=True, slots=True)
class Line:
    """A foreign key on the page: its corners from the child's row to the parent's side."""

    reference: Reference
    points: tuple[Point, ...]


@dataclass(slots=True)
class _Ground:
    """What is taken: the boxes and titles, the ground beside boxes, and the lines that lie already."""

    blocked: set[Point]
    beside: set[Point]
    laid: dict[tuple[Point, Point], tuple[str, str]] = field(default_factory=dict[tuple[Point, Point], tuple[str, str]])
    passed: defaultdict[Point, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))

    def cost(self, here: Point, there: Point, kin: tuple[str, str]) -> int | None:
        """What a step costs; None where it may not go. Lines of one kin may join."""
        if there in self.blocked:
            return None
        owner = self.laid.get(_segment(here, there))
        if owner is not None:
            return _SHARED if owner == kin else None
        price = STEP + (_BESIDE_A_BOX if there in self.beside else 0)
        return price + (_CROSSING if self.passed.get(there, set()) - {kin} else 0)

    def lay(self, points: Sequence[Point], kin: tuple[str, str]) -> None:
        for here, there in pairwise(points):
            self.laid[_segment(here, there)] = kin
        for point in points:
            self.passed[point].add(kin)


def route(page: Page) -> tuple[Line, ...]:
    """Lay the line of every reference that is drawn, short ones first, each by the cheapest way that is left."""
    wanted = [
        (name, row.reference)
        for name, place in page.places.items()
        for row in place.box.rows
        if row.reference is not None and row.reference.drawn
    ]
    ground = _Ground(set(_blocked(page)), set(_beside(page)))
    lines: list[Line] = []
    for table, reference in sorted(wanted, key=lambda pair: _distance(page, *pair)):
        kin = (reference.target, reference.action)
        points = _way(page, ground, page.places[table], reference)
        ground.lay(points, kin)
        lines.append(Line(reference, tuple(_corners(points))))
    return tuple(lines)


def _distance(page: Page, table: str, reference: Reference) -> tuple[int, str]:
    child, parent = page.places[table], page.places[reference.target]
    return abs(child.x - parent.x) + abs(child.y - parent.y), reference.name


def _blocked(page: Page) -> Iterator[Point]:
    for place in page.places.values():
        yield from _area(place, 0)
    for panel in page.panels:
        for x in range(panel.x, panel.x + panel.title_width + 1, STEP):
            for y in range(panel.y, panel.y + panel.title_height + 1, STEP):
                yield x, y


def _beside(page: Page) -> Iterator[Point]:
    for place in page.places.values():
        yield from _area(place, STEP)


def _area(place: Place, around: int) -> Iterator[Point]:
    for x in range(place.x - around, place.x + place.box.width + around + 1, STEP):
        for y in range(place.y - around, place.y + place.box.height + around + 1, STEP):
            yield x, y


def _segment(here: Point, there: Point) -> tuple[Point, Point]:
    return (here, there) if here < there else (there, here)


def _way(page: Page, ground: _Ground, child: Place, reference: Reference) -> list[Point]:
    """The cheapest way from either end of the row to the parent's first two rows."""
    starts = {outer: (inner, direction) for inner, outer, direction in _ports(child, (_row(child, reference),))}
    parent = page.places[reference.target]
    ends = {
        (outer, (-direction[0], -direction[1])): inner
        for inner, outer, direction in _ports(parent, (HEAD // 2, HEAD + LINE // 2))
    }
    kin = (reference.target, reference.action)
    waiting = [(0, outer, direction) for outer, (_, direction) in starts.items()]
    heapq.heapify(waiting)
    best = {(outer, direction): 0 for _, outer, direction in waiting}
    came: dict[tuple[Point, Point], tuple[Point, Point]] = {}
    while waiting:
        spent, here, direction = heapq.heappop(waiting)
        if (here, direction) in ends:
            return _traced(came, (here, direction), starts, ends[here, direction])
        if spent > best[here, direction]:
            continue
        for turned in _DIRECTIONS:
            if turned == (-direction[0], -direction[1]):
                continue
            there = (here[0], here[1]) if turned != direction else (here[0] + turned[0], here[1] + turned[1])
            price = _TURN if there == here else ground.cost(here, there, kin)
            if price is None or not _on(page, there):
                continue
            if spent + price < best.get((there, turned), 1 << 60):
                best[there, turned] = spent + price
                came[there, turned] = (here, direction)
                heapq.heappush(waiting, (spent + price, there, turned))
    message = f"{reference.name}: no way is left from {child.box.table} to {reference.target}"
    raise LookupError(message)


def _row(place: Place, reference: Reference) -> int:
    order = next(index for index, row in enumerate(place.box.rows) if row.reference == reference)
    return HEAD + LINE * order + LINE // 2


def _ports(place: Place, heights: Sequence[int]) -> Iterator[tuple[Point, Point, Point]]:
    """The points on both sides of a box at these heights, the points before them, and the way out."""
    for height in heights:
        for x, out in ((place.x, -STEP), (place.x + place.box.width, STEP)):
            yield (x, place.y + height), (x + out, place.y + height), (out, 0)


def _on(page: Page, point: Point) -> bool:
    return 0 < point[0] < page.width and 0 < point[1] < page.height


def _traced(
    came: dict[tuple[Point, Point], tuple[Point, Point]],
    last: tuple[Point, Point],
    starts: dict[Point, tuple[Point, Point]],
    end: Point,
) -> list[Point]:
    points = [end, last[0]]
    state = last
    while state in came:
        state = came[state]
        if state[0] != points[-1]:
            points.append(state[0])
    points.append(starts[state[0]][0])
    return points[::-1]


def _corners(points: Sequence[Point]) -> Iterator[Point]:
    """The ends and the points where the way turns."""
    yield points[0]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        if (here[0] - before[0], here[1] - before[1]) != (after[0] - here[0], after[1] - here[1]):
            yield here
    yield points[-1]
