"""The declared elements are GİB's schema, element by element."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from platform_db.ubl import values
from platform_db.ubl.aggregate import Aggregate, attributes_of, children_of
from platform_db.ubl.elements.invoice import Invoice
from tests import official

if TYPE_CHECKING:
    from platform_db.ubl.parsing import Element
    from platform_db.ubl.values import Value

XSD = "{http://www.w3.org/2001/XMLSchema}"
LEAVES = {
    "Identifier": "Identifier",
    "Text": "Text",
    "Name": "Text",
    "Code": "Code",
    "Amount": "Amount",
    "Measure": "Measure",
    "Quantity": "Quantity",
    "Date": "Date",
    "Time": "Time",
    "Indicator": "Indicator",
    "Numeric": "Numeric",
    "Percent": "Numeric",
    "Rate": "Numeric",
    "BinaryObject": "BinaryObject",
}


def schema(*parts: str) -> Element:
    return etree.fromstring(official.text("ubltr", "xsd", *parts).encode())


def named(root: Element, kind: str) -> dict[str, Element]:
    return {str(each.get("name")): each for each in root.findall(f"{XSD}{kind}")}


def local(name: str | None) -> str:
    return (name or "").rpartition(":")[2]


class Official:
    """GİB's schema, as far as an invoice reaches."""

    def __init__(self) -> None:
        aggregates, basics = (
            schema("common", f"UBL-Common{kind}Components-2.1.xsd") for kind in ("Aggregate", "Basic")
        )
        self._types = {
            **named(aggregates, "complexType"),
            **named(schema("maindoc", "UBL-Invoice-2.1.xsd"), "complexType"),
        }
        self._elements = {name: local(each.get("type")) for name, each in named(aggregates, "element").items()}
        bases = {
            name: local(next(each.iter(f"{XSD}extension")).get("base"))
            for name, each in named(basics, "complexType").items()
        }
        self._leaves = {name: bases[local(each.get("type"))] for name, each in named(basics, "element").items()}

    def children(self, kind: type[Aggregate]) -> list[tuple[str, str, bool, bool]]:
        """Name, kind, whether it must stand there, whether it may repeat; the extensions left out."""
        found: list[tuple[str, str, bool, bool]] = []
        for element in self._types[f"{kind.__name__}Type"].iter(f"{XSD}element"):
            reference = str(element.get("ref"))
            prefix, name = reference.split(":")
            if prefix == "ext":
                continue
            inner = self._elements[name] if prefix == "cac" else self._leaves[name]
            inner = inner.removesuffix("Type")
            found.append(
                (
                    reference,
                    inner if prefix == "cac" else LEAVES[inner],
                    element.get("minOccurs") != "0",
                    element.get("maxOccurs") == "unbounded",
                )
            )
        return found


@cache
def gib() -> Official:
    return Official()


def reached(kind: type[Aggregate], found: set[type[Aggregate]]) -> set[type[Aggregate]]:
    if kind not in found:
        found.add(kind)
        for child in children_of(kind):
            if issubclass(child.kind, Aggregate):
                reached(child.kind, found)
    return found


KINDS = sorted(reached(Invoice, set()), key=lambda kind: kind.__name__)


def test_every_kind_is_reached_from_the_invoice() -> None:
    assert {kind.__name__ for kind in KINDS} == Aggregate.kinds().keys()


@pytest.mark.parametrize("kind", KINDS, ids=[kind.__name__ for kind in KINDS])
def test_a_kind_is_the_schema_s_in_names_order_kinds_and_numbers(kind: type[Aggregate]) -> None:
    declared = [(child.name, child.kind.__name__, child.required, child.many) for child in children_of(kind)]
    assert declared == gib().children(kind)


@pytest.mark.parametrize("name", sorted(set(LEAVES.values())))
def test_the_attributes_of_a_leaf_are_the_schema_s(name: str) -> None:
    kind: type[Value] = getattr(values, name)
    core = named(schema("common", "CCTS_CCT_SchemaModule-2.1.xsd"), "complexType")
    used = named(schema("common", "UBL-UnqualifiedDataTypes-2.1.xsd"), "complexType")
    base = local(next(iter(used[f"{name}Type"].iter(f"{XSD}extension", f"{XSD}restriction"))).get("base"))
    # Dates, times and indicators extend a plain type and have no attributes.
    own = core[base].iter(f"{XSD}attribute") if base in core else ()
    narrowed = {
        str(each.get("name")) for each in used[f"{name}Type"].iter(f"{XSD}attribute") if each.get("use") == "required"
    }
    expected = [(str(each.get("name")), each.get("name") in narrowed) for each in own]
    assert sorted((each.name, each.required) for each in attributes_of(kind)) == sorted(expected)
