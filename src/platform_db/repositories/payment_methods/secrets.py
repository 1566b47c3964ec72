"""The secrets of a payment method: encrypted into its columns, and read from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import SecretStr

from platform_db.domain.payment_methods import StoredPaymentMethod, identity_place, token_place
from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation

if TYPE_CHECKING:
    from platform_db.domain.payment_methods import NewPaymentMethod
    from platform_db.encryption import Keyring

__all__ = ["gateway_token", "holder_identity", "rewritten", "secret_columns", "token_hashes"]

_PURPOSE: Final = "payment_methods.gateway_token_hash"
_NEEDS_KEYS: Final = Message(
    "Gizli bir değer anahtar olmadan saklanmaz", "A secret is not stored without keys to encrypt it"
)


def gateway_token(method: StoredPaymentMethod, keys: Keyring) -> SecretStr | None:
    """The provider's token to charge again; None where there is none.

    Raises
    ------
    RuleViolation
        ``encrypted_readable``: its key is not in the ring, or it was changed or moved.
    """
    if method.gateway_token_encrypted is None or method.gateway_token_hash is None:
        return None
    place = token_place(method.buyer_id, method.gateway_token_hash)
    return SecretStr(keys.decrypt(method.gateway_token_encrypted.decode(errors="replace"), place))


def holder_identity(method: StoredPaymentMethod, keys: Keyring) -> SecretStr | None:
    """The holder's identity number; None where there is none.

    Raises
    ------
    RuleViolation
        ``encrypted_readable``: its key is not in the ring, or it was changed or moved.
    """
    if method.holder_identity_encrypted is None:
        return None
    text = method.holder_identity_encrypted.decode(errors="replace")
    return SecretStr(keys.decrypt(text, identity_place(method.buyer_id)))


def token_hashes(token: SecretStr, keys: Keyring) -> list[str]:
    """What a token is found by, under every key; the first is the one it is stored under."""
    return keys.keyed_hashes(token.get_secret_value(), _PURPOSE)


def secret_columns(new: NewPaymentMethod, keys: Keyring | None) -> dict[str, object]:
    """The columns of the secrets that a buyer gives.

    Raises
    ------
    RuleViolation
        ``encryption_needs_keys``: there is one, and no key.
    """
    given = [name for name in ("gateway_token", "holder_identity") if getattr(new, name) is not None]
    if given and keys is None:
        raise RuleViolation(
            Violation(rule="encryption_needs_keys", fields=tuple(given), message=_NEEDS_KEYS, entity=new.entity)
        )
    return _written(new.buyer_id, new.gateway_token, new.holder_identity, keys)


def rewritten(method: StoredPaymentMethod, keys: Keyring) -> dict[str, object]:
    """The columns of a method's secrets that are not written with the key that encrypts now, written with it.

    Raises
    ------
    RuleViolation
        ``encrypted_readable``: a secret's key is not in the ring, or it was changed or moved.
    """
    held = (method.gateway_token_encrypted, method.holder_identity_encrypted)
    if all(secret is None or keys.is_current(secret.decode(errors="replace")) for secret in held):
        return {}
    return _written(method.buyer_id, gateway_token(method, keys), holder_identity(method, keys), keys)


def _written(
    buyer_id: int, token: SecretStr | None, identity: SecretStr | None, keys: Keyring | None
) -> dict[str, object]:
    columns: dict[str, object] = {
        "gateway_token_hash": None,
        "gateway_token_encrypted": None,
        "holder_identity_encrypted": None,
    }
    if token is not None and keys is not None:
        found_by = token_hashes(token, keys)[0]
        columns["gateway_token_hash"] = found_by
        sealed = keys.encrypt(token.get_secret_value(), token_place(buyer_id, found_by))
        columns["gateway_token_encrypted"] = sealed.encode()
    if identity is not None and keys is not None:
        sealed = keys.encrypt(identity.get_secret_value(), identity_place(buyer_id))
        columns["holder_identity_encrypted"] = sealed.encode()
    return columns
