"""What GİB's XSD and schematron say of a document; both come with the package ``efatura-kontrol``."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from efatura_kontrol.kontrol import kontrol_et  # pyright: ignore[reportMissingTypeStubs]

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class _Finding(Protocol):
        kod: str
        kaynak: str
        mesaj: str

    class _Report(Protocol):
        bulgular: list[_Finding]


_check = cast("Callable[..., _Report]", kontrol_et)


def broken(xml: bytes) -> list[str]:
    """The official rules that a document breaks, with their messages; arithmetic and signature are not among them."""
    kind = "earsiv" if b">EARSIVFATURA<" in xml else None
    return [
        f"{finding.kod}: {finding.mesaj}"
        for finding in _check(xml, tur=kind).bulgular
        if finding.kaynak in {"xsd", "sematron", "xml"}
    ]
