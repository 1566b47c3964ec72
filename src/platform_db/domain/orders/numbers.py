"""The number that a buyer is told."""

from __future__ import annotations

import secrets
from typing import Final

__all__ = ["is_order_number", "new_order_number"]

_PREFIX: Final = "SIP"
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, which people take for other signs."""
_GROUP: Final = 4
_GROUPS: Final = 3


def new_order_number() -> str:
    """A number that nobody had yet: twelve random characters (60 bits) and a check character.

    It tells neither how many orders there are nor when one was placed, and cannot be guessed.
    """
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP * _GROUPS))
    groups = [drawn[place : place + _GROUP] for place in range(0, len(drawn), _GROUP)]
    return "-".join([_PREFIX, *groups, _check_character(drawn)])


def is_order_number(text: str) -> bool:
    """Whether the text is written as :func:`new_order_number` writes; one mistyped character is found.

    >>> is_order_number("SIP-7K3Q-9VTR-AM00-2"), is_order_number("SIP-7K3Q-9VTR-AM01-2")
    (True, False)
    """
    prefix, *groups = text.split("-")
    drawn = "".join(groups[:-1])
    if prefix != _PREFIX or [*map(len, groups)] != [*[_GROUP] * _GROUPS, 1] or not set(drawn) <= set(_ALPHABET):
        return False
    return groups[-1] == _check_character(drawn)


def _check_character(drawn: str) -> str:
    from stdnum import luhn  # loads on first use

    return luhn.calc_check_digit(drawn, _ALPHABET)
