"""What may become of an account is decided before any statement, under the names that the database uses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from platform_db.domain.users import USER_STATES, Consent, LoginState, ProfileChanges, User, UserRole, UserStatus
from platform_db.domain.users import operations as decide
from platform_db.domain.users.rules import ERASED
from platform_db.domain.users.sign_in import demand_may_sign_in
from platform_db.errors import RuleViolation, StaleVersion
from tests.parity.examples.users import ROW

if TYPE_CHECKING:
    from collections.abc import Callable

AT = datetime(2026, 2, 10, 17, 45, tzinfo=UTC)
HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$cGFzc3dvcmRwYXNzd29yZHBhc3N3b3JkcGFzc3dvcmQ"
GONE = {"status": "deleted", "deleted_at": AT}
NOBODY = dict.fromkeys((*ERASED, "tax_number_kind", "phone_verified_at"))

PENDING, ACTIVE, SUSPENDED, INACTIVE, DELETED = UserStatus


def user(**columns: Any) -> User:  # noqa: ANN401 - columns
    if columns.get("status") == "deleted" and "deleted_at" not in columns:
        columns["deleted_at"] = AT
    return User.parse({**ROW, "role": UserRole(ROW["role"]), **columns})


def refused(decision: Callable[[], object]) -> list[str]:
    with pytest.raises(RuleViolation) as raised:
        decision()
    return [violation.rule for violation in raised.value.violations]


def suspended(row: User) -> dict[str, object]:
    return decide.moved(row, SUSPENDED)


# -- own data --------------------------------------------------------------------------


def test_true_is_not_one_inside_a_document() -> None:
    row = user(metadata={"dense": 1})
    assert decide.profile_changed(row, ProfileChanges(metadata={"dense": 1})) == {}
    changed = decide.profile_changed(row, ProfileChanges(metadata={"dense": True}))
    assert changed == {"metadata": {"dense": True}}
    assert changed["metadata"] is not row.metadata


# -- states ----------------------------------------------------------------------------


def test_the_states_follow_each_other_so_and_not_otherwise() -> None:
    assert {old: {new for new in UserStatus if USER_STATES.may_become(old, new)} for old in UserStatus} == {
        PENDING: {PENDING, ACTIVE, SUSPENDED, INACTIVE, DELETED},
        ACTIVE: {ACTIVE, SUSPENDED, INACTIVE, DELETED},
        SUSPENDED: {SUSPENDED, ACTIVE, INACTIVE, DELETED},
        INACTIVE: {INACTIVE, ACTIVE, SUSPENDED, DELETED},
        DELETED: {DELETED, INACTIVE},
    }


@pytest.mark.parametrize(
    ("decision", "allowed"),
    [
        (decide.activated, {PENDING: ACTIVE, ACTIVE: None}),
        (decide.reactivated, {SUSPENDED: ACTIVE, INACTIVE: ACTIVE, ACTIVE: None}),
        (decide.closed, {PENDING: INACTIVE, ACTIVE: INACTIVE, SUSPENDED: INACTIVE, INACTIVE: None}),
        (decide.deleted, {PENDING: DELETED, ACTIVE: DELETED, SUSPENDED: DELETED, INACTIVE: DELETED, DELETED: None}),
        (
            suspended,
            {PENDING: SUSPENDED, ACTIVE: SUSPENDED, INACTIVE: SUSPENDED, SUSPENDED: None},
        ),
    ],
)
def test_an_act_takes_an_account_from_these_states_only(
    decision: Callable[[User], dict[str, object]], allowed: dict[UserStatus, UserStatus | None]
) -> None:
    for status in UserStatus:
        row = user(status=status)
        if status in allowed:
            assert decision(row) == ({"status": allowed[status]} if allowed[status] else {})
        else:
            assert refused(lambda row=row: decision(row)) == ["ck_users_transition_allowed"]


def test_only_a_deleted_account_is_restored_and_no_anonymised_one() -> None:
    assert decide.restored(user(**GONE)) == {"status": INACTIVE, "deleted_at": None}
    assert refused(lambda: decide.restored(user(status="inactive"))) == ["ck_users_transition_allowed"]
    erased = user(**GONE, **NOBODY, anonymised_at=AT)
    assert refused(lambda: decide.restored(erased)) == ["ck_users_anonymised_after_deleted"]


# -- role ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status", "changes", "ceases"),
    [
        ("admin", "active", {"role": UserRole.VIEWER}, True),
        ("admin", "active", {"status": SUSPENDED}, True),
        ("admin", "active", {"full_name": "Başka"}, False),
        ("admin", "suspended", {"status": INACTIVE}, False),
        ("viewer", "active", {"status": SUSPENDED}, False),
    ],
)
def test_who_ceases_to_administrate(role: str, status: str, changes: dict[str, object], *, ceases: bool) -> None:
    row = user(role=UserRole(role), status=status)
    assert decide.ceases_to_administrate(row, changes) is ceases
    alone = decide.Surroundings(is_self=False, another_admin=False)
    decide.demand_admin_left(row, changes, decide.Surroundings(is_self=False, another_admin=True))
    if ceases:
        assert refused(lambda: decide.demand_admin_left(row, changes, alone)) == ["ck_users_last_admin_is_kept"]
    else:
        decide.demand_admin_left(row, changes, alone)


def test_nobody_changes_the_own_role() -> None:
    decide.demand_other_person(decide.Surroundings(is_self=False, another_admin=False))
    itself = decide.Surroundings(is_self=True, another_admin=True)
    assert refused(lambda: decide.demand_other_person(itself)) == ["ck_users_own_role_is_kept"]
    assert decide.role_set(user(), UserRole.ENGINEER) == {}
    assert decide.role_set(user(), UserRole.ADMIN) == {"role": UserRole.ADMIN}


# -- profile ---------------------------------------------------------------------------


def test_a_patch_writes_what_differs() -> None:
    changes = decide.profile_changed(user(), ProfileChanges(full_name="Muhasebe Sorumlusu", company_name=None))
    assert changes == {"company_name": None}


def test_a_verified_phone_number_may_be_taken_away() -> None:
    verified = user(phone_verified_at=AT)
    assert decide.profile_changed(verified, ProfileChanges(phone=None)) == {"phone": None}


def test_an_address_is_stored_as_it_is_written_and_is_not_verified() -> None:
    assert decide.email_changed(user(), "muhasebe@ORNEKDEMIR.com.tr") == {}
    assert decide.email_changed(user(), "Depo@ornekdemir.com.tr") == {
        "email": "Depo@ornekdemir.com.tr",
        "email_verified_at": None,
    }
    assert refused(lambda: decide.email_changed(user(), "depo")) == ["email_format"]
    assert refused(lambda: decide.email_changed(user(), "deleted-1@anonymised.invalid")) == ["email_format"]


def test_an_anonymised_account_takes_no_address() -> None:
    erased = user(**GONE, **NOBODY, anonymised_at=AT, email="deleted-41@anonymised.invalid", email_verified_at=None)
    assert refused(lambda: decide.email_changed(erased, "depo@ornekdemir.com.tr")) == ["ck_users_anonymised_is_final"]


def test_what_was_verified_before_is_told_from_what_is_not_there_any_more() -> None:
    row = user(email="Depo@ornekdemir.com.tr", email_verified_at=AT, phone_verified_at=None)
    assert decide.verified_already(row, "email", "depo@ornekdemir.com.tr") is row
    for what, proved in (("email", "muhasebe@ornekdemir.com.tr"), ("phone", row.phone)):
        with pytest.raises(StaleVersion) as raised:
            decide.verified_already(row, what, str(proved))  # pyright: ignore[reportArgumentType] - of the pairs above
        assert raised.value.fields == (what,)


@pytest.mark.parametrize(
    "text",
    [
        "parola123",
        "",
        None,
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "$2b$12$kisa",
        "$argon2i$v=19$" + "x" * 80,
        "$argon2id$v=16$" + "x" * 80,
        HASH + "\n",
    ],
)
def test_a_password_is_taken_as_a_hash_only_and_told_nowhere(text: Any) -> None:  # noqa: ANN401 - also what is no text
    with pytest.raises(RuleViolation) as raised:
        decide.hashed(text)
    assert raised.value.rule == "ck_users_password_hash_format"
    assert not text or text not in f"{raised.value!r} {raised.value} {raised.value.__context__!r}"


def test_a_hash_is_not_shown_with_its_account() -> None:
    assert decide.hashed(HASH) == {"password_hash": HASH}
    row = user(password_hash=HASH)
    assert row.password_hash == HASH
    assert HASH not in f"{row!r} {row}"


# -- sign-in ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "is_locked", "rules"),
    [
        (PENDING, False, []),
        (ACTIVE, False, []),
        (ACTIVE, True, ["users_sign_in_not_locked"]),
        (SUSPENDED, False, ["users_sign_in_status"]),
        (INACTIVE, False, ["users_sign_in_status"]),
        (DELETED, True, ["users_sign_in_status", "users_sign_in_not_locked"]),
    ],
)
def test_who_may_sign_in(status: UserStatus, rules: list[str], *, is_locked: bool) -> None:
    state = LoginState(41, 0, 0, 0, None, is_locked)
    if rules:
        assert refused(lambda: demand_may_sign_in(status, state)) == rules
    else:
        demand_may_sign_in(status, state)


# -- personal data ---------------------------------------------------------------------


def test_a_consent_reads_as_it_was_given() -> None:
    given = {"text_version": "2026-01", "given_at": "2026-02-10T17:45:00+00:00", "withdrawn_at": None}
    row = user(consents={"marketing_email": given})
    assert row.consent("marketing_email") == Consent(text_version="2026-01", given_at=AT, withdrawn_at=None)
    assert row.consent("analytics") is None
    decide.demand_consent(row, "marketing_email")
    assert refused(lambda: decide.demand_consent(row, "analytics")) == ["users_consent_was_given"]


def test_what_is_still_kept_is_not_erased_and_every_reason_is_told() -> None:
    gone = user(**GONE)
    kept = decide.Retention(grace_is_over=False, has_open_invoice=True)
    assert refused(lambda: decide.demand_anonymisable(gone, kept)) == ["users_grace_is_over", "users_no_open_invoice"]
    assert refused(lambda: decide.demand_anonymisable(user(), kept)) == ["ck_users_anonymised_after_deleted"]
    decide.demand_anonymisable(gone, decide.Retention(grace_is_over=True, has_open_invoice=False))


def test_every_refusal_speaks_both_languages() -> None:
    for guard in User.all_guards():
        assert guard.message.tr
        assert guard.message.en
        assert guard.message.tr != guard.message.en
