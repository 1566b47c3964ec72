"""Stored ways to pay: what a buyer sees of a card or account, and the provider's token for it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StrictBool

from platform_db.domain.fields import BigInteger, Bytes, Digest, Integer, Text
from platform_db.domain.models import Versioned
from platform_db.domain.rules import Message, Rule

__all__ = ["PaymentMethod", "StoredPaymentMethod"]


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
    card_brand: Annotated[str | None, Text(max=50)] = Field(default=None, description="Brand printed on the card.")
    card_last_four: Annotated[
        str | None,
        Text(
            pattern="^[0-9]{4}$",
            name="card_last_four_format",
            message=Message("Kartın yalnız son dört rakamı saklanır", "Only the last four digits of a card are stored"),
        ),
    ] = Field(default=None, description="Last four digits of the card number.")
    card_holder_name: Annotated[str | None, Text(max=200)] = Field(default=None, description="Name on the card.")
    bank_code: Annotated[str | None, Text(max=10)] = Field(default=None, description="Code of the bank (EFT).")
    bank_name: Annotated[str | None, Text(max=200)] = Field(default=None, description="Name of the bank.")
    holder_kind: Annotated[str | None, Text(max=20)] = Field(
        default=None, description="What holder_identity_encrypted holds, in the provider's words: tckn, vkn, passport."
    )
    gateway: Annotated[str | None, Text(max=50)] = Field(
        default=None, description="Payment provider that issued the token."
    )
    gateway_token_hash: Annotated[
        str | None,
        Digest(name="gateway_token_hash_format"),
    ] = Field(default=None, description="Keyed SHA-256 of the provider's token in hex, to find it by.")
    gateway_customer_id: Annotated[str | None, Text(max=200)] = Field(
        default=None, description="The provider's number of the buyer."
    )
    card_exp_month: Annotated[
        int | None,
        Integer(
            ge=1,
            le=12,
            name="card_exp_month_valid",
            message=Message(
                "Kartın son kullanma ayı 1 ile 12 arasında olmalıdır", "The month of expiry must be from 1 to 12"
            ),
        ),
    ] = Field(default=None, description="Month of the card's expiry, 1 to 12.")
    card_exp_year: Annotated[
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
    ] = Field(default=None, description="Year of the card's expiry, with century.")
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
