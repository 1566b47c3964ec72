"""e-Fatura and e-Arşiv invoices in UBL-TR 1.2.1: read, written, made of invoices, made drafts (extra ``ubl``).

>>> from platform_db.ubl import read, write
>>> def renewed(xml: bytes) -> bytes:
...     document = read(xml)
...     for warning in document.warnings:
...         print(warning.rule, warning.field)
...     return write(document)
"""

from __future__ import annotations

from platform_db.errors import ConfigurationError

try:
    from platform_db.ubl.files import read, write
except ModuleNotFoundError as missing:
    if missing.name is None or missing.name.partition(".")[0] != "lxml":
        raise
    _EXTRA = "UBL-TR documents need the ubl extra: pip install 'platform_db[ubl]'"
    raise ConfigurationError(_EXTRA) from None

from platform_db.ubl.document import InvoiceDocument
from platform_db.ubl.findings import Finding

__all__ = ["Finding", "InvoiceDocument", "read", "write"]
