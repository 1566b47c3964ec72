"""From a document to what a draft of it says."""

from __future__ import annotations

from platform_db.ubl.drafting.terms import terms_of

__all__ = ["terms_of"]
