"""Hostile XML is refused by name, in bounded time and memory, and nothing it names is fetched."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

import platform_db
from platform_db.errors import RuleViolation
from platform_db.ubl import parsing, read
from tests.ubl.hostile import HOSTILE, wrapped

SOURCE = Path(platform_db.__file__).parents[1]
CHECKOUT = Path(__file__).parents[2]
MEBIBYTE = 2**20
MOST_MEMORY = 1024 * MEBIBYTE
MOST_SECONDS = 20
"""Of the whole process, Python and the making of the file included."""
MOST_SECONDS_READING = 5.0
MOST_MEBIBYTES_READING = 400


def bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_by_name(name: str) -> None:
    # given a process with little memory and little time
    done = subprocess.run(
        [sys.executable, "-m", "tests.ubl.hostile", name],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
        preexec_fn=bounded,
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(SOURCE), str(CHECKOUT)))},
    )
    # when it reads the file, then it ends by itself, with the refusal's name
    assert (done.stderr, done.returncode) == ("", 0)
    rule, seconds, mebibytes = done.stdout.split()
    assert rule == HOSTILE[name][0]
    assert float(seconds) < MOST_SECONDS_READING
    assert int(mebibytes) < MOST_MEBIBYTES_READING


def test_a_message_never_quotes_the_file() -> None:
    with pytest.raises(RuleViolation) as refused:
        read(wrapped("<cbc:Note>gizli</cbc:Note"))
    assert "gizli" not in str(refused.value)


def test_the_bounds_are_inclusive(monkeypatch: pytest.MonkeyPatch) -> None:
    # given bounds that this document just keeps
    monkeypatch.setattr(parsing, "MOST_PARTS", 3)
    monkeypatch.setattr(parsing, "MOST_DEEP", 2)
    kept = b'<a b="1"><c/></a>'
    monkeypatch.setattr(parsing, "LARGEST", len(kept))
    assert parsing.parsed(kept).tag == "a"
    # when it has one more of anything, then it is refused
    for more, rule in ((b"<a><b/><c/><d/></a>"[:19], "ubl_size"), (b"<a><b><c/></b></a>"[:18], "ubl_size")):
        with pytest.raises(RuleViolation) as refused:
            parsing.parsed(more)
        assert refused.value.rule == rule
    monkeypatch.setattr(parsing, "LARGEST", 100)
    for more, rule in ((b"<a><b/><c/><d/></a>", "ubl_count"), (b"<a><b><c/></b></a>", "ubl_depth")):
        with pytest.raises(RuleViolation) as refused:
            parsing.parsed(more)
        assert refused.value.rule == rule
