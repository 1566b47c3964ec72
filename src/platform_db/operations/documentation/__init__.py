"""The reference pages that follow from the models: data dictionary, constraints, entity diagram.

Written by ``python -m platform_db.operations.documentation``; the same models give the
same bytes, so a test compares the committed pages with these.
"""

from __future__ import annotations

from platform_db.operations.documentation.pages import pages

__all__ = ["pages"]
