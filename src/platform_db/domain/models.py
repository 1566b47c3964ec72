"""The two kinds of models: what is stored, and what comes in.

A :class:`StoredModel` mirrors a table, one field a column; its instances are frozen and
always satisfy every rule of the table. An :class:`InputModel` is what a caller gives an
operation; it reuses the columns' annotations, so the same bounds and rule names speak.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from types import UnionType
from typing import Annotated, ClassVar, Self, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from platform_db.domain.changes import ChangeRule
from platform_db.domain.fields import BigInteger, Column, Instant, Integer, Marker
from platform_db.domain.rules import Guard, Message, Rule, combine, judge
from platform_db.domain.trust import FROM_DATABASE
from platform_db.errors import RuleViolation, Violation

__all__ = [
    "Created",
    "Id",
    "Identified",
    "InputModel",
    "StoredModel",
    "Versioned",
    "changed_fields",
]

Id = Annotated[int, BigInteger(), Column(identity=True)]
NOT_NULL = "not_null"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    entity: ClassVar[str]
    """The table this model speaks of; rule names begin with it."""

    @classmethod
    def field_rules(cls) -> dict[str, tuple[Rule, ...]]:
        """The rules that each field's own annotation carries."""
        return {
            name: tuple(rule for marker in field.metadata if isinstance(marker, Marker) for rule in marker.rules(name))
            for name, field in cls.model_fields.items()
        }

    @classmethod
    def parse(cls, data: Mapping[str, object]) -> Self:
        """Validate, reporting every broken rule by its name.

        Raises
        ------
        RuleViolation
            With one violation for each broken rule, in the order of the fields.
        """
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise RuleViolation(*cls.explain(error, data)) from None

    @classmethod
    def explain(cls, error: ValidationError, data: Mapping[str, object]) -> tuple[Violation, ...]:
        """Name the rules behind a ValidationError; ``data`` is what was validated."""
        found: list[Violation] = []
        bounds = cls.field_rules()
        invalid: set[str] = set()
        for detail in error.errors(include_url=False, include_context=True, include_input=False):
            location = detail["loc"]
            if not location:
                found.extend(cls._about_the_whole(detail))
                continue
            field = str(location[0])
            invalid.add(field)
            rules = bounds.get(field, ()) if len(location) == 1 else ()
            broken = _broken(rules, field, data)
            found.extend(rule.violation(cls.entity) for rule in broken)
            if not broken:
                found.append(cls._misfit(location, detail, is_null=len(location) == 1 and data.get(field) is None))
        values = cls._typed(data, frozenset(invalid))
        found.extend(rule.violation(cls.entity) for rule in judge(cls.row_rules(), values, frozenset(invalid)))
        return tuple(dict.fromkeys(found)) or (_unexplained(cls.entity, error),)

    @classmethod
    def _about_the_whole(cls, detail: ErrorDetails) -> Iterator[Violation]:
        """What a validator of the whole model says under a rule's name."""
        context = detail.get("ctx", {})
        if {"tr", "en", "fields"} <= context.keys():
            message = Message(str(context["tr"]), str(context["en"]))
            yield Violation(rule=detail["type"], fields=tuple(context["fields"]), message=message, entity=cls.entity)

    @classmethod
    def row_rules(cls) -> tuple[Rule, ...]:
        """The rules over several fields."""
        return ()

    @classmethod
    def _typed(cls, data: Mapping[str, object], invalid: frozenset[str]) -> dict[str, object]:
        """The valid fields of ``data`` with defaults, as their columns' types."""
        values: dict[str, object] = {}
        for name, field in cls.model_fields.items():
            if name in invalid:
                continue
            if name in data:
                values[name] = data[name]
            elif not field.is_required():
                values[name] = field.get_default(call_default_factory=True, validated_data={})
        return values

    @classmethod
    def _misfit(cls, location: tuple[int | str, ...], detail: ErrorDetails, *, is_null: bool) -> Violation:
        """A value that is not of its field's type at all, is missing, or is not a field."""
        path = ".".join(map(str, location))
        if is_null and location[0] in cls.model_fields:
            rule, message = NOT_NULL, Message(f"{path} gereklidir", f"{path} is required")
        elif detail["type"] == "extra_forbidden":
            rule, message = "unknown_field", Message(f"{path} diye bir alan yoktur", f"there is no field {path}")
        else:
            # a ValueError's own text may quote the value
            why = detail["type"] if detail["type"] == "value_error" else detail["msg"]
            rule, message = "type", Message(f"{path} geçerli bir değer değildir", f"{path} is not valid: {why}")
        context = detail.get("ctx", {})
        if isinstance(context.get("tr"), str) and isinstance(context.get("en"), str):
            rule, message = detail["type"], Message(str(context["tr"]), str(context["en"]))
            return Violation(rule=rule, fields=(path,), message=message, entity=cls.entity)
        return Violation(rule=f"{cls.entity}_{path}_{rule}", fields=(path,), message=message, entity=cls.entity)


def _broken(rules: tuple[Rule, ...], field: str, data: Mapping[str, object]) -> list[Rule]:
    if field not in data:
        return []
    found: list[Rule] = []
    for rule in rules:
        try:
            if rule.broken_by(data):
                found.append(rule)
        except (TypeError, AttributeError, ValueError, ArithmeticError):
            return []  # the value is not of the column's type; that is what is reported
    return found


def _unexplained(entity: str, error: ValidationError) -> Violation:
    text = "; ".join(detail["type"] for detail in error.errors(include_url=False, include_input=False))
    return Violation(rule=f"{entity}_invalid", fields=(), message=Message("geçersiz değer", text), entity=entity)


