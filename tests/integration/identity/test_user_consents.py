"""Consents are given and withdrawn by the database's clock, and what was given stays readable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_db.errors import NotFound, RuleViolation
from tests.integration.identity.accounts import account, told

if TYPE_CHECKING:
    from datetime import datetime

    from platform_db.domain.users import Consent
    from platform_db.repositories.work import Database
    from tests.raw import Raw


async def test_a_consent_is_given_withdrawn_and_given_anew(database: Database, worker: Raw) -> None:
    # given an account, and its owner
    user = await account(worker, "riza")

    def stamped(consent: Consent | None) -> tuple[str, bool, datetime]:
        assert consent is not None
        return consent.text_version, consent.stands, consent.given_at

    # when a consent is given twice
    async with database.unit_of_work(as_user=user) as work:
        given = await work.users.give_consent(user, "marketing_email", "2026-01")
    async with database.unit_of_work(as_user=user) as work:
        again = await work.users.give_consent(user, "marketing_email", "2026-01")
    # then the first stands
    first = stamped(given.consent("marketing_email"))
    assert first[:2] == ("2026-01", True)
    assert again == given
    # when it is withdrawn twice, then the text and its time stay readable beside the first withdrawal
    async with database.unit_of_work(as_user=user) as work:
        withdrawn = await work.users.withdraw_consent(user, "marketing_email")
    async with database.unit_of_work(as_user=user) as work:
        assert await work.users.withdraw_consent(user, "marketing_email") == withdrawn
    assert stamped(withdrawn.consent("marketing_email")) == ("2026-01", False, first[2])
    # when it is given again by the same text, then it stands from now on
    async with database.unit_of_work(as_user=user) as work:
        anew = await work.users.give_consent(user, "marketing_email", "2026-01")
    stood = stamped(anew.consent("marketing_email"))
    assert (stood[1], stood[2] > first[2]) == (True, True)
    # and when it is given by another text, then by that
    async with database.unit_of_work(as_user=user) as work:
        newer = await work.users.give_consent(user, "marketing_email", "2026-02")
    assert stamped(newer.consent("marketing_email"))[:2] == ("2026-02", True)
    # and the log has the history
    assert await told(database, user) == [
        ("user_update", event, {"after": {"consents": {"marketing_email": row.consents["marketing_email"]}}})
        for event, row in (
            ("user.consent_given", given),
            ("user.consent_withdrawn", withdrawn),
            ("user.consent_given", anew),
            ("user.consent_given", newer),
        )
    ]
    assert await worker.fetchval("SELECT version FROM users WHERE id = $1", user) == 5


async def test_a_consent_of_another_purpose_stays(database: Database, worker: Raw) -> None:
    user = await account(worker, "riza")
    async with database.unit_of_work() as work:
        await work.users.give_consent(user, "analytics", "1")
        both = await work.users.give_consent(user, "marketing_email", "1")
    assert sorted(both.consents) == ["analytics", "marketing_email"]


async def test_a_consent_that_is_none_is_refused_by_name(database: Database, worker: Raw) -> None:
    user = await account(worker, "riza")
    for purpose, text, rule in (
        ("Pazarlama", "1", "ck_users_consent_purpose_format"),
        ("analytics", "  ", "ck_users_consent_text_version_not_blank"),
        ("analytics", "x" * 51, "ck_users_text_version_length"),
    ):
        with pytest.raises(RuleViolation) as refused:
            async with database.unit_of_work() as work:
                await work.users.give_consent(user, purpose, text)
        assert refused.value.rule == rule
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.users.withdraw_consent(user, "analytics")
    assert refused.value.rule == "users_consent_was_given"
    other = await account(worker, "baskasi")
    with pytest.raises(NotFound):
        async with database.unit_of_work(as_user=user) as work:
            await work.users.give_consent(other, "analytics", "1")
    with pytest.raises(NotFound):
        async with database.unit_of_work(as_user=user) as work:
            await work.users.withdraw_consent(other, "analytics")
    assert await worker.fetchval("SELECT count(*) FROM users WHERE consents <> '{}'") == 0
