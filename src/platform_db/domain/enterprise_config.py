"""Settings that are kept in the database, each for one environment."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Annotated, ClassVar, Final, Literal, get_args

from pydantic import Field, StrictBool

from platform_db.domain import patterns
from platform_db.domain.environments import EnvironmentName
from platform_db.domain.fields import Column, OneOf, Text
from platform_db.domain.models import Versioned
from platform_db.domain.rules import Message, Rule

__all__ = ["ConfigType", "EnterpriseConfig"]

ConfigType = Literal["string", "integer", "boolean", "json", "encrypted"]
"""How the text of a value is read."""

_SHAPES: Final = MappingProxyType(
    {
        "integer": "^(0|-?[1-9][0-9]{0,17})$",
        "boolean": "^(true|false)$",
        "encrypted": r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$",
    }
)
"""How the values of a type are written; those of the other types are any text."""

_COMPILED: Final = MappingProxyType(
    {name: re.compile(shape.removesuffix("$") + r"\Z") for name, shape in _SHAPES.items()}
)


def _value_matches_type(config_type: str, value: str) -> bool:
    shape = _COMPILED.get(config_type)
    return shape is None or shape.search(value) is not None


def _encrypted_is_sensitive(config_type: str, is_sensitive: bool) -> bool:  # noqa: FBT001 - a column
    return (config_type == "encrypted") == is_sensitive


class EnterpriseConfig(Versioned):
    """Settings per environment.

    An encrypted value is bound to table, column, key and environment: moved elsewhere it
    cannot be read.
    """

    entity = "enterprise_config"

    config_key: Annotated[
        str,
        Text(
            max=255,
            pattern=patterns.DOTTED_SLUG,
            name="config_key_format",
            message=Message(
                "Ayar anahtarı noktalı küçük harftir (audit.enabled)",
                "A key is lower case with dots (audit.enabled)",
            ),
        ),
        Column(bytewise=True),
    ] = Field(description="Name of the setting (`audit.enabled`).")
    config_value: Annotated[str, Text()] = Field(description="Its value, as text.")
    config_type: Annotated[ConfigType, OneOf(words=get_args(ConfigType), name="valid_config_type")] = Field(
        default="string", description="How the value is read."
    )
    description: Annotated[str | None, Text()] = Field(default=None, description="What the setting does.")
    is_sensitive: StrictBool = Field(default=False, description="Whether the value is a secret: then it is encrypted.")
    environment: EnvironmentName = Field(default="production", description="Environment that the value is for.")

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="value_matches_type",
            fields=("config_type", "config_value"),
            holds=_value_matches_type,
            sql=(
                "CASE config_type "
                + " ".join(f"WHEN '{name}' THEN config_value ~ '{shape}'" for name, shape in _SHAPES.items())
                + " ELSE true END"
            ),
            message=Message(
                "Değer, ayarın türüne uygun yazılmalıdır (12, true, şifreli metin)",
                "The value must be written as its type demands (12, true, encrypted text)",
            ),
        ),
        Rule(
            name="encrypted_is_sensitive",
            fields=("config_type", "is_sensitive"),
            holds=_encrypted_is_sensitive,
            sql="(config_type = 'encrypted') = is_sensitive",
            message=Message(
                "Gizli değerler şifreli saklanır, başkaları saklanmaz",
                "A secret is stored encrypted, and nothing else is",
            ),
        ),
    )
