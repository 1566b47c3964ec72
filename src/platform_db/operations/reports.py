"""What reports share: text without tricks, a page that loads nothing, a file that is whole."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from platform_db.domain.formatting import plain_text
from platform_db.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

__all__ = ["demand_writable", "page", "shown", "write_whole"]

_STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --bad: #c62828; --warn: #b26a00; --good: #2e7d32; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; display: inline; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
code, pre { font-family: ui-monospace, monospace; font-size: .92em; overflow-wrap: anywhere; }
pre { border-left: 3px solid var(--line); margin: .3rem 0; padding: .2rem .8rem; white-space: pre-wrap; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .6rem 0; padding: .5rem .8rem; }
summary { cursor: pointer; }
ul { margin: .2rem 0; padding-left: 1.2rem; }
p.note { margin: .3rem 0; }
.FAIL, .ERROR, .no { color: var(--bad); font-weight: 600; }
.SKIP { color: var(--warn); } .PASS, .yes { color: var(--good); }
.less { color: var(--bad); } .more { color: var(--good); }
.small { font-size: .88em; opacity: .8; }
"""


def shown(text: str) -> str:
    """Text of a database or a model as nothing but text in a page."""
    return escape(plain_text(text))


def page(title: str, body: Iterable[str]) -> str:
    """A page of HTML that needs nothing else: no script, no font, no network. ``body`` is HTML, line by line."""
    return (
        '<!doctype html>\n<html lang="tr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{shown(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{shown(title)}</h1>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def demand_writable(target: Path) -> None:
    """Say before any work is done that :func:`write_whole` could not write there; nothing is left behind.

    Raises
    ------
    UsageError
        The place cannot be written.
    """
    with _refusing(target):
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not _is_special(target):
            with tempfile.TemporaryFile(dir=target.resolve().parent):
                return
        if not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def write_whole(text: str, target: Path) -> None:
    """Write a file so that a reader, or a crash, meets all of it or the one before; only its owner may read it.

    A link stays one: what it leads to is replaced. A device or a pipe is written to as it is.

    Raises
    ------
    UsageError
        The place cannot be written.
    """
    with _refusing(target):
        if _is_special(target):
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_NOCTTY), "w", encoding="utf-8") as file:
                file.write(text)
            return
        place = target.resolve()
        number, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
        unfinished = Path(name)
        try:
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            unfinished.chmod(0o600)
            unfinished.replace(place)
        finally:
            unfinished.unlink(missing_ok=True)


def _is_special(target: Path) -> bool:
    """Whether something that is no file stands there, or where a link leads."""
    return target.exists() and not target.is_file()


@contextmanager
def _refusing(target: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        message = f"{target} cannot be written: {error.strerror}"
        raise UsageError(message) from None
