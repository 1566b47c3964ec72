"""What the README shows is what runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "first_invoice.py"


def test_the_code_of_the_readme_is_the_example() -> None:
    (shown,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)

    assert shown.strip() in EXAMPLE.read_text(encoding="utf-8")


def test_the_example_prints_a_paid_invoice(database_url: str) -> None:
    environment = {**os.environ, "PLATFORM_DB_URL": database_url, "PYTHONPATH": str(ROOT / "src")}

    ran = subprocess.run([sys.executable, EXAMPLE], env=environment, capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert re.fullmatch(r"ABC2026000000001 paid TRY\s4200\.00 [0-9a-f-]{36}\n", ran.stdout)
