"""The page: a sheet's texts in the layout that Turkish readers know, and nothing from elsewhere."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from platform_db.printing.karekod import karekod_svg
from platform_db.printing.sheet import sheet_of

if TYPE_CHECKING:
    from platform_db.domain.invoices.document import InvoiceDocument
    from platform_db.printing.logo import Logo
    from platform_db.printing.sheet import Returned

__all__ = ["invoice_html"]


def invoice_html(document: InvoiceDocument, returned: Returned | None = None, logo: Logo | None = None) -> str:
    """Draw an invoice as one page of HTML that prints on A4: no script, no font, no picture from elsewhere.

    Every text of the invoice is escaped, and its content security policy lets nothing load. Amounts
    are Turkish (``1.234,56 TL``), days Istanbul's.

    Parameters
    ----------
    document
        The stored invoice with its parts.
    returned
        The stored invoice that this one returns; one that is not stored here stands in the invoice.
    logo
        The issuer's logo; without one its place stays empty.
    """
    sheet = sheet_of(document, returned)
    code = None if sheet.karekod is None else Markup(karekod_svg(sheet.karekod))  # noqa: S704 - drawn by segno from numbers
    return _template().render(sheet=sheet, karekod=code, logo=logo)


@cache
def _template() -> Template:
    loader = PackageLoader("platform_db.printing")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("invoice.html.j2")
