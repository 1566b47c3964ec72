"""JSON documents, bytes and network addresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from annotated_types import MaxLen, MinLen
from pydantic import AfterValidator, BeforeValidator, JsonValue
from pydantic.types import Strict

from platform_db.domain import json_values, network
from platform_db.domain.fields.marker import Marker
from platform_db.domain.rules import Message, Rule

__all__ = ["Bytes", "Inet", "Json"]


@dataclass(frozen=True, kw_only=True)
class Json(Marker):
    """A JSON document: finite numbers, string keys, bounded depth and size, no U+0000."""

    kind: Literal["object", "array", "any"] = "object"
    max_bytes: int | None = 65536

    sql_type = "jsonb"

    def __iter__(self) -> Iterator[object]:
        yield AfterValidator(json_values.checked(self.max_bytes))

    def rules(self, field: str) -> Iterator[Rule]:
        limit = self.max_bytes
        container: type[object] = dict if self.kind == "object" else list

        def is_of_kind(value: JsonValue) -> bool:
            return isinstance(value, container)

        if self.kind != "any":
            kind_tr = "JSON nesnesi" if self.kind == "object" else "JSON dizisi"
            yield Rule(
                name=f"{field}_{self.kind}",
                fields=(field,),
                holds=is_of_kind,
                sql=f"jsonb_typeof({field}) = '{self.kind}'",
                message=Message(f"{field} bir {kind_tr} olmalıdır", f"{field} must be a JSON {self.kind}"),
            )
        if limit is not None:

            def fits(value: JsonValue) -> bool:
                return json_values.stored_bytes(value) <= limit

            yield Rule(
                name=f"{field}_size",
                fields=(field,),
                holds=fits,
                sql=f"octet_length({field}::text) <= {limit}",
                message=Message(f"{field} en çok {limit} bayt olabilir", f"{field} must take at most {limit} bytes"),
            )


@dataclass(frozen=True, kw_only=True)
class Bytes(Marker):
    """``bytea`` of a fixed length, of at most ``max`` bytes, or of any length."""

    length: int | None = None
    max: int | None = None
    name: str | None = None

    sql_type = "bytea"

    def __post_init__(self) -> None:
        if [self.length, self.max].count(None) != (2 if self.name is None else 1):
            message = "one bound, length or max, and the name of its constraint belong together"
            raise TypeError(message)

    def __iter__(self) -> Iterator[object]:
        yield Strict()
        if self.length is not None:
            yield MinLen(self.length)
            yield MaxLen(self.length)
        if self.max is not None:
            yield MaxLen(self.max)

    def rules(self, field: str) -> Iterator[Rule]:
        length, limit = self.length, self.max
        if self.name is None:
            return

        def fits(value: bytes) -> bool:
            return (length is None or len(value) == length) and (limit is None or len(value) <= limit)

        bound = f"= {length}" if limit is None else f"<= {limit}"
        message = (
            Message(f"{field} {length} bayt olmalıdır", f"{field} must have {length} bytes")
            if limit is None
            else Message(f"{field} en çok {limit} bayt olabilir", f"{field} must take at most {limit} bytes")
        )
        yield Rule(name=self.name, fields=(field,), holds=fits, sql=f"octet_length({field}) {bound}", message=message)


@dataclass(frozen=True, kw_only=True)
class Inet(Marker):
    """An address or network, without a zone."""

    sql_type = "inet"

    def __iter__(self) -> Iterator[object]:
        yield BeforeValidator(network.interface)

    def rules(self, field: str) -> Iterator[Rule]:  # noqa: ARG002 - an address has no bounds
        yield from ()
