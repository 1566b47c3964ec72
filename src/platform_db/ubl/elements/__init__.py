"""Every element of a UBL-TR 1.2.1 invoice that holds elements, as GİB's schema has it.

All are loaded together: the annotations of one module name kinds of the others.
"""

from __future__ import annotations

from platform_db.ubl.elements import amounts, invoice, items, references, transport

__all__ = ["amounts", "invoice", "items", "references", "transport"]
