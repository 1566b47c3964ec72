"""The environments, as rows that are kept for one of them name it."""

from __future__ import annotations

from typing import Annotated, get_args

from platform_db.domain.fields import OneOf
from platform_db.settings import Environment

__all__ = ["EnvironmentName"]

EnvironmentName = Annotated[Environment, OneOf(words=get_args(Environment), name="valid_environment")]
