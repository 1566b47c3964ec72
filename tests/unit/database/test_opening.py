"""The message that begins a transaction, and who it acts for."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import cast

import pytest
from pydantic import ValidationError

from platform_db.database import Identity, Role, TransactionOptions
from platform_db.database.opening import opening, quote_literal
from platform_db.errors import UsageError
from platform_db.settings import Settings

SETTINGS = Settings.load()


def begin(options: TransactionOptions, identity: Identity | None = None) -> list[str]:
    return opening(options, options.bounded_by(SETTINGS), identity).split("; ")


def test_a_worker_without_a_person() -> None:
    assert begin(TransactionOptions()) == [
        "BEGIN",
        'SET LOCAL ROLE "platform_worker"',
        "SET LOCAL statement_timeout = 30000",
        "SET LOCAL lock_timeout = 5000",
        "SET LOCAL idle_in_transaction_session_timeout = 60000",
    ]


def test_a_person_with_everything() -> None:
    identity = Identity(user_id=7, session_id=9, ip=IPv4Address("10.0.0.1"), user_agent="O'Neill")
    options = TransactionOptions(
        isolation="serializable", access="read only", statement_timeout=0, lock_timeout=0.0001, idle_timeout=1.5
    )

    assert begin(options, identity) == [
        "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY",
        'SET LOCAL ROLE "platform_app"',
        "SET LOCAL statement_timeout = 0",
        "SET LOCAL lock_timeout = 1",
        "SET LOCAL idle_in_transaction_session_timeout = 1500",
        "SET LOCAL app.user_id = '7'",
        "SET LOCAL app.session_id = '9'",
        "SET LOCAL app.ip = '10.0.0.1'",
        "SET LOCAL app.user_agent = 'O''Neill'",
    ]


def test_a_person_who_does_the_workers_work() -> None:
    assert begin(TransactionOptions(role=Role.WORKER), Identity(user_id=7))[1] == 'SET LOCAL ROLE "platform_worker"'


@pytest.mark.parametrize(
    ("text", "quoted"),
    [("", "''"), ("a", "'a'"), ("a'b", "'a''b'"), ("a\\b", " E'a\\\\b'"), ("\\'", " E'\\\\'''"), ("ı;--", "'ı;--'")],
)
def test_literals_are_quoted(text: str, quoted: str) -> None:
    assert quote_literal(text) == quoted


def test_a_literal_has_no_zero_character() -> None:
    with pytest.raises(UsageError, match="U\\+0000"):
        quote_literal("a\0")


@pytest.mark.parametrize("seconds", [-1, 86401, float("nan"), float("inf")])
def test_a_bound_is_a_number_of_seconds(seconds: float) -> None:
    with pytest.raises(UsageError, match="0 to 86400"):
        TransactionOptions(statement_timeout=seconds)


@pytest.mark.parametrize("user_id", [0, -1, 2**63, True, "7", 7.0, None])
def test_a_users_id_is_a_positive_whole_number(user_id: object) -> None:
    with pytest.raises(UsageError, match="as_user"):
        Identity.of(cast("int", user_id))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"user_agent": "a\0b"}, "user_agent"),
        ({"user_agent": "\ud800"}, "user_agent"),
        ({"ip": "300.1.1.1"}, "ip"),
        ({"session_id": 0}, "session_id"),
        ({"extra": 1}, "extra"),
    ],
)
def test_an_identity_refuses_what_cannot_be_stored(values: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Identity.model_validate({"user_id": 1, **values})
    assert {error["loc"][0] for error in caught.value.errors()} == {field}


def test_an_identity_mends_what_a_request_brings() -> None:
    identity = Identity.model_validate({"user_id": 1, "ip": "fe80::1%eth0", "user_agent": "x" * 600})

    assert identity.settings() == {
        "app.user_id": "1",
        "app.session_id": "",
        "app.ip": "fe80::1",
        "app.user_agent": "x" * 500,
    }
    assert Identity.model_validate({"user_id": 1, "ip": "", "user_agent": ""}) == Identity(user_id=1)
