"""From the tree to the values, strictly: nothing is passed over, everything wrong is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar, cast

from lxml import etree

from platform_db.errors import RuleViolation
from platform_db.ubl import refusals
from platform_db.ubl.aggregate import CAC, CBC, EXT, INVOICE, Aggregate, attributes_of, children_of
from platform_db.ubl.elements.invoice import Invoice
from platform_db.ubl.values import Unreadable, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from platform_db.errors import Violation
    from platform_db.ubl.aggregate import Child
    from platform_db.ubl.parsing import Element
    from platform_db.ubl.refusals import Refusal

__all__ = ["EXTENSIONS", "invoice_of", "place_of"]

_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_HINTS: Final = frozenset({f"{_XSI}schemaLocation", f"{_XSI}noNamespaceSchemaLocation"})
EXTENSIONS: Final = f"{{{EXT}}}UBLExtensions"
_PREFIXES: Final = {CAC: "cac:", CBC: "cbc:", EXT: "ext:", INVOICE: ""}
_MOST_TOLD: Final = 100

A = TypeVar("A", bound=Aggregate)


def invoice_of(root: Element) -> Invoice:
    """The document under ``root``. Extensions are left out; the caller tells what they held.

    Raises
    ------
    RuleViolation
        With every fault of the structure, the first hundred; ``fields`` are places such as
        ``/Invoice/cac:InvoiceLine[2]/cbc:ID/@schemeID``.
    """
    if root.tag != f"{{{INVOICE}}}Invoice":
        raise RuleViolation(refusals.ROOT.at())
    reading = _Reading()
    for name in root.attrib:
        if name not in _HINTS:
            reading.note(refusals.ATTRIBUTE_KNOWN, root, f"/@{_shown(str(name))}")
    first, *_ = [*_elements(root), None]
    within = [child for child in _elements(root) if child is not first or child.tag != EXTENSIONS]
    invoice = reading.aggregate(root, Invoice, within)
    reading.refuse()
    return cast("Invoice", invoice)


def place_of(element: Element) -> str:
    """Where an element stands: ``/Invoice/cac:InvoiceLine[2]/cbc:ID``."""
    steps: list[str] = []
    step: Element | None = element
    while step is not None:
        name, parent = _shown(str(step.tag)), step.getparent()
        alike = [] if parent is None else [child for child in parent if child.tag == step.tag]
        steps.append(f"/{name}[{alike.index(step) + 1}]" if len(alike) > 1 else f"/{name}")
        step = parent
    return "".join(reversed(steps))


class _Reading:
    """One pass; what is wrong is collected."""

    def __init__(self) -> None:
        self._found: list[Violation] = []

    def note(self, refusal: Refusal, element: Element, further: str = "") -> None:
        if len(self._found) < _MOST_TOLD:
            self._found.append(refusal.at(place_of(element) + further))
        elif len(self._found) == _MOST_TOLD:
            self._found.append(refusals.TOO_MANY.at())

    def refuse(self) -> None:
        if self._found:
            raise RuleViolation(*self._found)

    def aggregate(self, element: Element, kind: type[A], within: Iterable[Element]) -> A | None:
        """What ``within`` makes of this kind; None where something in it is wrong."""
        children = children_of(kind)
        by_tag = {child.tag: place for place, child in enumerate(children)}
        read: list[list[Aggregate | Value | None]] = [[] for _ in children]
        reached = 0
        for inner in within:
            place = by_tag.get(str(inner.tag))
            if place is None:
                self.note(refusals.ELEMENT_KNOWN, inner)
                continue
            if place < reached:
                self.note(refusals.ELEMENT_ORDER, inner)
            if read[place] and not children[place].many:
                self.note(refusals.ELEMENT_ONCE, inner)
            reached = max(reached, place)
            read[place].append(self._child(inner, children[place]))
        self._bare(element)
        missing = [child for child, found in zip(children, read, strict=True) if child.required and not found]
        for child in missing:
            self.note(refusals.ELEMENT_REQUIRED, element, f"/{child.name}")
        if missing or self._found:
            return None
        values = {
            child.field: tuple(found) if child.many else found[0]
            for child, found in zip(children, read, strict=True)
            if found
        }
        return kind(**values)

    def _child(self, element: Element, child: Child) -> Aggregate | Value | None:
        if issubclass(child.kind, Value):
            return self._leaf(element, child.kind)
        for name in element.attrib:
            self.note(refusals.ATTRIBUTE_KNOWN, element, f"/@{_shown(str(name))}")
        return self.aggregate(element, child.kind, _elements(element))

    def _leaf(self, element: Element, kind: type[Value]) -> Value | None:
        given = dict(element.attrib)
        known = attributes_of(kind)
        for name in given.keys() - {attribute.name for attribute in known}:
            self.note(refusals.ATTRIBUTE_KNOWN, element, f"/@{_shown(name)}")
        for inner in _elements(element):
            self.note(refusals.ELEMENT_KNOWN, inner)
        values = {attribute.field: given[attribute.name] for attribute in known if attribute.name in given}
        for attribute in known:
            if attribute.required and attribute.name not in given:
                self.note(refusals.ATTRIBUTE_REQUIRED, element, f"/@{attribute.name}")
                return None
        try:
            value = kind.parsed(_text(element))
        except Unreadable as unreadable:
            self.note(unreadable.refusal, element)
            return None
        return value if isinstance(value, Value) else kind(value, **values)  # pyright: ignore[reportCallIssue]

    def _bare(self, element: Element) -> None:
        if _text(element).strip() or any((inner.tail or "").strip() for inner in _elements(element)):
            self.note(refusals.TEXT_PLACE, element)


def _elements(element: Element) -> list[Element]:
    """The elements inside, without comments and processing instructions."""
    return [inner for inner in element if isinstance(inner.tag, str)]


def _text(element: Element) -> str:
    """The element's own text; a comment inside does not cut it."""
    if not len(element):
        return element.text or ""
    comments = [inner for inner in element if not isinstance(inner.tag, str)]
    return "".join([element.text or "", *(comment.tail or "" for comment in comments)])


def _shown(tag: str) -> str:
    """A name with the customary prefix; of a foreign one, its local part."""
    name = etree.QName(tag)
    return f"{_PREFIXES.get(name.namespace or '', '')}{name.localname}"
