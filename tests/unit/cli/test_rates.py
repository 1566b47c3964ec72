"""``platform-db rates show``, as it is typed."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from platform_db.cli import app as cli
from platform_db.domain.instants import istanbul_day


def test_the_law_of_a_day_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["rates", "show", "--on", "2026-11-20", "--json"]) == 0
    law = json.loads(capsys.readouterr().out)
    assert law["on"] == "2026-11-20"
    assert [(each["class"], each["rate"], each["from"], each["verified"]) for each in law["kdv_rates"]] == [
        ("general", "20", "2023-07-10", True),
        ("reduced_list_1", "1", None, True),
        ("reduced_list_2", "10", "2023-07-10", True),
    ]
    assert law["withholding_limit"] == {
        "limit": "12000",
        "from": "2026-01-01",
        "to": "2026-12-31",
        "verified": False,
        "note": "VUK art. 232 limit of 2026 (VUK General Communiqué 588); several agreeing secondary sources, "
        "the official text itself is not at hand.",
    }
    steel = next(each for each in law["withholding_codes"] if each["code"] == "627")
    assert steel["history"] == [
        {"percent": 40, "from": "2022-05-01", "to": "2022-10-31", "verified": True},
        {"percent": 50, "from": "2022-11-01", "to": None, "verified": True},
    ]
    assert steel["buyer_scope"] == {"text": "every KDV payer and the designated buyers", "verified": True}
    assert (len(law["withholding_codes"]), len(law["withdrawn_codes"]), len(law["exemption_codes"])) == (51, 1, 113)
    assert "withholding_limit 2026" in law["unverified"]


def test_the_law_of_a_day_for_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["rates", "show", "--on", "2020-08-01"]) == 0
    out = capsys.readouterr().out
    rows = [line.split("│") for line in out.splitlines() if line.startswith("│")]
    cells = [[cell.strip() for cell in row[1:-1]] for row in rows]
    assert cells[0][:4] == ["general", "18", "2001-05-15 – 2023-07-09", ""]
    assert ["listed services", "8", "18", "2020-07-31 – 2020-12-31", "", "Decree 2812"] in cells
    assert next(row for row in cells if row[0] == "1000")[:4] == ["1000", "– 2021-06-30", "in force", "unverified"]
    works = next(row for row in cells if row[0] == "601")
    assert works[1] == "30"
    assert works[-1] == "30 ( – 2021-02-28); 40 (2021-03-01 – )"
    assert "Withdrawn" not in out
    last = out.splitlines()[-1]
    assert last.startswith("Unverified: withholding_limit 2020; ")
    assert "withholding_ratio 609, 615" in last


def test_without_a_day_it_is_todays_in_istanbul(capsys: pytest.CaptureFixture[str]) -> None:
    before = istanbul_day(datetime.now(UTC))
    assert cli.run(["rates", "show", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["on"]
    assert told in {before.isoformat(), istanbul_day(datetime.now(UTC)).isoformat()}


@pytest.mark.parametrize(
    "day", ["2026-02-30", "20.11.2026", "2026-1-1", "٢٠٢٦-١١-٢٠", "1984-12-31", "2100-01-01", "", "2026-11-20\n"]
)
def test_what_is_no_legal_day_is_wrong_usage(day: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["rates", "show", "--on", day]) == 64
    out, err = capsys.readouterr()
    assert out == ""
    assert "YYYY-MM-DD" in err
