"""A report in each of its forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from platform_db.operations.preflight.page import as_page
from platform_db.operations.preflight.text import as_text

if TYPE_CHECKING:
    from platform_db.operations.preflight.report import Report

__all__ = ["Format", "formatted"]

Format = Literal["text", "json", "html"]


def formatted(report: Report, form: Format) -> str:
    """The report as text for a screen, as JSON, or as a page."""
    match form:
        case "text":
            return as_text(report)
        case "html":
            return as_page(report)
        case "json":
            return report.model_dump_json(indent=2) + "\n"
