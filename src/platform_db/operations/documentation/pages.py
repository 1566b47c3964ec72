"""The pages by file name."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from platform_db.operations.documentation.constraints import constraint_list
from platform_db.operations.documentation.dictionary import data_dictionary
from platform_db.operations.documentation.entities import entity_diagram

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["pages"]


def pages() -> Mapping[str, str]:
    """Make every page, by its file name under ``docs``; equal models give equal bytes."""
    return MappingProxyType(
        {
            "constraints.md": constraint_list(),
            "data-dictionary.md": data_dictionary(),
            "entities.svg": entity_diagram(),
        }
    )
