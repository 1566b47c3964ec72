"""The committed pages are what the models say now; ``make docs`` writes them anew."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from platform_db.operations.documentation import contexts, pages
from platform_db.operations.documentation.contexts import CONTEXTS, tables_by_context
from platform_db.schema.all_tables import metadata
from platform_db.schema.catalog import catalog

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[3]
NAMES = ("constraints.md", "data-dictionary.md", "entities.svg")


@pytest.fixture(scope="module")
def made() -> Mapping[str, str]:
    return pages()


def test_these_pages_are_made(made: Mapping[str, str]) -> None:
    assert tuple(made) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_committed_page_is_the_one_the_models_make(made: Mapping[str, str], name: str) -> None:
    committed = ROOT.joinpath("docs", name).read_text(encoding="utf-8")
    assert committed == made[name], f"docs/{name} is not what the models say: run `make docs`"


def test_equal_models_give_equal_bytes_in_every_process(made: Mapping[str, str], tmp_path: Path) -> None:
    # Given a process that orders its sets differently
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    command = [sys.executable, "-m", "platform_db.operations.documentation", str(tmp_path / "docs")]
    # When it writes the pages
    subprocess.run(command, env=environment, check=True, cwd=ROOT)
    # Then they are the same, and no others
    written = {path.name: path.read_bytes() for path in (tmp_path / "docs").iterdir()}
    assert written == {name: text.encode() for name, text in made.items()}


def test_every_table_belongs_to_one_context() -> None:
    named = [name for names in CONTEXTS.values() for name in names]
    assert sorted(named) == sorted(metadata.tables)


def test_a_table_in_no_context_is_named_with_the_place_to_say_it(monkeypatch: pytest.MonkeyPatch) -> None:
    without = {name: tables for name, tables in CONTEXTS.items() if name != "Licensing"}
    monkeypatch.setattr(contexts, "CONTEXTS", without)
    with pytest.raises(LookupError) as raised:
        tables_by_context()
    assert str(raised.value) == (
        "license_seats, licenses: say in CONTEXTS of platform_db.operations.documentation.contexts"
        " where the table belongs"
    )


def test_every_constraint_is_listed_once_with_both_messages(made: Mapping[str, str]) -> None:
    _, _, by_table = made["constraints.md"].partition("\n## Identity\n")
    listed = [line.split(" | ") for line in by_table.splitlines() if line.startswith("| `")]
    expected = {
        (f"| `{item.name}`", ", ".join(f"`{field}`" for field in item.fields), item.message.tr, f"{item.message.en} |")
        for item in catalog().values()
    }
    assert len(listed) == len(expected)
    assert {tuple(line) for line in listed} == expected


def test_a_table_is_described_whole(made: Mapping[str, str]) -> None:
    _, _, after = made["data-dictionary.md"].partition("\n### license_seats\n")
    section, _, _ = after.partition("\n## ")
    assert section == Path(__file__).with_name("license_seats.md").read_text(encoding="utf-8")
