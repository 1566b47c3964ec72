"""The diagram can be read: nothing lies on anything else, and every reference is there to follow."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from platform_db.operations.documentation.boxes import boxes
from platform_db.operations.documentation.entities import entity_diagram
from platform_db.operations.documentation.places import Page, Panel, Place, arrange
from platform_db.operations.documentation.routes import Line, route
from platform_db.schema.all_tables import metadata

if TYPE_CHECKING:
    from platform_db.operations.documentation.boxes import Reference

Area = tuple[int, int, int, int]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def page() -> Page:
    return arrange(boxes())


@pytest.fixture(scope="module")
def lines(page: Page) -> tuple[Line, ...]:
    return route(page)


def references() -> list[tuple[str, Reference]]:
    return [
        (box.table, row.reference)
        for group in boxes().values()
        for box in group
        for row in box.rows
        if row.reference is not None
    ]


def area(of: Place | Panel) -> Area:
    if isinstance(of, Place):
        return of.x, of.y, of.x + of.box.width, of.y + of.box.height
    return of.x, of.y, of.right, of.bottom


def overlap(one: Area, other: Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def within(inner: Area, outer: Area) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def test_every_table_stands_in_one_panel_and_every_panel_on_the_page(page: Page) -> None:
    assert set(page.places) == set(metadata.tables)
    for place in page.places.values():
        assert sum(within(area(place), area(panel)) for panel in page.panels) == 1, place.box.table
    for panel in page.panels:
        assert within(area(panel), (0, 0, page.width, page.height)), panel.title


def test_no_box_and_no_panel_lies_on_another(page: Page) -> None:
    for one, other in combinations(page.places.values(), 2):
        assert not overlap(area(one), area(other)), (one.box.table, other.box.table)
    for first, second in combinations(page.panels, 2):
        assert not overlap(area(first), area(second)), (first.title, second.title)


def test_every_foreign_key_is_a_row_of_its_table() -> None:
    shown = {reference.name: (table, reference.target, reference.action) for table, reference in references()}
    assert shown == {
        str(key.name): (table.name, key.info["target"], str(key.ondelete).partition(" (")[0])
        for table in metadata.tables.values()
        for key in table.foreign_key_constraints
    }


def test_only_references_to_users_from_elsewhere_are_written_instead_of_drawn() -> None:
    written = {reference.target for _, reference in references() if not reference.drawn}
    assert written == {"users"}
    drawn = {table for table, reference in references() if reference.drawn and reference.target == "users"}
    assert drawn == {"sessions", "security_events"}


def test_a_line_leads_from_its_row_to_its_parent_and_through_no_box(page: Page, lines: tuple[Line, ...]) -> None:
    child_of = {reference.name: table for table, reference in references()}
    assert sorted(line.reference.name for line in lines) == sorted(r.name for _, r in references() if r.drawn)
    for line in lines:
        child = area(page.places[child_of[line.reference.name]])
        parent = area(page.places[line.reference.target])
        (start_x, start_y), (end_x, end_y) = line.points[0], line.points[-1]
        assert start_x in {child[0], child[2]}
        assert child[1] < start_y < child[3]
        assert end_x in {parent[0], parent[2]}
        assert parent[1] < end_y < parent[3]
        for here, there in pairwise(line.points):
            assert here[0] == there[0] or here[1] == there[1], "right angles only"
            stretch = (min(here[0], there[0]), min(here[1], there[1]), max(here[0], there[0]), max(here[1], there[1]))
            for place in page.places.values():
                assert not overlap(stretch, area(place)), (line.reference.name, place.box.table)


def test_lines_run_along_one_another_only_to_the_same_parent(lines: tuple[Line, ...]) -> None:
    for one, other in combinations(lines, 2):
        if (one.reference.target, one.reference.action) != (other.reference.target, other.reference.action):
            assert not steps(one) & steps(other), (one.reference.name, other.reference.name)


def steps(line: Line) -> set[tuple[tuple[int, int], tuple[int, int]]]:
    """The line cut at every grid point, each piece in one direction."""
    pieces: set[tuple[tuple[int, int], tuple[int, int]]] = set()
    for here, there in pairwise(line.points):
        (x, y), (right, low) = min(here, there), max(here, there)
        pieces |= {((at, y), (at + 10, y)) for at in range(x, right, 10)}
        pieces |= {((x, at), (x, at + 10)) for at in range(y, low, 10)}
    return pieces


def test_the_picture_is_svg_with_every_name_in_it(lines: tuple[Line, ...]) -> None:
    root = ET.fromstring(entity_diagram())  # noqa: S314 - our own text
    names = [node.text for node in root.iter(f"{SVG}text") if node.get("class") == "name"]
    titles = [node.text for path in root.iter(f"{SVG}path") for node in path.iter(f"{SVG}title")]
    assert sorted(names, key=str) == sorted(metadata.tables)
    assert sorted(titles, key=str) == sorted(line.reference.name for line in lines)
