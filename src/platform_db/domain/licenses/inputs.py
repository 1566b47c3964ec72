"""What a caller gives to assign a licence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Self

from pydantic import AwareDatetime, Field, StrictBool, StrictInt, model_validator

from platform_db.domain.columns import columns_of
from platform_db.domain.json_values import JsonObject
from platform_db.domain.licenses.license import License
from platform_db.domain.licenses.states import LicenseType
from platform_db.domain.models import InputModel

__all__ = ["ASSIGNED", "NewLicense", "assigned_columns"]

ASSIGNED: Final = ("user_id", "type", "seats", "features", "starts_at", "ends_at", "auto_renew")
"""The columns with which a licence is assigned; it begins active, with no seat taken."""

_Assigned: Final = columns_of(License, ASSIGNED)


class NewLicense(InputModel):
    """A licence to assign.

    The period begins with ``starts_at`` and ends before ``ends_at``;
    :func:`~platform_db.domain.licenses.terms.months_later` counts it in months. ``features``
    are what it includes beyond its plan.

    Raises
    ------
    RuleViolation
        When it is made: a rule of the table ``licenses`` is broken; ``violations`` has every one.
    """

    entity = "licenses"

    user_id: StrictInt
    type: LicenseType
    seats: StrictInt = 1
    features: JsonObject = Field(default_factory=dict)
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    auto_renew: StrictBool = False

    @property
    def columns(self) -> Mapping[str, object]:
        """The row to store, by column."""
        return assigned_columns({name: getattr(self, name) for name in ASSIGNED})

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        _ = self.columns  # judged when they are made
        return self


def assigned_columns(columns: Mapping[str, object]) -> Mapping[str, object]:
    """The columns of a licence to assign, as they are stored.

    Raises
    ------
    RuleViolation
        With every rule of the table that they break.
    """
    row = _Assigned.parse(columns)
    return {name: getattr(row, name) for name in ASSIGNED}
