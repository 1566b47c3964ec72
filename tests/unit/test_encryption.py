"""Encrypted values: bound to their place, read by every key of the ring, never by another."""

from __future__ import annotations

import base64
from typing import Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import SecretStr

from platform_db.encryption import Keyring, Place
from platform_db.errors import ConfigurationError, RuleViolation
from platform_db.settings import Settings

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
KEYS = Keyring({"k1": OLD})
PLACE: Place = ("payment_methods", "gateway_token_encrypted", 7)


@given(st.text(max_size=200))
def test_a_value_reads_back(plain: str) -> None:
    assert KEYS.decrypt(KEYS.encrypt(plain, PLACE), PLACE) == plain


def test_two_texts_of_one_value_differ() -> None:
    assert KEYS.encrypt("tok_1", PLACE) != KEYS.encrypt("tok_1", PLACE)


@pytest.mark.parametrize(
    "place",
    [
        ("payment_methods", "gateway_token_encrypted", 8),
        ("payment_methods", "holder_identity_encrypted", 7),
        ("enterprise_config", "gateway_token_encrypted", 7),
        ("payment_methods", "gateway_token_encrypted"),
        ("payment_methods", "gateway_token_encrypted", 7, ""),
    ],
)
def test_a_value_that_was_moved_is_not_read(place: Place) -> None:
    with pytest.raises(RuleViolation) as refused:
        KEYS.decrypt(KEYS.encrypt("tok_1", PLACE), place)
    assert [(item.rule, item.fields) for item in refused.value.violations] == [("encrypted_readable", (str(place[1]),))]


_TEXT: Final = KEYS.encrypt("tok_1", PLACE)
"""One for all examples: its nonce is random, and what is drawn must not hang on that."""


@given(st.integers(0, len(_TEXT) - 1), st.sampled_from("ABCxyz019-_."))
def test_a_text_that_was_changed_is_not_read(at: int, other: str) -> None:
    # given a text with one character replaced by another
    text = _TEXT
    assume(other != text[at])
    # when it is read, then nothing is given
    with pytest.raises(RuleViolation, match="encrypted value"):
        KEYS.decrypt(text[:at] + other + text[at + 1 :], PLACE)


@pytest.mark.parametrize(
    "text", ["", "v1", "v1.k1..", "v2.k1.AAAAAAAAAAAAAAAA.AAAA", "v1.k9.AAAAAAAAAAAAAAAA.AAAA", "ş.ş.ş.ş"]
)
def test_what_is_no_text_of_ours_is_not_read(text: str) -> None:
    with pytest.raises(RuleViolation):
        KEYS.decrypt(text, PLACE)


def test_keys_rotate() -> None:
    # given a value of the old key, and a ring with a new one in front
    text = KEYS.encrypt("tok_1", PLACE)
    ring = Keyring({"k2": NEW, "k1": OLD})
    # then it is read, and known to be old; what is written now is the new key's alone
    assert ring.decrypt(text, PLACE) == "tok_1"
    assert (ring.is_current(text), ring.is_current(ring.encrypt("tok_1", PLACE))) == (False, True)
    with pytest.raises(RuleViolation):
        KEYS.decrypt(ring.encrypt("tok_1", PLACE), PLACE)


def test_a_hash_is_found_by_every_key_and_for_one_purpose() -> None:
    ring = Keyring({"k2": NEW, "k1": OLD})
    assert ring.keyed_hashes("tok_1", "token") == [ring.keyed_hash("tok_1", "token"), KEYS.keyed_hash("tok_1", "token")]
    assert KEYS.keyed_hash("tok_1", "token") != KEYS.keyed_hash("tok_1", "other")
    assert len(KEYS.keyed_hash("tok_1", "token")) == 64


def test_keys_come_from_the_settings_and_are_never_shown() -> None:
    # given two keys in the environment's form
    first, second = Keyring.new_key(), Keyring.new_key()
    settings = Settings(encryption_keys=SecretStr(f"k2:{first}, k1:{second}"))
    # when they are read
    ring = Keyring.from_settings(settings)
    # then only their ids show
    assert repr(ring) == "Keyring(k2, k1)"
    assert first not in repr(settings) + settings.model_dump_json()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no encryption key"),
        ("k1", "id:base64"),
        ("k1:@@@", "not base64"),
        ("k1:ş", "not base64"),
        ("k1:" + base64.b64encode(b"short").decode(), "has 5 bytes, not 32"),
        ("K1:" + base64.b64encode(OLD).decode(), "small letters"),
        (",".join(["k1:" + base64.b64encode(OLD).decode()] * 2), "each id once"),
    ],
)
def test_keys_of_another_form_are_refused_by_the_variable(text: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Keyring.from_settings(Settings(encryption_keys=SecretStr(text) if text else None))
    assert told in str(refused.value)
    assert "PLATFORM_DB_ENCRYPTION_KEYS" in str(refused.value)
