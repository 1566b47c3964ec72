"""Stored ways to pay: what a buyer sees of a card or account, and the provider's token for it."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Annotated, ClassVar, Final, Self

from pydantic import Field, SecretStr, StrictBool, model_validator
from pydantic_core import PydanticCustomError
from stdnum import luhn

from platform_db.domain.fields import BigInteger, Bytes, Digest, Integer, Text
from platform_db.domain.models import InputModel, Versioned
from platform_db.domain.rules import Message, Rule

__all__ = [
    "NewPaymentMethod",
    "PaymentMethod",
    "PaymentMethodChanges",
    "StoredPaymentMethod",
    "identity_place",
    "token_place",
]


class PaymentMethod(StrEnum):
    """The ways to pay."""

    CREDIT_CARD = "credit_card"
    DEBIT_CARD = "debit_card"
    BANK_TRANSFER = "bank_transfer"
    ACH = "ach"
    PAYPAL = "paypal"
    STRIPE = "stripe"
    IYZICO = "iyzico"
    CRYPTO = "crypto"
    CHECK = "check"
    CASH = "cash"
    INVOICE = "invoice"


CardBrand = Annotated[str | None, Text(max=50)]
CardLastFour = Annotated[
    str | None,
    Text(
        pattern="^[0-9]{4}$",
        name="card_last_four_format",
        message=Message("Kartın yalnız son dört rakamı saklanır", "Only the last four digits of a card are stored"),
    ),
]
CardHolderName = Annotated[str | None, Text(max=200)]
CardExpiryMonth = Annotated[
    int | None,
    Integer(
        ge=1,
        le=12,
        name="card_exp_month_valid",
        message=Message(
            "Kartın son kullanma ayı 1 ile 12 arasında olmalıdır", "The month of expiry must be from 1 to 12"
        ),
    ),
]
CardExpiryYear = Annotated[
    int | None,
    Integer(
        ge=2000,
        le=2099,
        name="card_exp_year_valid",
        message=Message(
            "Kartın son kullanma yılı dört rakamla, 2000 ile 2099 arasında yazılır",
            "The year of expiry has four digits, from 2000 to 2099",
        ),
    ),
]
BankCode = Annotated[str | None, Text(max=10)]
BankName = Annotated[str | None, Text(max=200)]
HolderKind = Annotated[str | None, Text(max=20)]
Gateway = Annotated[str | None, Text(max=50)]
GatewayCustomerId = Annotated[str | None, Text(max=200)]


def _default_is_active(is_default: bool, is_active: bool) -> bool:  # noqa: FBT001 - columns' values
    return not is_default or is_active


def _card_has_expiry(
    method: PaymentMethod | None, last_four: str | None, exp_month: int | None, exp_year: int | None
) -> bool:
    if method not in {PaymentMethod.CREDIT_CARD, PaymentMethod.DEBIT_CARD}:
        return True
    return last_four is not None and exp_month is not None and exp_year is not None


def _token_has_hash(token: bytes | None, token_hash: str | None, gateway: str | None) -> bool:
    return (token is None) == (token_hash is None) and (token_hash is None or gateway is not None)


class StoredPaymentMethod(Versioned):
    """A buyer's stored way to pay.

    No card number is stored. The encrypted columns are AES-GCM, bound to table, column and
    owner (the token also to its hash); a token is looked up by its keyed hash. A buyer has
    at most one default.
    """

    entity = "payment_methods"

    buyer_id: Annotated[int, BigInteger()] = Field(description="User who pays with it; it goes when the user goes.")
    method: PaymentMethod = Field(description="The way to pay.")
    is_default: StrictBool = Field(default=False, description="Offered first; one for each buyer at most.")
    is_active: StrictBool = Field(default=True, description="Whether it is offered at all.")
    card_brand: CardBrand = Field(default=None, description="Brand printed on the card.")
    card_last_four: CardLastFour = Field(default=None, description="Last four digits of the card number.")
    card_holder_name: CardHolderName = Field(default=None, description="Name on the card.")
    bank_code: BankCode = Field(default=None, description="Code of the bank (EFT).")
    bank_name: BankName = Field(default=None, description="Name of the bank.")
    holder_kind: HolderKind = Field(
        default=None, description="What holder_identity_encrypted holds, in the provider's words: tckn, vkn, passport."
    )
    gateway: Gateway = Field(default=None, description="Payment provider that issued the token.")
    gateway_token_hash: Annotated[
        str | None,
        Digest(name="gateway_token_hash_format"),
    ] = Field(default=None, description="Keyed SHA-256 of the provider's token in hex, to find it by.")
    gateway_customer_id: GatewayCustomerId = Field(default=None, description="The provider's number of the buyer.")
    card_exp_month: CardExpiryMonth = Field(default=None, description="Month of the card's expiry, 1 to 12.")
    card_exp_year: CardExpiryYear = Field(default=None, description="Year of the card's expiry, with century.")
    holder_identity_encrypted: Annotated[bytes | None, Bytes()] = Field(
        default=None, description="Identity number of the holder, AES-GCM encrypted."
    )
    gateway_token_encrypted: Annotated[bytes | None, Bytes()] = Field(
        default=None, description="The provider's token to charge again, AES-GCM encrypted."
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="default_is_active",
            fields=("is_default", "is_active"),
            holds=_default_is_active,
            sql="NOT is_default OR is_active",
            message=Message(
                "Etkin olmayan bir ödeme yöntemi varsayılan olamaz", "A payment method must be active to be the default"
            ),
        ),
        Rule(
            name="card_has_expiry",
            fields=("method", "card_last_four", "card_exp_month", "card_exp_year"),
            holds=_card_has_expiry,
            sql=(
                "method NOT IN ('credit_card', 'debit_card')"
                " OR num_nonnulls(card_last_four, card_exp_month, card_exp_year) = 3"
            ),
            message=Message(
                "Kart, son dört rakamı ve son kullanma tarihiyle birlikte saklanır",
                "A card is stored with its last four digits and its month and year of expiry",
            ),
            null_aware=True,
        ),
        Rule(
            name="token_has_hash",
            fields=("gateway_token_encrypted", "gateway_token_hash", "gateway"),
            holds=_token_has_hash,
            sql=(
                "(gateway_token_encrypted IS NULL) = (gateway_token_hash IS NULL)"
                " AND (gateway_token_hash IS NULL OR gateway IS NOT NULL)"
            ),
            message=Message(
                "Ödeme belirteci, özeti ve sağlayıcısıyla birlikte saklanır",
                "A token is stored together with its hash and its provider",
            ),
            null_aware=True,
        ),
    )


_CARD_NUMBER: Final = Message(
    "Kart numarası saklanmaz; ödeme kuruluşunun verdiği belirteci verin",
    "A card number is not stored; give the token of the payment provider",
)
_NO_CARD_NUMBER: Final = "payment_methods_no_card_number"
_CARD_DIGITS: Final = range(12, 20)
_WRITTEN: Final = frozenset({"card_brand", "card_holder_name", "bank_name"})
"""What people write. A provider's own number may by chance look like a card's."""


class _WithoutCardNumber(InputModel):
    """No text of it is a card's number."""

    entity = StoredPaymentMethod.entity

    @model_validator(mode="after")
    def _is_no_card_number(self) -> Self:
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, SecretStr):
                found = _is_card_number(_plain(value.get_secret_value()))
            else:
                found = name in _WRITTEN and value is not None and _holds_card_number(value)
            if found:
                told = {"tr": _CARD_NUMBER.tr, "en": _CARD_NUMBER.en, "fields": (name,)}
                raise PydanticCustomError(_NO_CARD_NUMBER, "{en}", told)
        return self