class StoredModel(_Model):
    """A row of one table: frozen, and true by every rule of the table."""

    rules: ClassVar[tuple[Rule, ...]] = ()
    """Rules over several fields, beside the model they are about."""

    guards: ClassVar[tuple[Guard, ...]] = ()
    """Constraint names that the table's triggers raise, beside those of ``change_rules``."""

    change_rules: ClassVar[tuple[ChangeRule, ...]] = ()
    """What may become of a row; each is a trigger of the table."""

    _row_rules: ClassVar[tuple[Rule, ...]] = ()

    @classmethod
    def __pydantic_init_subclass__(cls, **options: object) -> None:
        super().__pydantic_init_subclass__(**options)
        single = (rule for rules in cls.field_rules().values() for rule in rules)
        merged = combine([*single, *cls.inherited_rules()])
        cls._all_rules = merged
        declared = {rule.name for rule in cls.inherited_rules()}
        cls._row_rules = tuple(rule for rule in merged if len(rule.fields) > 1 or rule.name in declared)

    _all_rules: ClassVar[tuple[Rule, ...]] = ()

    @classmethod
    def inherited_rules(cls) -> tuple[Rule, ...]:
        """The declared rules of this model and of the shapes it is made of, bases first."""
        declared: dict[str, Rule] = {}
        for base in reversed(cls.__mro__):
            for rule in base.__dict__.get("rules", ()):
                declared[rule.name] = rule
        return tuple(declared.values())

    @classmethod
    def all_rules(cls) -> tuple[Rule, ...]:
        """Every CHECK of the table, those of single fields first."""
        return cls._all_rules

    @classmethod
    def row_rules(cls) -> tuple[Rule, ...]:
        return cls._row_rules

    @classmethod
    def violations(cls, values: Mapping[str, object]) -> tuple[Violation, ...]:
        """The rules that a row of typed values breaks, under their constraints' names."""
        return tuple(rule.violation(cls.entity) for rule in judge(cls.all_rules(), values))

    def checked(self, changes: Mapping[str, object]) -> dict[str, object]:
        """The changes as typed values, if they may be made and the resulting row is true.

        The change is judged first, as the database's triggers come before its CHECKs.

        Raises
        ------
        RuleViolation
            With every rule of changes that the change breaks, or else every rule of the row
            that the result breaks.
        """
        wanted = {**self.__dict__, **changes}
        broken = [rule for rule in self.change_rules if rule.broken_by(self.__dict__, wanted)]
        if broken:
            raise RuleViolation(*(rule.guard.violation(self.entity) for rule in broken))
        after = type(self).parse(wanted)
        return {name: getattr(after, name) for name in changes}

    @classmethod
    def all_guards(cls) -> tuple[Guard, ...]:
        """Every truth that a trigger of the table enforces."""
        return (*cls.guards, *(rule.guard for rule in cls.change_rules))

    @classmethod
    def refusal(cls, name: str) -> Violation:
        """What is reported when the rule or guard of this name is broken, by the library as by the database."""
        known = next(each for each in (*cls.all_guards(), *cls.all_rules()) if each.name == name)
        return known.violation(cls.entity)

    @model_validator(mode="after")
    def _keep_the_rules(self, info: ValidationInfo) -> Self:
        if info.context is FROM_DATABASE:
            return self
        for rule in self._row_rules:
            if rule.broken_by(self.__dict__):
                # the name is the error's type, so FastAPI's 422 shows it too
                raise PydanticCustomError(
                    rule.constraint(self.entity),  # pyright: ignore[reportArgumentType]
                    "{en}",
                    {"tr": rule.message.tr, "en": rule.message.en, "fields": rule.fields},
                )
        return self

    @classmethod
    def enum_of(cls, field: str) -> type[StrEnum] | None:
        """The enum a column holds, if it holds one."""
        return _enum_in(cls.model_fields[field].annotation)

    @classmethod
    def is_nullable(cls, field: str) -> bool:
        """Whether the column admits NULL, which is whether the field admits None."""
        annotation = cls.model_fields[field].annotation
        return get_origin(annotation) in {Union, UnionType} and type(None) in get_args(annotation)


def _enum_in(annotation: object) -> type[StrEnum] | None:
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return annotation
    return next((kind for part in get_args(annotation) if (kind := _enum_in(part)) is not None), None)


class Identified(StoredModel):
    """A row with a key of its own."""

    id: Id = Field(description="Key, given by the server.")


class Created(Identified):
    """A row that knows when it was made."""

    created_at: Annotated[AwareDatetime, Instant(), Column(server_default="now()")] = Field(
        description="When the row was made (UTC).",
    )


def _updated_after_created(updated: datetime, created: datetime) -> bool:
    return updated >= created


class Versioned(Created):
    """A row that changes: ``version`` counts the changes, so no update is lost."""

    version: Annotated[int, Integer(gt=0, name="version_positive")] = Field(
        default=1,
        description="Counts the changes; an update names the version it read.",
    )
    updated_at: Annotated[AwareDatetime, Instant(), Column(server_default="now()")] = Field(
        description="When the row last changed (UTC).",
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="updated_after_created",
            fields=("updated_at", "created_at"),
            holds=_updated_after_created,
            sql="updated_at >= created_at",
            message=Message(
                "updated_at, created_at değerinden önce olamaz", "updated_at must not be before created_at"
            ),
        ),
    )


class InputModel(_Model):
    """What a caller gives an operation; nothing is defaulted that the caller should decide."""


def changed_fields(patch: InputModel) -> dict[str, object]:
    """The fields a caller has set in a patch; ``None`` set on purpose is a value."""
    return {name: getattr(patch, name) for name in type(patch).model_fields if name in patch.model_fields_set}


def markers(field: FieldInfo) -> tuple[Marker, ...]:
    """The markers in a field's annotation."""
    return tuple(item for item in field.metadata if isinstance(item, Marker))
