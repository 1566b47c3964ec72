"""The parsers of phones, addresses and numbers by their kind, and the rule that one names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from platform_db.domain import identity
from platform_db.domain.identity import IdentityError

Parser = Callable[[str], str]

PARSERS: dict[str, Parser] = {
    "phone": identity.turkish_phone,
    "phone_international": identity.phone,
    "tckn": identity.tckn,
    "invoice_buyer_tckn": identity.buyer_tckn,
    "vkn": identity.vkn,
    "iban": identity.iban,
    "email": identity.email_address,
    "invoice_number": identity.invoice_number,
}
KINDS = sorted(PARSERS)


def refusal(parse: Parser, text: object) -> str:
    """The rule that ``parse`` names when it refuses; a test fails where it does not."""
    with pytest.raises(IdentityError) as refused:
        parse(text)  # pyright: ignore[reportArgumentType] - hostile on purpose
    return refused.value.rule
