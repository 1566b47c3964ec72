"""The issuer's logo, carried inside the page."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final

from platform_db.errors import Message, RuleViolation, Violation

__all__ = ["LARGEST_LOGO", "Logo"]

LARGEST_LOGO: Final = 2**20
"""Bytes of a logo."""

_SIGNATURES: Final = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))

_FORMAT: Final = Violation(
    rule="logo_format",
    fields=("logo",),
    message=Message("Logo PNG ya da JPEG olmalıdır", "A logo is a PNG or a JPEG"),
)
_SIZE: Final = Violation(
    rule="logo_size",
    fields=("logo",),
    message=Message("Logo en çok 1 MiB olabilir", "A logo has at most 1 MiB"),
)


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture as a data URI, so that the page needs nothing else."""

    uri: str

    @classmethod
    def of(cls, content: bytes) -> Logo:
        """Take a PNG or JPEG, known by its first bytes.

        Raises
        ------
        RuleViolation
            ``logo_size``: more than 1 MiB; ``logo_format``: another format. SVG is refused because it can hold scripts.
        """
        if len(content) > LARGEST_LOGO:
            raise RuleViolation(_SIZE)
        for signature, media_type in _SIGNATURES:
            if content.startswith(signature):
                return cls(f"data:{media_type};base64,{base64.b64encode(content).decode()}")
        raise RuleViolation(_FORMAT)
