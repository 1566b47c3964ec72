"""Sessions are opened within a limit and rotated once; a replayed token ends its family."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from platform_db.domain.sessions import (
    Reused,
    SessionPolicy,
    SessionRevocationReason,
    token_hash,
)
from platform_db.errors import AlreadyExists, NotAllowed, NotFound, RuleViolation, StillReferenced
from platform_db.repositories.sessions import SessionFilter
from tests.integration.clock import ago
from tests.integration.identity.accounts import account
from tests.integration.identity.signing_in import (
    end,
    entries,
    following,
    opened,
    reasons,
    rotated,
    signed_in,
    stored_before,
    token,
)
from tests.integration.stored import new_user

if TYPE_CHECKING:
    from platform_db.repositories.work import Database, Work
    from tests.raw import Raw

LOGOUT = SessionRevocationReason.LOGOUT
WEEK = timedelta(hours=168)


# -- opening ---------------------------------------------------------------------------


async def test_a_session_is_opened_for_a_week_and_keeps_no_token(database: Database, worker: Raw) -> None:
    # given a user and a token
    user, secret = await new_user(worker, "ayse"), token()
    # when the user signs in
    session = await opened(
        database,
        user,
        secret,
        access_token_jti="j-1",
        device_fingerprint="torna-3",
        user_agent="Mozilla/5.0",
        ip_address="203.0.113.17",
    )
    # then it lives for a week
    assert (session.expires_at - session.created_at, session.revoked_at, session.version) == (WEEK, None, 1)
    assert (session.access_token_jti, session.device_fingerprint, str(session.ip_address)) == (
        "j-1",
        "torna-3",
        "203.0.113.17/32",
    )
    # and no table has the token
    assert session.refresh_token_hash == token_hash(secret)
    for table in ("sessions", "audit_logs"):
        assert await worker.fetchval(f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%' || $1 || '%'", secret) == 0  # noqa: S608
    # and the log says that it was opened, and of the person commitments only
    assert await entries(database, session.id) == [("auth_login", "session.opened", {"after": {"user_id": user}})]
    entry = await worker.fetchval("SELECT payload::text FROM audit_logs WHERE event_type = 'session.opened'")
    assert "203.0.113" not in entry
    assert "torna-3" not in entry
    kept = await worker.fetch("SELECT field, value::text FROM audit_personal_data ORDER BY field")
    assert [row[:] for row in kept] == [
        ("after.device_fingerprint", '"torna-3"'),
        ("after.ip_address", '"203.0.113.17/32"'),
        ("after.user_agent", '"Mozilla/5.0"'),
    ]


@pytest.mark.parametrize("status", ["suspended", "inactive", "deleted"])
async def test_a_closed_account_opens_no_session(database: Database, worker: Raw, status: str) -> None:
    # given an account that is closed
    user = await account(worker, "kapali", status=status, deleted_at=ago(days=1) if status == "deleted" else None)
    # when a session of it is to be opened, then it is refused as its sign-in is
    with pytest.raises(RuleViolation) as refused:
        await opened(database, user)
    assert (refused.value.rule, refused.value.fields) == ("users_sign_in_status", ("status",))
    assert await worker.fetchval("SELECT count(*) FROM sessions") == 0
    assert await worker.fetchval("SELECT count(*) FROM audit_logs") == 0


@pytest.mark.parametrize("status", ["pending", "active"])
async def test_an_account_that_may_sign_in_opens_one(database: Database, worker: Raw, status: str) -> None:
    user = await account(worker, "acik", status=status)
    assert (await opened(database, user)).user_id == user


async def test_beyond_the_limit_the_oldest_live_sessions_end(database: Database, worker: Raw) -> None:
    # given three live sessions of one age each, one that is over, one that is revoked, and one of somebody else
    user, other = await new_user(worker, "ayse"), await new_user(worker, "mehmet")
    oldest, middle, newest = [await stored_before(worker, user, created_at=ago(hours=hours)) for hours in (9, 8, 7)]
    over = await stored_before(worker, user, created_at=ago(days=9), expires_at=ago(days=1))
    logged_out = await stored_before(worker, user, revoked_at=ago(hours=1), revocation_reason="logout")
    theirs = await stored_before(worker, other, created_at=ago(hours=9))
    # when another is opened where two may be live
    async with database.unit_of_work() as work:
        new = await work.sessions.open(signed_in(user, token()), SessionPolicy(live_sessions=2))
    # then the newest before it and itself are live
    rows = await worker.fetch("SELECT id, revocation_reason::text FROM sessions ORDER BY id")
    assert {row["id"]: row["revocation_reason"] for row in rows} == {
        oldest: "session_limit",
        middle: "session_limit",
        newest: None,
        over: None,
        logged_out: "logout",
        theirs: None,
        new.id: None,
    }
    # and the log says so of each
    for session in (oldest, middle):
        assert await entries(database, session) == [end("session_limit")]
    assert await entries(database, newest) == []


async def test_the_new_session_is_never_the_one_too_many(database: Database, worker: Raw) -> None:
    # given a session that is younger than the transaction which opens another
    user = await new_user(worker, "ayse")
    async with database.unit_of_work() as work:
        await work.users.get(user)
        younger = await opened(database, user)
        # when that other is opened where one may be live
        new = await work.sessions.open(signed_in(user, token()), SessionPolicy(live_sessions=1))
    # then the younger one ends, and not before it began
    assert new.created_at < younger.created_at
    async with database.unit_of_work() as work:
        ended = await work.sessions.get(younger.id)
        assert (ended.revoked_at, ended.revocation_reason) == (younger.created_at, "session_limit")
        assert [session.id for session in (await work.sessions.live(SessionFilter(user_id=user))).items] == [new.id]


async def test_a_token_opens_one_session_and_a_stranger_none(database: Database, worker: Raw) -> None:
    user, secret = await new_user(worker, "ayse"), token()
    await opened(database, user, secret)
    with pytest.raises(AlreadyExists) as again:
        await opened(database, user, secret)
    with pytest.raises(StillReferenced) as nobody:
        await opened(database, user + 1)
    assert (again.value.constraint, nobody.value.constraint) == (
        "uq_sessions_refresh_token_hash",
        "fk_sessions_user_id_users",
    )
    assert secret not in str(again.value)
    assert await worker.fetchval("SELECT count(*) FROM sessions") == 1


async def test_a_user_neither_opens_nor_rotates(database: Database, worker: Raw) -> None:
    user, secret = await new_user(worker, "ayse"), token()
    await opened(database, user, secret)
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.sessions.open(signed_in(user, token()))
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.sessions.rotate(secret, following(token()))
    assert await reasons(worker) == [None]


# -- rotating --------------------------------------------------------------------------


async def test_a_rotation_ends_one_session_and_opens_the_next(database: Database, worker: Raw) -> None:
    # given a session
    user, first, second = await new_user(worker, "ayse"), token(), token()
    parent = await opened(database, user, first, device_fingerprint="torna-3", user_agent="A", ip_address="10.1.2.3")
    # when its token is rotated, from another address
    child = await rotated(database, first, second, access_token_jti="j-2", ip_address="10.9.9.9")
    # then the next one follows it on the same device, for a week of its own
    assert (child.rotated_from, child.user_id, child.refresh_token_hash) == (parent.id, user, token_hash(second))
    assert (child.device_fingerprint, child.user_agent, str(child.ip_address)) == ("torna-3", "A", "10.9.9.9/32")
    assert (child.access_token_jti, child.expires_at - child.created_at) == ("j-2", WEEK)
    async with database.unit_of_work() as work:
        closed = await work.sessions.get(parent.id)
        # and only the new token is good
        assert (await work.sessions.by_token(second)).id == child.id
        with pytest.raises(NotFound):
            await work.sessions.by_token(first)
    assert (closed.revocation_reason, closed.revoked_at, closed.last_used_at) == (
        "rotated",
        child.created_at,
        child.created_at,
    )
    # and the log says both
    ended = {"before": {"revocation_reason": None}, "after": {"revocation_reason": "rotated"}}
    assert (await entries(database, parent.id))[1:] == [("auth_token_refresh", "session.rotated", ended)]
    assert await entries(database, child.id) == [
        ("auth_token_refresh", "session.opened", {"after": {"user_id": user, "rotated_from": parent.id}})
    ]


async def test_a_replayed_token_ends_its_whole_family_and_is_no_exception(database: Database, worker: Raw) -> None:
    # given a session rotated twice, another sign-in of the user, and one of somebody else
    user, tokens = await new_user(worker, "ayse"), [token() for _ in range(3)]
    first = await opened(database, user, tokens[0])
    middle = await rotated(database, tokens[0], tokens[1])
    last = await rotated(database, tokens[1], tokens[2])
    elsewhere = await opened(database, user)
    # when the token in the middle is played again
    async with database.unit_of_work() as work:
        replay = following(token(), ip_address="198.51.100.23", user_agent="curl/8")
        outcome = await work.sessions.rotate(tokens[1], replay)
    # then what came of it says so, and the whole family is at an end
    assert outcome == Reused(user_id=user, session_id=middle.id, family_size=3, revoked=1)
    async with database.unit_of_work() as work:
        family = [await work.sessions.get(session.id) for session in (first, middle, last)]
        assert [session.revocation_reason for session in family] == ["rotated", "rotated", "reuse_detected"]
        assert (await work.sessions.get(elsewhere.id)).revoked_at is None
        assert await work.sessions.count() == 4
        # and an event is recorded
        (event,) = (await work.security_events.page()).items
    assert (event.type, event.severity, event.user_id) == ("token_reuse", "high", user)
    assert (str(event.ip_address), event.user_agent) == ("198.51.100.23/32", "curl/8")
    assert event.details == {"session_id": middle.id, "family_size": 3, "revoked": 1}
    assert (await entries(database, last.id))[1:] == [end("reuse_detected")]
    # and the last token is good no more
    async with database.unit_of_work() as work:
        assert await work.sessions.rotate(tokens[2], following(token())) == Reused(
            user_id=user, session_id=last.id, family_size=3, revoked=0
        )


@pytest.mark.parametrize("played", [0, 1, 2, 3, 4])
async def test_the_family_is_found_from_each_of_its_members(database: Database, worker: Raw, played: int) -> None:
    # given a line of five, of which the last is live
    user, tokens = await new_user(worker, "ayse"), [token() for _ in range(5)]
    await opened(database, user, tokens[0])
    for old, new in pairwise(tokens):
        await rotated(database, old, new)
    if played == 4:
        async with database.unit_of_work() as work:
            await work.sessions.revoke_all(user, LOGOUT)
    async with database.unit_of_work() as work:
        outcome = await work.sessions.rotate(tokens[played], following(token()))
    assert isinstance(outcome, Reused)
    assert (outcome.family_size, outcome.revoked) == (5, 0 if played == 4 else 1)
    assert await reasons(worker) == [*["rotated"] * 4, "logout" if played == 4 else "reuse_detected"]
    assert await worker.fetchval("SELECT severity::text FROM security_events") == ("medium" if played == 4 else "high")


async def test_a_unit_that_fails_after_a_replay_takes_the_revocation_back(database: Database, worker: Raw) -> None:
    # why a replay is an outcome and no exception
    user, tokens = await new_user(worker, "ayse"), [token(), token()]
    await opened(database, user, tokens[0])
    await rotated(database, *tokens)

    async def refuse(work: Work) -> None:
        assert isinstance(await work.sessions.rotate(tokens[0], following(token())), Reused)
        raise LookupError

    with pytest.raises(LookupError):
        await database.run(refuse)
    assert await reasons(worker) == ["rotated", None]


async def test_unknown_and_expired_tokens_are_not_found(database: Database, worker: Raw) -> None:
    # given a session that ran out, one that was swept, and nobody's token
    user = await new_user(worker, "ayse")
    secrets_of = {name: token() for name in ("over", "swept", "unknown")}
    gone = {"created_at": ago(days=9), "expires_at": ago(days=2)}
    await stored_before(worker, user, refresh_token_hash=token_hash(secrets_of["over"]), **gone)
    swept = {"revoked_at": ago(days=1), "revocation_reason": "expired", **gone}
    await stored_before(worker, user, refresh_token_hash=token_hash(secrets_of["swept"]), **swept)
    # when they are rotated, then none is found, which is no attack
    for secret in secrets_of.values():
        async with database.unit_of_work() as work:
            with pytest.raises(NotFound):
                await work.sessions.rotate(secret, following(token()))
            with pytest.raises(NotFound):
                await work.sessions.by_token(secret)
    assert await reasons(worker) == [None, "expired"]
    assert await worker.fetchval("SELECT count(*) FROM security_events") == 0


async def test_what_is_no_token_is_refused_before_anything_is_asked(database: Database) -> None:
    async with database.unit_of_work() as work:
        for act in (work.sessions.rotate("kisa", following(token())), work.sessions.by_token("kisa")):
            with pytest.raises(RuleViolation) as refused:
                await act
            assert refused.value.rule == "sessions_refresh_token_format"


async def test_a_rotation_to_a_known_token_leaves_the_session_as_it_was(database: Database, worker: Raw) -> None:
    user, first, taken = await new_user(worker, "ayse"), token(), token()
    await opened(database, user, first)
    await opened(database, user, taken)
    for following_token in (first, taken):
        with pytest.raises(AlreadyExists):
            async with database.unit_of_work() as work:
                await work.sessions.rotate(first, following(following_token))
    assert await reasons(worker) == [None, None]
