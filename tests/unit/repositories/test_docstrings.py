"""Every public method of a repository says what it guarantees, and what it raises by names that exist."""

from __future__ import annotations

import inspect
import re
from functools import cached_property
from typing import TYPE_CHECKING, Final, get_type_hints

import pytest

from platform_db import errors
from platform_db.domain.refusals import IdentityError, MoneyError
from platform_db.repositories import work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ERRORS: Final = {name for name, item in vars(errors).items() if inspect.isclass(item)} | {
    IdentityError.__name__,
    MoneyError.__name__,
}
_RAISES: Final = re.compile(r"^Raises\n------\n(?P<entries>(?:.+\n?|\n(?=    ))+)", re.MULTILINE)
_HEADING: Final = re.compile(r"^Raises$", re.MULTILINE)
_NAMES: Final = re.compile(r"^(?P<names>\w+(?:, \w+)*)$", re.MULTILINE)


def repositories() -> Iterator[type]:
    for item in vars(work.Work).values():
        if isinstance(item, cached_property):
            yield get_type_hints(item.func, dict(vars(work)))["return"]


METHODS: Final[dict[str, Callable[..., object]]] = {
    f"{repository.__name__}.{name}": method
    for repository in repositories()
    for name, method in inspect.getmembers(repository, inspect.isfunction)
    if not name.startswith("_")
}


@pytest.mark.parametrize("name", METHODS)
def test_a_method_says_what_it_does(name: str) -> None:
    text = inspect.getdoc(METHODS[name]) or ""
    summary = text.partition("\n\n")[0]
    assert summary.rstrip().endswith((".", "?")), "the first paragraph is a sentence"
    raised = _RAISES.search(text)
    assert (_HEADING.search(text) is None) == (raised is None), "Raises is underlined and names an error"
    if raised is not None:
        names = [each for line in _NAMES.finditer(raised["entries"]) for each in line["names"].split(", ")]
        assert names, "Raises names an error"
        assert set(names) <= ERRORS


@pytest.mark.parametrize("name", METHODS)
def test_a_method_has_few_parameters_and_no_switch(name: str) -> None:
    parameters = list(inspect.signature(METHODS[name]).parameters.values())[1:]
    assert len(parameters) <= 5
    assert [each.name for each in parameters if each.annotation in {"bool", "bool | None"}] == []
