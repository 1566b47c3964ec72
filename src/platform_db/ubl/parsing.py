"""From bytes to a tree, with bounds that hold before anything is built.

A first pass only counts: it keeps nothing, refuses a DOCTYPE where it begins (so no entity
is ever declared or expanded, no DTD asked for) and stops at the bounds. The second pass
builds the tree of a document that is known to be small. Nothing is ever fetched.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from lxml import etree

from platform_db.errors import RuleViolation
from platform_db.ubl import refusals

__all__ = ["LARGEST", "MOST_DEEP", "MOST_PARTS", "Element", "parsed"]

Element: TypeAlias = etree._Element  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - lxml has no other name for it

LARGEST: Final = 16 * 2**20
"""Bytes of one document."""

MOST_DEEP: Final = 64
"""Elements inside each other."""

MOST_PARTS: Final = 400_000
"""Elements, attributes, comments and processing instructions together; a line has about forty."""

_CHUNK: Final = 2**16


def parsed(xml: bytes) -> Element:
    """The root of the document.

    Raises
    ------
    RuleViolation
        Too large, not well-formed, with a DOCTYPE, too deep or of too many parts.
    """
    if len(xml) > LARGEST:
        raise RuleViolation(refusals.SIZE.at())
    try:
        _count(xml)
        return etree.fromstring(xml, _parser(None))
    except (etree.XMLSyntaxError, LookupError):
        # The parser's text quotes the document.
        raise RuleViolation(refusals.WELL_FORMED.at()) from None


class _Counting:
    """A target that keeps nothing."""

    def __init__(self) -> None:
        self._depth = 0
        self._parts = 0

    def start(self, _tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MOST_DEEP:
            raise RuleViolation(refusals.DEPTH.at())
        self._take(1 + len(attributes))

    def end(self, _tag: str) -> None:
        self._depth -= 1

    def comment(self, _text: str) -> None:
        self._take(1)

    def pi(self, _target: str, _data: str | None = None) -> None:
        self._take(1)

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        raise RuleViolation(refusals.DOCTYPE.at())

    def close(self) -> None:
        """Nothing was kept."""

    def _take(self, parts: int) -> None:
        self._parts += parts
        if self._parts > MOST_PARTS:
            raise RuleViolation(refusals.COUNT.at())


def _count(xml: bytes) -> None:
    parser = _parser(_Counting())
    for start in range(0, len(xml), _CHUNK):
        parser.feed(xml[start : start + _CHUNK])
    parser.close()


def _parser(target: _Counting | None) -> etree.XMLParser:
    return etree.XMLParser(
        target=target,  # pyright: ignore[reportArgumentType] - lxml asks a target for no more than it has
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
    )
