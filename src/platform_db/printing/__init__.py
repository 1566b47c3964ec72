"""Invoices on paper: one self-contained page of HTML in the customary Turkish layout. Needs the ``printing`` extra."""

from platform_db.errors import ConfigurationError

try:
    from platform_db.printing.karekod import karekod_text
    from platform_db.printing.logo import Logo
    from platform_db.printing.page import invoice_html
    from platform_db.printing.sheet import Returned
except ModuleNotFoundError as missing:
    if missing.name not in {"jinja2", "segno"}:
        raise
    _EXTRA = "printing needs the printing extra: pip install 'platform_db[printing]'"
    raise ConfigurationError(_EXTRA) from None

__all__ = ["Logo", "Returned", "invoice_html", "karekod_text"]
