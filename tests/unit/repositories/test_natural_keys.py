"""A natural key stands on a unique constraint of its table."""

from __future__ import annotations

import pytest

from platform_db.repositories.natural_keys import NaturalKey
from platform_db.schema.all_tables import metadata


def test_columns_that_many_rows_may_share_are_no_key() -> None:
    key = NaturalKey(metadata.tables["users"], ("full_name",))
    with pytest.raises(LookupError, match="users has no unique constraint of full_name that holds for every row"):
        key.exists()
