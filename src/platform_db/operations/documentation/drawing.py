"""The page as SVG: panels, lines, boxes, and a legend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from platform_db.operations.documentation.boxes import HEAD, LINE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from platform_db.operations.documentation.places import Page, Panel, Place
    from platform_db.operations.documentation.routes import Line

__all__ = ["draw"]

_ACTIONS: Final = {
    "RESTRICT": ("restrict", "RESTRICT: the parent stays"),
    "CASCADE": ("cascade", "CASCADE: the child goes with it"),
    "SET NULL": ("set-null", "SET NULL: the child forgets it"),
}
_TINTS: Final = ("#2f5d8a", "#7a4b8f", "#2d7a5f", "#a0622d", "#8a3b4a", "#4d5966")
"""The colours of the contexts, in their order on the page."""

_LEGEND: Final = 275

_STYLE: Final = """
text { font: 12px 'DejaVu Sans', Verdana, 'Segoe UI', sans-serif; fill: #1c2733 }
.page { fill: #ffffff }
.title { font-size: 22px; font-weight: bold }
.context { font-size: 16px; font-weight: bold }
.panel { fill-opacity: .07; stroke-opacity: .45; stroke-width: 1 }
.box { fill: #ffffff; stroke-width: 1.2 }
.name { fill: #ffffff; font-weight: bold }
.mark { font-size: 9px; fill: #6b7785 }
.optional { font-style: italic }
.elsewhere { fill: #6b7785 }
.line { fill: none; stroke-width: 1.6; stroke-linejoin: round }
.halo { fill: none; stroke: #ffffff; stroke-width: 5 }
.restrict { stroke: #34495e }
.cascade { stroke: #c0392b }
.set-null { stroke: #34495e; stroke-dasharray: 5 3 }
.tip { stroke: none }
.restrict.tip, .set-null.tip { fill: #34495e }
.cascade.tip { fill: #c0392b }
"""


def draw(page: Page, lines: Sequence[Line]) -> str:
    """Write the page as an SVG document that needs nothing from outside."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {_size(page)} viewBox="0 0 {page.width} {page.height}" role="img">',
        "<title>Entities</title>",
        f"<style>{_STYLE}</style>",
        f'<rect class="page" {_size(page)}/>',
        '<text class="title" x="40" y="38">Entities</text>',
        *_legend(page),
    ]
    tints = {panel.title: _TINTS[order % len(_TINTS)] for order, panel in enumerate(page.panels)}
    for panel in page.panels:
        parts.extend(_panel(panel, tints[panel.title]))
    parts.extend(_lines(lines))
    for place in page.places.values():
        panel = next(each for each in page.panels if each.holds(place))
        parts.extend(_box(place, tints[panel.title]))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _size(page: Page) -> str:
    return f'width="{page.width}" height="{page.height}"'


def _legend(page: Page) -> Iterator[str]:
    x = page.width - _LEGEND * len(_ACTIONS)
    yield f'<text class="elsewhere" x="{x - 320}" y="32"><tspan class="optional">italic</tspan>: may be NULL</text>'
    yield f'<text class="elsewhere" x="{x - 170}" y="32">→ name: not drawn</text>'
    yield f'<text class="elsewhere" x="{x - 540}" y="32">UK …: among rows of a condition</text>'
    for order, (kind, says) in enumerate(_ACTIONS.values()):
        left = x + _LEGEND * order
        yield f'<path class="line {kind}" d="M{left} 28H{left + 40}"/>'
        yield _tip((left + 40, 28), (left, 28), kind)
        yield f'<text x="{left + 50}" y="32">{says}</text>'


def _panel(panel: Panel, tint: str) -> Iterator[str]:
    # half a step inside the grid, so that no line runs on the border
    yield (
        f'<rect class="panel" x="{panel.x + 5}" y="{panel.y + 5}" width="{panel.width - 10}" '
        f'height="{panel.height - 10}" rx="8" fill="{tint}" stroke="{tint}"/>'
    )
    title = escape(panel.title)
    yield f'<text class="context" x="{panel.x + 20}" y="{panel.y + 28}" style="fill:{tint}">{title}</text>'


def _lines(lines: Sequence[Line]) -> Iterator[str]:
    """Those that may join are drawn together, so that none cuts its own kin where another is crossed."""
    kins: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        kins.setdefault((line.reference.target, line.reference.action), []).append(line)
    for kin in kins.values():
        for line in kin:
            yield f'<path class="halo" d="{_way(line)}"/>'
        for line in kin:
            kind, _ = _ACTIONS[line.reference.action]
            yield f'<path class="line {kind}" d="{_way(line)}"><title>{escape(line.reference.name)}</title></path>'
            yield _tip(line.points[-1], line.points[-2], kind)


def _way(line: Line) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in line.points)


def _tip(end: tuple[int, int], before: tuple[int, int], kind: str) -> str:
    """An arrow head at the parent; lines end at the left or right side of a box."""
    (x, y), back = end, 9 if before[0] > end[0] else -9
    return f'<path class="{kind} tip" d="M{x} {y}l{back} -4v8z"/>'


def _box(place: Place, tint: str) -> Iterator[str]:
    x, y, width = place.x, place.y, place.box.width
    yield f'<rect class="box" x="{x}" y="{y}" width="{width}" height="{place.box.height}" rx="3" stroke="{tint}"/>'
    yield f'<path fill="{tint}" d="M{x} {y + HEAD}v{3 - HEAD}q0 -3 3 -3h{width - 6}q3 0 3 3v{HEAD - 3}z"/>'
    yield f'<text class="name" x="{x + 8}" y="{y + 15}">{escape(place.box.table)}</text>'
    for order, row in enumerate(place.box.rows):
        base = y + HEAD + LINE * order + 14
        optional = row.reference is not None and row.reference.optional
        yield f'<text class="mark" x="{x + 8}" y="{base}">{row.mark}</text>'
        kind = ' class="optional"' if optional else ""
        elsewhere = row.written.removeprefix(row.text).strip()
        told = f'<tspan class="elsewhere" dx="4">{escape(elsewhere)}</tspan>' if elsewhere else ""
        yield f'<text{kind} x="{x + 32}" y="{base}">{escape(row.text)}{told}</text>'
