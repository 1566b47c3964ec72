"""Documents as bytes: read and written."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final

from lxml import etree

from platform_db.ubl import arithmetic, judging
from platform_db.ubl.aggregate import EXT
from platform_db.ubl.document import InvoiceDocument
from platform_db.ubl.parsing import LARGEST, parsed
from platform_db.ubl.reading import EXTENSIONS, invoice_of, place_of
from platform_db.ubl.writing import UNSIGNED, xml_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from platform_db.ubl.findings import Finding
    from platform_db.ubl.parsing import Element

__all__ = ["read", "write"]

_CONTENT: Final = f"{{{EXT}}}ExtensionContent"
_SIGNATURE: Final = "{http://www.w3.org/2000/09/xmldsig#}Signature"


def read(source: bytes | BinaryIO) -> InvoiceDocument:
    """Read a UBL-TR invoice.

    Strict on structure: an element that is unknown, missing, repeated or out of order is
    refused. Tolerant of content: numbers that fail their checksum, versions of the past and
    amounts that do not follow are warnings. Time and memory are bounded: at most 16 MiB,
    no DOCTYPE, nothing is ever fetched or expanded. A signature is not verified.

    Raises
    ------
    RuleViolation
        The file is no such document; ``fields`` are places such as
        ``/Invoice/cac:InvoiceLine[2]/cbc:ID``. No message quotes the document.
    """
    xml = source if isinstance(source, bytes) else source.read(LARGEST + 1)
    root = parsed(xml)
    invoice = invoice_of(root)
    findings = (*_left_behind(root), *judging.findings_of(invoice), *arithmetic.differences_of(invoice))
    return InvoiceDocument(invoice, findings)


def write(document: InvoiceDocument) -> bytes:
    """Write a document: UTF-8, elements in the order of the schema, unsigned.

    Reading it again gives an equal document. Where the signature will stand is a stub, which
    the schema demands.

    Raises
    ------
    RuleViolation
        A value that no document can hold: a character XML does not know, an empty list of
        what there must be one.
    """
    return xml_of(document.content)


def _left_behind(root: Element) -> Iterator[Finding]:
    """What the file holds and the document does not."""
    extensions = root.find(EXTENSIONS)
    for content in () if extensions is None else extensions.iter(_CONTENT):
        if next(content.iter(_SIGNATURE), None) is not None:
            yield judging.SIGNATURE.at(place_of(content))
        elif any(inner.tag != UNSIGNED for inner in content):
            yield judging.EXTENSION.at(place_of(content))
    remarks = root.getroottree().iter(etree.Comment, etree.ProcessingInstruction)
    around = [*root.itersiblings(preceding=True), *root.itersiblings()]
    first = next(iter(remarks), None)
    if first is not None or around:
        yield judging.COMMENT.at("/Invoice")
