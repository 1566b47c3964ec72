"""From the values to the tree, in the order of the schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from lxml import etree

from platform_db.errors import RuleViolation
from platform_db.ubl import refusals
from platform_db.ubl.aggregate import CAC, CBC, EXT, INVOICE, Aggregate, attributes_of, children_of
from platform_db.ubl.values import Unreadable, Value

if TYPE_CHECKING:
    from platform_db.ubl.elements.invoice import Invoice
    from platform_db.ubl.parsing import Element

__all__ = ["UNSIGNED", "xml_of"]

_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_NAMESPACES: Final = {None: INVOICE, "cac": CAC, "cbc": CBC, "ext": EXT, "xsi": _XSI}
_OURS: Final = "urn:platform_db:ubl"
UNSIGNED: Final = f"{{{_OURS}}}Unsigned"
"""Stands where the signature will: the schema demands an extension with content."""


def xml_of(invoice: Invoice) -> bytes:
    """The document in UTF-8, unsigned.

    Raises
    ------
    RuleViolation
        A value that no document can hold: a missing element of which there must be one, a
        character XML does not know, a number that is none.
    """
    root = etree.Element(f"{{{INVOICE}}}Invoice", nsmap=_NAMESPACES)
    root.set(f"{{{_XSI}}}schemaLocation", f"{INVOICE} UBL-Invoice-2.1.xsd")
    content = root
    for name in ("UBLExtensions", "UBLExtension", "ExtensionContent"):
        content = etree.SubElement(content, f"{{{EXT}}}{name}")
    etree.SubElement(content, UNSIGNED, nsmap={None: _OURS})
    _fill(root, invoice, "/Invoice")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _fill(element: Element, aggregate: Aggregate, path: str) -> None:
    for child in children_of(type(aggregate)):
        held = cast("object", getattr(aggregate, child.field))
        several = cast("tuple[object, ...]", held) if child.many else () if held is None else (held,)
        here = f"{path}/{child.name}"
        if child.required and not several:
            raise RuleViolation(refusals.ELEMENT_REQUIRED.at(here))
        for number, value in enumerate(several, start=1):
            place = f"{here}[{number}]" if len(several) > 1 else here
            inner = etree.SubElement(element, child.tag)
            if isinstance(value, Aggregate):
                _fill(inner, value, place)
            else:
                _write(inner, cast("Value", value), place)


def _write(element: Element, value: Value, path: str) -> None:
    try:
        element.text = value.written()
        for attribute in attributes_of(type(value)):
            text = cast("str | None", getattr(value, attribute.field))
            if text is not None:
                element.set(attribute.name, text)
    except Unreadable as unreadable:
        raise RuleViolation(unreadable.refusal.at(path)) from None
    except ValueError:
        # lxml's text quotes the value.
        raise RuleViolation(refusals.TEXT_STORABLE.at(path)) from None
