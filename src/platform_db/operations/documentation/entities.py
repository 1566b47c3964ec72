"""The entity diagram: tables as boxes within their contexts, foreign keys as lines one can follow."""

from __future__ import annotations

from platform_db.operations.documentation.boxes import boxes
from platform_db.operations.documentation.drawing import draw
from platform_db.operations.documentation.places import arrange
from platform_db.operations.documentation.routes import route

__all__ = ["entity_diagram"]


def entity_diagram() -> str:
    """Draw every table with its keys and foreign keys as SVG; equal models give equal bytes.

    A foreign key within a context or to a neighbouring one is a line. One to a table that
    half the schema refers to, such as ``users``, is written beside its column: fifteen lines
    to one box would hide the others.
    """
    page = arrange(boxes())
    return draw(page, route(page))
