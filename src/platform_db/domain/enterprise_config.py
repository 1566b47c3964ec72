"""Settings that are kept in the database, each for one environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, Final, Literal, get_args

import orjson
from pydantic import AfterValidator, Field, InstanceOf, JsonValue, SecretStr, StrictBool

from platform_db.domain import patterns
from platform_db.domain.changes import ChangeRule, fixed
from platform_db.domain.environments import EnvironmentName
from platform_db.domain.fields import Column, OneOf, Text
from platform_db.domain.json_values import checked
from platform_db.domain.models import InputModel, Versioned
from platform_db.domain.rules import Message, Rule

__all__ = ["ConfigKey", "ConfigType", "EnterpriseConfig", "NewSetting", "secret_place", "written"]

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


def _secret_stays_secret(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    return bool(after["is_sensitive"] or not before["is_sensitive"])


ConfigKey = Annotated[
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
]


class EnterpriseConfig(Versioned):
    """Settings per environment.

    An encrypted value is bound to table, column, key and environment: moved elsewhere it
    cannot be read.
    """

    entity = "enterprise_config"

    config_key: ConfigKey = Field(description="Name of the setting (`audit.enabled`).")
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

    change_rules: ClassVar[tuple[ChangeRule, ...]] = (
        fixed(
            "key_is_fixed",
            ("config_key", "environment"),
            Message(
                "Bir ayarın anahtarı ve ortamı değişmez; yenisini tanımlayın",
                "The key and the environment of a setting are fixed; define another",
            ),
        ),
        ChangeRule(
            "secret_stays_secret",
            ("is_sensitive",),
            _secret_stays_secret,
            "NEW.is_sensitive OR NOT OLD.is_sensitive",
            Message("Gizli bir ayar açık metne dönmez", "A secret does not become plain text"),
        ),
    )

    @property
    def value(self) -> JsonValue:
        """The value as its type says: a whole number, True or False, a JSON document, or text.

        Of a secret it is the encrypted text.
        """
        if self.config_type in {"integer", "boolean", "json"}:
            return orjson.loads(self.config_value)
        return self.config_value


MAX_VALUE_BYTES: Final = 65_536
"""The largest document that a setting may be; of plain text the database sets no bound."""


class NewSetting(InputModel):
    """A setting to define, in one environment. A ``SecretStr`` is stored encrypted.

    >>> written(NewSetting(config_key="sync.batch", value=50, environment="staging").value)
    ('integer', '50')
    """

    entity = EnterpriseConfig.entity

    config_key: ConfigKey
    value: InstanceOf[SecretStr] | Annotated[JsonValue, AfterValidator(checked(MAX_VALUE_BYTES))]
    environment: EnvironmentName
    description: Annotated[str | None, Text()] = None


def written(value: JsonValue) -> tuple[ConfigType, str]:
    """A value's type and its text in the database.

    >>> written(True), written("Ankara"), written({"retries": 3})
    (('boolean', 'true'), ('string', 'Ankara'), ('json', '{"retries":3}'))
    """
    if isinstance(value, str):
        return "string", value
    kind: ConfigType = "boolean" if isinstance(value, bool) else "integer" if isinstance(value, int) else "json"
    return kind, orjson.dumps(value).decode()


def secret_place(config_key: str, environment: str) -> tuple[str | int, ...]:
    """What an encrypted value is bound to: its column, its key and its environment."""
    return EnterpriseConfig.entity, "config_value", config_key, environment
