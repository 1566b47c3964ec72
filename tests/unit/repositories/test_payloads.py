"""What an audit entry says of a value."""

from __future__ import annotations

import pytest

from platform_db.repositories.payloads import exact


def test_a_value_without_a_form_is_not_written_in_one_of_its_own() -> None:
    with pytest.raises(TypeError, match="say how a range stands in an audit entry"):
        exact(range(3))
