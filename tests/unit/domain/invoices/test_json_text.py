"""JSON as it is read: a number is known as one, and a key that is written twice is not lost."""

from __future__ import annotations

import pytest

from platform_db.domain.invoices.calculation.json_text import RepeatedKeys, read_json
from tests.unit.domain.invoices.documents import broken, document


@pytest.mark.parametrize("text", ["0", "7", "-1.5", "1e400", "NaN", "-Infinity", "9" * 5000])
def test_a_number_is_0_whatever_it_was(text: str) -> None:
    assert read_json(f'{{"a": {text}}}'.encode()) == {"a": 0}


def test_an_object_without_repeated_keys_is_a_plain_one() -> None:
    read = read_json(b'{"a": "1", "b": {"a": null}}')
    assert read == {"a": "1", "b": {"a": None}}
    assert type(read) is dict


def test_the_last_of_a_repeated_key_is_kept_and_each_is_named_once_in_order() -> None:
    read = read_json(b'{"c": "1", "a": "2", "b": "3", "a": "4", "c": "5", "a": "6"}')
    assert read == {"c": "5", "a": "6", "b": "3"}
    assert isinstance(read, RepeatedKeys)
    assert read.repeated == ("c", "a")


@pytest.mark.parametrize("key", ["²", "٣", "9" * 64, "-1", "1_0", " 1"])
def test_a_key_that_looks_like_a_number_is_told_like_any_other(key: str) -> None:
    assert broken(document(**{key: "1"})) == [("field_known", (key,))]
