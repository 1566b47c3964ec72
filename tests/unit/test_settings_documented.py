"""docs/settings.md says of every setting what the model says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from annotated_types import Ge, Gt, Le, MaxLen, MinLen

from platform_db.settings import ENVIRONMENT_PREFIX, Settings

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_table_of_settings_is_the_model() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert rows == [row(name, field) for name, field in Settings.model_fields.items()]


def row(name: str, field: FieldInfo) -> str:
    default = "" if field.default is None else f"`{field.default}`"
    bounds = ", ".join(filter(None, map(said, field.metadata)))
    return f"| `{ENVIRONMENT_PREFIX}{name.upper()}` | {default} | {bounds} | {field.description} |"


def said(bound: object) -> str:
    match bound:
        case Ge(ge=least):
            return f"at least {least}"
        case Gt(gt=below):
            return f"above {below}"
        case Le(le=most):
            return f"at most {most}"
        case MinLen(min_length=least):
            return f"{least} character or more"
        case MaxLen(max_length=most):
            return f"at most {most} characters"
        case _:
            return ""
