"""``platform-db invoice export`` and ``invoice import`` as programs, on a server of their own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast
from uuid import UUID

import pytest

from tests import official
from tests.acceptance.installation import Answer, Finished, Installation, answers
from tests.acceptance.test_invoice_issue import DOCUMENT
from tests.ubl.official_rules import broken

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COUNTS = "SELECT (SELECT count(*) FROM invoices), (SELECT count(*) FROM invoice_lines), (SELECT count(*) FROM users)"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A server with one issued invoice, UBL2026000000001."""
    made = Installation(tmp_path_factory.mktemp("home"))
    given = json.dumps({**DOCUMENT, "series": "UBL"}, ensure_ascii=False)
    assert made.run("invoice", "issue", "-", given=given).returncode == 0
    yield made
    made.run("server", "stop", "--force")


@pytest.fixture(scope="module")
def url(installation: Installation) -> str:
    """Where its database is."""
    return installation.url()


@pytest.fixture(scope="module")
def xml(installation: Installation) -> str:
    """The invoice's document."""
    done = installation.run("invoice", "export", "--number", "UBL2026000000001")
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def only(done: Finished) -> Answer:
    (answer,) = answers(done)
    return answer


def rules(answer: Answer) -> list[object]:
    return [entry["rule"] for entry in cast("list[Answer]", answer["errors"])]


def test_an_issued_invoice_is_exported_by_number_and_by_id(
    installation: Installation, url: str, xml: str, tmp_path: Path
) -> None:
    # given the document on standard output
    assert broken(xml.encode()) == []
    (number,) = installation.query("SELECT id FROM invoices WHERE number = 'UBL2026000000001'", at=url)
    # when it is written to a file, by id
    file = tmp_path / "invoice.xml"
    done = installation.run("invoice", "export", str(number[0]), "--output", str(file), "--json")
    # then it is the same
    answer = only(done)
    assert done.returncode == 0
    assert file.read_text(encoding="utf-8") == xml
    assert (answer["number"], answer["file"], answer["xml"]) == ("UBL2026000000001", str(file), None)
    assert UUID(str(answer["ettn"])).version == 4
    assert answer["warnings"] == []
    # and a file that is there is never overwritten
    again = installation.run("invoice", "export", str(number[0]), "--output", str(file))
    assert again.returncode == 64
    assert file.read_text(encoding="utf-8") == xml


def test_what_is_not_there_or_no_invoice_is_refused_by_name(installation: Installation) -> None:
    for arguments in (("--number", "YOK2026000000001"), ("999999",), ("99999999999999999999",)):
        done = installation.run("invoice", "export", *arguments, "--json")
        assert (done.returncode, rules(only(done))) == (2, ["invoice_known"])


def test_documents_are_imported_and_nothing_is_stored(
    installation: Installation, url: str, xml: str, tmp_path: Path
) -> None:
    # given a document, a file that is none, and the same document on standard input
    good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
    good.write_text(xml, encoding="utf-8")
    bad.write_text('<!DOCTYPE Invoice [<!ENTITY a "b">]><Invoice/>', encoding="utf-8")
    before = installation.query(COUNTS, at=url)
    # when they are imported
    done = installation.run("invoice", "import", str(good), str(bad), "-", "--json", given=xml)
    # then each is answered in turn, one refused
    assert (done.returncode, done.stderr) == (2, "")
    first, second, third = answers(done)
    assert (first["number"], first["draft"], first["warnings"]) == ("UBL2026000000001", None, [])
    document = cast("Answer", first["document"])
    assert document["profile_id"] == "TICARIFATURA"
    totals = cast("Answer", document["legal_monetary_total"])
    assert totals["payable_amount"] == {"value": "19800.00", "currency_id": "TRY"}
    assert (second["file"], rules(second)) == (str(bad), ["ubl_doctype"])
    assert {**third, "file": first["file"]} == first
    assert installation.query(COUNTS, at=url) == before


def test_a_person_reads_tables_and_warnings(installation: Installation, xml: str, tmp_path: Path) -> None:
    # given a document whose sum does not follow, and whose text tries to command the terminal
    xml = xml.replace(">19800.00</cbc:Payable", ">19800.01</cbc:Payable")
    file = tmp_path / "invoice.xml"
    file.write_text(xml.replace(">Yemek servisi<", ">[bold]\u009b31m[/none]<"), encoding="utf-8")
    done = installation.run("invoice", "import", str(file))
    assert done.returncode == 0
    assert "UBL2026000000001 of 2026-04-24, TICARIFATURA TEVKIFAT" in done.stdout
    assert "[bold] 31m[/none]" in done.stdout
    place = "/Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount"
    assert f"ubl_amount_follows ({place}): 19800.01, 19800.00?" in done.stdout


def test_a_draft_is_made_of_a_document_by_the_strict_rules(
    installation: Installation, url: str, xml: str, tmp_path: Path
) -> None:
    # given the document, and one with another sum
    good, wrong = tmp_path / "good.xml", tmp_path / "wrong.xml"
    good.write_text(xml, encoding="utf-8")
    wrong.write_text(xml.replace(">19800.00</cbc:Payable", ">19800.01</cbc:Payable"), encoding="utf-8")
    (before,) = installation.query(COUNTS, at=url)
    # when both are to be drafts
    done = installation.run("invoice", "import", str(wrong), str(good), "--draft", "--json")
    # then the one becomes a draft of the same figures, without a number and with an ETTN of its own
    assert done.returncode == 2
    refused, stored = answers(done)
    assert rules(refused) == ["ubl_draft_figure"]
    draft = cast("Answer", stored["draft"])
    assert draft["ettn"] != stored["ettn"]
    ((status, number, payable),) = installation.query(
        "SELECT status::text, number, payable_cents FROM invoices WHERE id = $1", draft["id"], at=url
    )
    assert (status, number, payable) == ("draft", None, 1980000)
    (after,) = installation.query(COUNTS, at=url)
    assert after == (cast("int", before[0]) + 1, cast("int", before[1]) + 1, before[2])
    # and a draft has no document
    exported_draft = installation.run("invoice", "export", str(draft["id"]), "--json")
    assert (exported_draft.returncode, rules(only(exported_draft))) == (2, ["ubl_issued"])


def test_a_draft_of_nobody_is_refused(installation: Installation, url: str, xml: str, tmp_path: Path) -> None:
    file = tmp_path / "invoice.xml"
    file.write_text(xml, encoding="utf-8")
    before = installation.query(COUNTS, at=url)
    done = installation.run("invoice", "import", str(file), "--draft", "--user", "yok@example.com", "--json")
    assert (done.returncode, rules(only(done))) == (2, ["user_known"])
    assert installation.query(COUNTS, at=url) == before


def test_every_official_sample_is_imported(installation: Installation, tmp_path: Path) -> None:
    samples = official.names("ubltr", "samples")
    if not samples:
        pytest.skip("official material is not beside the checkout: shared/ubltr/samples")
    files: list[str] = []
    for place, name in enumerate(samples):
        file = tmp_path / f"{place}.xml"
        file.write_bytes(official.text("ubltr", "samples", name).encode())
        files.append(str(file))
    done = installation.run("invoice", "import", *files, "--json")
    assert (done.returncode, len(answers(done))) == (0, len(samples))
    assert [answer["file"] for answer in answers(done)] == files
