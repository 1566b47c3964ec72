"""Definitions as the server prints them, freed of how they were once typed."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

__all__ = ["flattened"]

_AND: Final = " AND "
_OR: Final = " OR "
_WORD: Final = re.compile(
    rf"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]|{_AND}|{_OR}|[^'"()]+?(?=['"()]|{_AND}|{_OR}|$)|['"]""", re.DOTALL
)

Group: TypeAlias = "list[str | Group]"


def flattened(definition: str) -> str:
    """Give a definition in which no AND stands bracketed inside an AND, nor an OR inside an OR.

    PostgreSQL keeps such brackets as BETWEEN and a comparison of rows make them, prints them, and forgets them when
    it reads its own print again: a table has other texts after a dump and a restore, and means the same.

    >>> flattened("CHECK ((((a >= 1) AND (a <= 9)) AND (b OR (c OR d))))")
    'CHECK (((a >= 1) AND (a <= 9) AND (b OR c OR d)))'
    """
    stack: list[Group] = [[]]
    for word in _WORD.findall(definition):
        if word == "(":
            stack.append([])
        elif word == ")" and len(stack) > 1:
            group = stack.pop()
            stack[-1].append(_spliced(group))
        else:
            stack[-1].append(word)
    return definition if len(stack) > 1 else "".join(map(_text, stack[0]))


def _spliced(group: Group) -> Group:
    """The group, with the members of those of its operands that are joined in the same way."""
    joint = _joint(group)
    spliced: Group = []
    for place, node in enumerate(group):
        neighbours = [*group[max(place - 1, 0) : place], *group[place + 1 : place + 2]]
        alone = all(neighbour == joint for neighbour in neighbours)
        if joint is not None and alone and isinstance(node, list) and _joint(node) == joint:
            spliced.extend(node)
        else:
            spliced.append(node)
    return spliced


def _joint(group: Group) -> str | None:
    """The one word that joins a group's operands, if they are joined by one."""
    found = {node for node in group if isinstance(node, str)} & {_AND, _OR}
    return found.pop() if len(found) == 1 else None


def _text(node: str | Group) -> str:
    return node if isinstance(node, str) else f"({''.join(map(_text, node))})"
