"""Values that only the application may read: AES-256-GCM, each bound to the place where it is stored.

The database holds ciphertexts and keyed hashes and never a key. Needs the ``crypto`` extra.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from typing import TYPE_CHECKING, Final, Self

from platform_db.domain.canonical_json import canonical_json
from platform_db.domain.rules import Message
from platform_db.errors import ConfigurationError, RuleViolation, Violation
from platform_db.settings import ENVIRONMENT_PREFIX

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.hmac import HMAC
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
except ModuleNotFoundError:
    _EXTRA = "encryption needs the crypto extra: pip install 'platform_db[crypto]'"
    raise ConfigurationError(_EXTRA) from None

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import SecretStr

    from platform_db.settings import Settings

__all__ = ["Keyring", "Place"]

Place = tuple[str | int, ...]
"""What a value is bound to: table, column and the keys of its row. Moved elsewhere, it cannot be read."""

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_VERSION: Final = "v1"
_KEY_ID: Final = re.compile(r"[a-z0-9]{1,20}\Z")
_VARIABLE: Final = f"{ENVIRONMENT_PREFIX}ENCRYPTION_KEYS"
_UNREADABLE: Final = Message(
    "Şifreli değer okunamıyor: anahtarı yok, değişmiş ya da başka bir yere ait",
    "The encrypted value cannot be read: its key is missing, it was changed, or it belongs to another place",
)


class Keyring:
    """The keys of an installation: the first one encrypts, every one reads.

    To rotate, put a new key in front and keep the old ones until every value is written anew.

    >>> keys = Keyring({"k1": bytes(32)})
    >>> place = ("payment_methods", "gateway_token_encrypted", 7)
    >>> keys.decrypt(keys.encrypt("tok_1", place), place)
    'tok_1'
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """Take the keys by their ids, the one that encrypts first; each 32 random bytes.

        Raises
        ------
        ConfigurationError
            There is none, an id is not 1 to 20 small letters and digits, or a key has another length.
        """
        if not keys:
            message = f"no encryption key: set {_VARIABLE}"
            raise ConfigurationError(message)
        for name, key in keys.items():
            if not _KEY_ID.match(name):
                message = f"{_VARIABLE}: the id of a key is 1 to 20 small letters and digits"
                raise ConfigurationError(message)
            if len(key) != _KEY_BYTES:
                message = f"{_VARIABLE}: key {name} has {len(key)} bytes, not {_KEY_BYTES}"
                raise ConfigurationError(message)
        self._keys = {name: _Key(key) for name, key in keys.items()}

    def __repr__(self) -> str:
        return f"Keyring({', '.join(self._keys)})"

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """The keys of ``PLATFORM_DB_ENCRYPTION_KEYS``: ``id:base64,id:base64``, the one that encrypts first.

        Raises
        ------
        ConfigurationError
            It is not set, or not of that form; no key is quoted.
        """
        return cls(_read(settings.encryption_keys))

    @staticmethod
    def new_key() -> str:
        """A random key as ``PLATFORM_DB_ENCRYPTION_KEYS`` takes it, behind its id and a colon."""
        return base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()

    def encrypt(self, plain: str, place: Place) -> str:
        """The value as text that only :meth:`decrypt` with the same place gives back.

        Every call gives another text: ``v1.<key id>.<nonce>.<ciphertext and tag>``, base64url.
        """
        name, key = next(iter(self._keys.items()))
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = key.cipher.encrypt(nonce, plain.encode(), _bound(name, place))
        return ".".join((_VERSION, name, _written(nonce), _written(sealed)))

    def decrypt(self, text: str, place: Place) -> str:
        """The value behind a text of :meth:`encrypt`.

        Raises
        ------
        RuleViolation
            ``encrypted_readable``: its key is not in the ring, it was changed, or it was bound to another place.
        """
        try:
            version, name, nonce, sealed = text.split(".")
            if version == _VERSION and name in self._keys:
                opened = self._keys[name].cipher.decrypt(_as_bytes(nonce), _as_bytes(sealed), _bound(name, place))
                return opened.decode()
        except (ValueError, InvalidTag):
            pass
        raise RuleViolation(Violation(rule="encrypted_readable", fields=_field(place), message=_UNREADABLE))

    def is_current(self, text: str) -> bool:
        """Whether a text was written with the key that encrypts now."""
        return text.startswith(f"{_VERSION}.{next(iter(self._keys))}.")

    def keyed_hash(self, value: str, purpose: str) -> str:
        """HMAC-SHA256 of a value in hex, by the key that encrypts: to find it without storing it."""
        return next(iter(self._keys.values())).hash(value, purpose)

    def keyed_hashes(self, value: str, purpose: str) -> list[str]:
        """The hash by each key, so that a value stored before a rotation is found too."""
        return [key.hash(value, purpose) for key in self._keys.values()]


class _Key:
    """Two keys derived from one, for its two uses (HKDF, RFC 5869)."""

    def __init__(self, secret: bytes) -> None:
        self.cipher = AESGCM(_derived(secret, "encrypt"))
        self._hash_key = _derived(secret, "hash")

    def hash(self, value: str, purpose: str) -> str:
        """HMAC-SHA256 in hex."""
        mac = HMAC(self._hash_key, SHA256())
        mac.update(canonical_json([purpose, value]))
        return mac.finalize().hex()


def _derived(secret: bytes, use: str) -> bytes:

    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=f"platform_db {use} {_VERSION}".encode()).derive(secret)


def _bound(name: str, place: Place) -> bytes:
    return canonical_json([_VERSION, name, *(str(part) for part in place)])


def _field(place: Place) -> tuple[str, ...]:
    """The column of a place, which is its second part."""
    return tuple(str(part) for part in place[1:2])


def _written(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _as_bytes(text: str) -> bytes:
    """Strictly: one text for each value."""
    value = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _written(value) != text:
        raise binascii.Error
    return value


def _read(text: SecretStr | None) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for entry in text.get_secret_value().split(",") if text else ():
        name, colon, key = entry.strip().partition(":")
        if not colon or name in keys:
            message = f"{_VARIABLE} is written id:base64,id:base64, each id once"
            raise ConfigurationError(message)
        try:
            keys[name] = base64.b64decode(key, validate=True)
        except ValueError:
            message = f"{_VARIABLE}: key {name} is not base64"
            raise ConfigurationError(message) from None
    return keys
