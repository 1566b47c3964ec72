"""From an issued invoice to its document."""

from __future__ import annotations

from platform_db.ubl.export.head import invoice_of

__all__ = ["invoice_of"]
