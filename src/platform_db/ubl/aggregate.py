"""Elements with elements inside: what they are made of follows from their annotations.

A field is declared once, in the order of the schema. Its element's name is the field's in
camel case (``ubl_version_id`` is ``UBLVersionID``), its namespace follows from its kind, and
how often it may stand from its form: ``Kind``, ``Kind | None``, ``tuple[Kind, ...]``,
``OneOrMore[Kind]``. Reading and writing know nothing else.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, dataclass, fields
from functools import cache
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Final,
    TypeAlias,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
)

from annotated_types import MinLen

from platform_db.ubl import values

if TYPE_CHECKING:
    from platform_db.ubl.values import Value

__all__ = [
    "CAC",
    "CBC",
    "EXT",
    "INVOICE",
    "Aggregate",
    "Attribute",
    "Child",
    "OneOrMore",
    "attributes_of",
    "children_of",
]

_URN: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
INVOICE: Final = f"{_URN}Invoice-2"
CAC: Final = f"{_URN}CommonAggregateComponents-2"
CBC: Final = f"{_URN}CommonBasicComponents-2"
EXT: Final = f"{_URN}CommonExtensionComponents-2"

T = TypeVar("T")
OneOrMore: TypeAlias = Annotated[tuple[T, ...], MinLen(1)]
"""At least one, in the document's order."""

_ACRONYMS: Final = frozenset({"id", "uri", "uuid", "ubl"})


class Aggregate:
    """What the elements with elements inside have in common."""

    __slots__ = ()
    _kinds: ClassVar[dict[str, type[Aggregate]]] = {}

    def __init_subclass__(cls) -> None:
        # A dataclass with slots is made twice; the last one is the class.
        Aggregate._kinds[cls.__name__] = cls

    @classmethod
    def kinds(cls) -> dict[str, type[Aggregate]]:
        """Every kind by name; the annotations name kinds of other modules."""
        return cls._kinds


@dataclass(frozen=True, slots=True)
class Child:
    """One element inside an aggregate."""

    field: str
    name: str
    """With its prefix: ``cbc:ID``."""
    tag: str
    """With its namespace: ``{urn:…}ID``."""
    kind: type[Aggregate | Value]
    required: bool
    many: bool


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a leaf."""

    field: str
    name: str
    required: bool


@cache
def children_of(kind: type[Aggregate]) -> tuple[Child, ...]:
    """The elements of an aggregate, in the order of the schema."""
    names = {**vars(values), **Aggregate.kinds(), "OneOrMore": OneOrMore}
    hints = get_type_hints(kind, localns=names, include_extras=True)
    return tuple(_child(field.name, hints[field.name]) for field in fields(kind))  # pyright: ignore[reportArgumentType]


def _child(field: str, hint: Any) -> Child:  # noqa: ANN401 - an annotation is anything
    required, many = True, False
    if get_origin(hint) is Annotated:
        hint, many = get_args(hint)[0], True
    elif get_origin(hint) is tuple:
        required, many = False, True
    elif get_origin(hint) is UnionType:
        required = False
    inner = next(part for part in (get_args(hint) or (hint,)) if part is not NoneType)
    prefix, namespace = ("cac", CAC) if issubclass(inner, Aggregate) else ("cbc", CBC)
    name = "".join(map(_word, field.split("_")))
    return Child(field, f"{prefix}:{name}", f"{{{namespace}}}{name}", inner, required, many)


@cache
def attributes_of(kind: type[Value]) -> tuple[Attribute, ...]:
    """The attributes of a leaf."""
    own = [field for field in fields(kind) if field.name not in {"value", "zone"}]  # pyright: ignore[reportArgumentType]
    return tuple(Attribute(field.name, _attribute(field.name), field.default is MISSING) for field in own)


def _attribute(field: str) -> str:
    first, *rest = field.split("_")
    return first + "".join(map(_word, rest))


def _word(part: str) -> str:
    return part.upper() if part in _ACRONYMS else re.sub("^[a-z]", lambda initial: initial[0].upper(), part)
