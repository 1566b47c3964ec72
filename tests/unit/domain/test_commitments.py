"""Commitments to personal values."""

from __future__ import annotations

from hashlib import sha256

import pytest

from platform_db.domain.commitments import commit, new_salt


def test_commitment_is_the_hash_of_prefix_salt_and_canonical_value() -> None:
    salt = bytes(range(32))
    expected = sha256(b"\x03" + salt + b'{"city":"\xc4\xb0zmir","no":1}').hexdigest()
    assert commit({"no": 1.0, "city": "İzmir"}, salt) == expected


def test_commitment_depends_on_value_and_salt() -> None:
    salt = new_salt()
    assert commit("a", salt) != commit("b", salt)
    assert commit("a", salt) != commit("a", new_salt())


@pytest.mark.parametrize("length", [0, 31, 33])
def test_salt_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commit("a", bytes(length))


def test_salts_are_fresh() -> None:
    assert len({new_salt() for _ in range(100)}) == 100
