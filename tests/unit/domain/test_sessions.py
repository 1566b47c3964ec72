"""Tokens are kept as their hash only; a revocation is final; a replay is told from a token that ran out."""

from __future__ import annotations

import pickle
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from pydantic import ValidationError

from platform_db.domain.security_events import SecurityEventType, SecuritySeverity
from platform_db.domain.sessions import (
    NewSession,
    NextToken,
    Reused,
    Session,
    SessionPolicy,
    SessionRevocationReason,
    token_hash,
)
from platform_db.domain.sessions.outcomes import is_replayed, reuse_event
from platform_db.errors import RuleViolation
from tests.parity.examples.sessions import ROW

TOKEN = "kirmizi-torna-tezgahi-7f3a9c51e2"
REVOKED = {"revoked_at": ROW["last_used_at"], "revocation_reason": SessionRevocationReason.LOGOUT}


def stored(**changes: object) -> Session:
    return Session.parse({**ROW, **changes})


def refused(change: dict[str, object], row: Session) -> list[tuple[str, tuple[str, ...]]]:
    with pytest.raises(RuleViolation) as refusal:
        row.checked(change)
    return [(each.rule, each.fields) for each in refusal.value.violations]


# -- tokens ----------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["a" * 32, "a" * 4096, " " + "~" * 31])
def test_a_token_is_hashed(token: str) -> None:
    assert token_hash(token) == sha256(token.encode()).hexdigest()


@pytest.mark.parametrize(
    "token", ["", "a" * 31, "a" * 4097, "a" * 31 + "\n", "a" * 32 + "\n", "ş" * 32, "\ud800" * 32, "a\0" * 16, None, 7]
)
def test_what_is_no_token_is_refused_without_being_quoted(token: object) -> None:
    with pytest.raises(RuleViolation) as refusal:
        token_hash(token)
    assert (refusal.value.rule, refusal.value.fields) == ("sessions_refresh_token_format", ("refresh_token",))
    assert not isinstance(token, str) or not token or token not in str(refusal.value)


@pytest.mark.parametrize("kind", [NewSession, NextToken])
def test_an_input_holds_the_hash_and_nowhere_the_token(kind: Any) -> None:  # noqa: ANN401 - a model's class
    given: dict[str, Any] = {"refresh_token": TOKEN, **({"user_id": 41} if kind is NewSession else {})}
    for made in (kind(**given), kind.parse(given)):
        assert made.refresh_token_hash == token_hash(TOKEN)
        told = f"{made!r} {made.model_dump()} {made.model_dump(by_alias=True)} {pickle.dumps(made)!r}"
        assert TOKEN not in told


def test_an_error_about_another_field_has_no_token() -> None:
    # pydantic's error about a missing field carries the whole input
    for given in ({}, {"user_id": "kırk bir"}, {"user_id": 41, "token": TOKEN[:8]}):
        with pytest.raises(ValidationError) as refusal:
            NewSession.model_validate({"refresh_token": TOKEN, **given})
        assert TOKEN not in f"{refusal.value} {refusal.value.errors()}"


def test_a_hash_is_not_taken_for_the_token() -> None:
    with pytest.raises(RuleViolation):
        NewSession.parse({"user_id": 41, "refresh_token_hash": token_hash(TOKEN)})


def test_a_short_token_makes_no_input() -> None:
    with pytest.raises(RuleViolation) as refusal:
        NewSession(user_id=41, refresh_token="kisa")
    assert refusal.value.rule == "sessions_refresh_token_format"


# -- the policy ------------------------------------------------------------------------


def test_the_usual_policy_is_ten_sessions_of_a_week() -> None:
    usual = SessionPolicy()
    assert (usual.live_sessions, usual.lifetime) == (10, timedelta(hours=168))


@pytest.mark.parametrize(
    "wrong", [{"live_sessions": 0}, {"live_sessions": 1001}, {"lifetime": timedelta(0)}, {"lifetime": timedelta(366)}]
)
def test_a_policy_has_bounds(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SessionPolicy(**wrong)


# -- what may become of a session ------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"revoked_at": None, "revocation_reason": None},
        {"revoked_at": ROW["expires_at"]},
        {"revocation_reason": SessionRevocationReason.ADMIN},
    ],
)
def test_a_revocation_is_final(change: dict[str, object]) -> None:
    assert refused(change, stored(**REVOKED)) == [
        ("ck_sessions_revocation_is_final", ("revoked_at", "revocation_reason"))
    ]


@pytest.mark.parametrize("change", [{"user_id": 42}, {"refresh_token_hash": "0" * 64}])
def test_a_session_keeps_user_and_token(change: dict[str, object]) -> None:
    assert refused(change, stored()) == [("ck_sessions_token_is_fixed", ("user_id", "refresh_token_hash"))]


def test_a_live_session_is_revoked_and_a_revoked_one_touched() -> None:
    assert stored().checked(REVOKED) == REVOKED
    assert stored(**REVOKED).checked({"last_used_at": ROW["expires_at"]}) == {"last_used_at": ROW["expires_at"]}


# -- replays ---------------------------------------------------------------------------


@pytest.mark.parametrize("reason", SessionRevocationReason)
def test_only_a_token_that_ran_out_is_no_replay(reason: SessionRevocationReason) -> None:
    session = stored(revoked_at=ROW["last_used_at"], revocation_reason=reason)
    assert is_replayed(session) is (reason is not SessionRevocationReason.EXPIRED)


def test_a_session_that_is_not_revoked_is_no_replay() -> None:
    assert is_replayed(stored()) is False


@pytest.mark.parametrize("reason", [each for each in SessionRevocationReason if each != "expired"])
def test_a_replay_is_grave_where_a_newer_token_exists(reason: SessionRevocationReason) -> None:
    # given a token that was played again, from an address
    session = stored(revoked_at=ROW["last_used_at"], revocation_reason=reason)
    request = NextToken.parse({"refresh_token": TOKEN, "ip_address": "198.51.100.23", "user_agent": "curl/8"})
    found = Reused(user_id=41, session_id=88, family_size=3, revoked=1)
    # when it is told
    event = reuse_event(session, found, request)
    # then it is grave if the session was rotated
    assert event.severity is (SecuritySeverity.HIGH if reason == "rotated" else SecuritySeverity.MEDIUM)
    assert (event.type, event.user_id, str(event.ip_address), event.user_agent) == (
        SecurityEventType.TOKEN_REUSE,
        41,
        "198.51.100.23/32",
        "curl/8",
    )
    assert event.details == {"session_id": 88, "family_size": 3, "revoked": 1}
