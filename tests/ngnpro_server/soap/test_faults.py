"""The fault codes, and the documentation page that lists them."""

from __future__ import annotations

import re
from pathlib import Path

from ngnpro_wire.facts.fault_codes import FaultCode

PAGE = Path(__file__).parents[3] / "docs" / "faults.md"


def test_the_page_lists_every_code_by_its_title_in_order() -> None:
    listed = re.findall(r"^\| (\d{4}) (?:† )?\| ([^|]+) \|", PAGE.read_text(), re.MULTILINE)
    assert listed == [(str(code.value), code.title) for code in FaultCode]