class NewPaymentMethod(_WithoutCardNumber):
    """A way to pay that a buyer stores; offered, and not the default.

    ``gateway_token`` is the provider's token to charge again and comes with ``gateway``;
    ``holder_identity`` the holder's identity number, of the ``holder_kind``. Both are stored
    encrypted. A card number in their place, or in any other, is refused (PCI DSS).
    """

    buyer_id: Annotated[int, BigInteger()]
    method: PaymentMethod
    card_brand: CardBrand = None
    card_last_four: CardLastFour = None
    card_holder_name: CardHolderName = None
    card_exp_month: CardExpiryMonth = None
    card_exp_year: CardExpiryYear = None
    bank_code: BankCode = None
    bank_name: BankName = None
    gateway: Gateway = None
    gateway_customer_id: GatewayCustomerId = None
    gateway_token: SecretStr | None = Field(default=None, min_length=1, max_length=4096)
    holder_kind: HolderKind = None
    holder_identity: SecretStr | None = Field(default=None, min_length=1, max_length=64)


class PaymentMethodChanges(_WithoutCardNumber):
    """What a buyer may correct: only what is given is changed, and None is a value."""

    card_brand: CardBrand = None
    card_holder_name: CardHolderName = None
    card_exp_month: CardExpiryMonth = None
    card_exp_year: CardExpiryYear = None
    bank_code: BankCode = None
    bank_name: BankName = None


def _plain(text: str) -> str:
    """The text in its plainest form, with nothing between digits."""
    return re.sub(r"(?<=\d)[ .\-/]+(?=\d)", "", unicodedata.normalize("NFKC", text))


def _is_card_number(text: str) -> bool:
    """Whether these are a card's digits: 12 to 19, with their check digit (ISO/IEC 7812)."""
    return text.isascii() and text.isdigit() and len(text) in _CARD_DIGITS and bool(luhn.is_valid(text))


def _holds_card_number(text: str) -> bool:
    return any(map(_is_card_number, re.findall(r"\d+", _plain(text))))


def token_place(buyer_id: int, token_hash: str) -> tuple[str | int, ...]:
    """What an encrypted token is bound to: its column, its buyer, and the hash it is found by."""
    return StoredPaymentMethod.entity, "gateway_token_encrypted", buyer_id, token_hash


def identity_place(buyer_id: int) -> tuple[str | int, ...]:
    """What an encrypted identity number is bound to: its column and its buyer."""
    return StoredPaymentMethod.entity, "holder_identity_encrypted", buyer_id
