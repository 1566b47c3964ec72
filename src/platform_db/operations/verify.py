"""Whether the live database is what the models say, object by object, with what differs side by side."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from platform_db.migration.drift import drift
from platform_db.operations.reports import page, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from platform_db.migration.drift import Difference

__all__ = ["Finding", "Verification", "verify"]

State = Literal["missing", "unexpected", "different"]

_STATES: dict[State, str] = {
    "missing": "the models have it, the database has not",
    "unexpected": "the database has it, the models have not",
    "different": "the two definitions differ",
}


_CLASSES = {"-": "less", "+": "more"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One object that is not as the models make it: both definitions, as the server prints them."""

    name: str
    state: State
    expected: str | None
    found: str | None

    @property
    def kind(self) -> str:
        """The kind of object: ``constraint``, ``index``, ``policy`` and so on."""
        return self.name.partition(" ")[0]

    def lines(self) -> Iterator[str]:
        """The definitions as a diff: ``-`` is what the models say, ``+`` what is there."""
        expected, found = ((text or "").splitlines() for text in (self.expected, self.found))
        yield from (line for line in difflib.ndiff(expected, found) if not line.startswith("?"))

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--format json``."""
        return {"object": self.name, "state": self.state, "expected": self.expected, "found": self.found}


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome: how many objects were compared, and those that differ, by name."""

    objects: int
    server: str
    findings: tuple[Finding, ...]

    @property
    def equal(self) -> bool:
        return not self.findings

    @property
    def verdict(self) -> str:
        """The outcome in one line."""
        if self.equal:
            return f"equal: {self.objects} objects are what the models say (PostgreSQL {self.server})"
        counted = Counter(finding.state for finding in self.findings)
        told = ", ".join(f"{counted[state]} {state}" for state in _STATES if counted[state])
        return f"{len(self.findings)} of {self.objects} objects are not what the models say: {told}"

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--format json``."""
        findings = [finding.as_json() for finding in self.findings]
        return {"equal": self.equal, "objects": self.objects, "server": self.server, "findings": findings}

    def as_text(self) -> str:
        """For a person on a terminal."""
        parts = [
            "\n".join((f"{finding.name}: {_STATES[finding.state]}", *(f"  {line}" for line in finding.lines())))
            for finding in self.findings
        ]
        return "\n\n".join((*parts, self.verdict))

    def as_page(self) -> str:
        """For a person in a browser."""
        return page("platform-db verify", self._body())

    def _body(self) -> Iterator[str]:
        yield f'<p class="{"yes" if self.equal else "no"}">{shown(self.verdict)}</p>'
        for finding in self.findings:
            yield f"<details open><summary><h2><code>{shown(finding.name)}</code></h2></summary>"
            yield f'<p class="note">{_STATES[finding.state]}</p><pre>'
            yield from (f'<span class="{_CLASSES.get(line[0], "")}">{shown(line)}</span>' for line in finding.lines())
            yield "</pre></details>"


async def verify(url: str) -> Verification:
    """Compare the database with the models by definition; it is only read.

    The models are built in a scratch database on the same server, which is dropped again, so
    both sides are printed by the same PostgreSQL.

    Raises
    ------
    ConfigurationError
        The login may not make the scratch database; the text says what to grant.
    ConnectionLost
        The server cannot be reached.
    """
    found = await drift(url)
    return Verification(found.objects, found.server, tuple(_finding(each) for each in found.differences))


def _finding(difference: Difference) -> Finding:
    state: State = "different"
    if difference.found is None:
        state = "missing"
    elif difference.expected is None:
        state = "unexpected"
    return Finding(difference.name, state, difference.expected, difference.found)
