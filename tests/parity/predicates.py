"""Predicates of a CHECK, dropped one at a time: the mutants of its SQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["without_one_predicate"]

_TOKEN = re.compile(
    r"'(?:[^']|'')*'|[()]|\b(?:AND|OR|BETWEEN|CASE|WHEN|THEN|ELSE|END)\b|[A-Za-z_][A-Za-z_0-9.]*|\S|\s+"
)


def without_one_predicate(sql: str) -> Iterator[str]:
    """The same text without one operand of an AND or OR, at any depth; a boolean CASE loses one branch's condition."""
    text = sql.strip()
    for word in ("OR", "AND"):
        parts = _split(text, word)
        if len(parts) > 1:
            for place, part in enumerate(parts):
                before, after = parts[:place], parts[place + 1 :]
                yield f" {word} ".join(before + after)
                for mutant in without_one_predicate(part):
                    yield f" {word} ".join([*before, mutant, *after])
            return
    if _is_wrapped(text):
        for mutant in without_one_predicate(text[1:-1]):
            yield f"({mutant})"
    elif text.startswith("CASE ") and text.endswith(" END") and len(_branches(text)) > 1:
        yield from _without_one_branch(text)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _split(text: str, word: str) -> list[str]:
    """The operands of ``word`` at the top level; the AND of a BETWEEN is none."""
    parts = [""]
    depth, between = 0, False
    for token in _tokens(text):
        depth += (token in {"(", "CASE"}) - (token in {")", "END"})
        if depth == 0 and token == "BETWEEN":
            between = True
        elif depth == 0 and token == "AND" and between:
            between = False
        elif depth == 0 and token == word:
            parts.append("")
            continue
        parts[-1] += token
    return [part.strip() for part in parts]


def _is_wrapped(text: str) -> bool:
    if not text.startswith("("):
        return False
    depth = 0
    tokens = _tokens(text)
    for place, token in enumerate(tokens):
        depth += (token == "(") - (token == ")")
        if depth == 0:
            return place == len(tokens) - 1
    return False


def _branches(text: str) -> list[tuple[str, str]]:
    """What stands before each result of a CASE, and the result; the last is ELSE's."""
    pieces: list[tuple[str, str]] = []
    lead, result, depth, in_result = "", "", 0, False
    for token in _tokens(text.removeprefix("CASE").removesuffix("END")):
        if depth == 0 and token in {"THEN", "ELSE"}:
            if in_result:
                pieces.append((lead, result))
                lead, result = "", ""
            lead, in_result = lead + token, True
        elif depth == 0 and token == "WHEN" and in_result:
            pieces.append((lead, result))
            lead, result, in_result = token, "", False
        elif in_result:
            result += token
        else:
            lead += token
        depth += (token in {"(", "CASE"}) - (token in {")", "END"})
    return [*pieces, (lead, result)]


def _without_one_branch(text: str) -> Iterator[str]:
    branches = _branches(text)
    for place, (_, result) in enumerate(branches):
        if result.strip() == "true":
            continue
        for mutant in ("true", *without_one_predicate(result)):
            yield _case([(lead, mutant if at == place else kept) for at, (lead, kept) in enumerate(branches)])


def _case(branches: list[tuple[str, str]]) -> str:
    return "CASE " + " ".join(f"{lead.strip()} {result.strip()}" for lead, result in branches) + " END"
