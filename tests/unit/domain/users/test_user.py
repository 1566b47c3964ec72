"""An account's own rules, before the database is asked."""

from __future__ import annotations

import pytest

from platform_db.domain.users import User
from platform_db.errors import RuleViolation
from tests.parity.examples import users


@pytest.mark.parametrize("email", ["ayse@Ornek.com.tr", "ayse ornek.com.tr", f"{'a' * 65}@ornek.com.tr"])
def test_an_address_is_written_one_way(email: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        User.parse({**users.ROW, "email": email})
    assert (refused.value.rule, refused.value.fields) == ("ck_users_email_format", ("email",))
