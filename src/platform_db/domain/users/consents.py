"""Consents of a person (açık rıza, KVKK art. 3 and 5): for what, to which text, given and withdrawn when."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict

from platform_db.domain.fields import Text
from platform_db.domain.models import InputModel
from platform_db.domain.patterns import SLUG
from platform_db.domain.rules import Message

__all__ = ["Consent", "ConsentPurpose", "ConsentText", "ConsentWithdrawal", "TextVersion"]

ConsentPurpose = Annotated[
    str,
    Text(
        max=100,
        pattern=SLUG,
        name="consent_purpose_format",
        message=Message(
            "Rıza amacı küçük harf, rakam ve alt çizgidir (marketing_email)",
            "The purpose of a consent is lower-case letters, digits and _ (marketing_email)",
        ),
    ),
]
TextVersion = Annotated[
    str,
    Text(
        max=50,
        not_blank=True,
        name="consent_text_version_not_blank",
        message=Message("Onaylanan metnin sürümü yazılır", "Say which version of the text was consented to"),
    ),
]


class ConsentText(InputModel):
    """What a person consents to: a purpose, and the version of the text that was shown."""

    entity = "users"

    purpose: ConsentPurpose
    text_version: TextVersion


class ConsentWithdrawal(InputModel):
    """The purpose whose consent a person takes back."""

    entity = "users"

    purpose: ConsentPurpose


class Consent(BaseModel):
    """A consent as ``users.consents`` keeps it under its purpose; instants are UTC.

    >>> Consent(text_version="2026-01", given_at="2026-01-05T09:30:00+00:00", withdrawn_at=None).stands
    True
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    text_version: str
    given_at: AwareDatetime
    withdrawn_at: AwareDatetime | None

    @property
    def stands(self) -> bool:
        """Whether it was not withdrawn."""
        return self.withdrawn_at is None
