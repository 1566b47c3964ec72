"""Rows that belong to a user through their job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import sqlalchemy as sa

from platform_db.domain.jobs import UNFINISHED
from platform_db.domain.models import StoredModel
from platform_db.repositories.filters import OLDEST_FIRST, Listing, labelled
from platform_db.repositories.paging import Key
from platform_db.schema.jobs import jobs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_db.repositories.filters import Condition

__all__ = ["of_user", "unfinished"]

M = TypeVar("M", bound=StoredModel)

_OF_USER: Final = sa.select(jobs.c.id).where(jobs.c.user_id == sa.bindparam("user_id", type_=sa.BigInteger()))


def of_user() -> Condition:
    """The row's job is the parameter ``user_id``'s.

    Row security demands the same of a user, but only of each row that a plan has come to:
    with this condition a plan begins at the user's jobs.
    """
    return lambda table: table.c.job_id.in_(_OF_USER)


def unfinished(table: sa.Table, model: type[M], conditions: Mapping[str, Condition]) -> Listing[M]:
    """The list of runs that wait or run: the running first, then the queued, then the pending, each oldest first."""
    return Listing(
        table,
        model,
        (Key("status", descending=True), *OLDEST_FIRST),
        conditions,
        name="unfinished",
        only=(labelled("status", *UNFINISHED),),
    )
