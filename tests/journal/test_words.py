"""The portal's own actions have words in the journal."""

from __future__ import annotations

import re
from pathlib import Path

import portal
from portal.core.rooms import journal_actions
from portal.journal.labels import action_words

FOLDER = Path(portal.__file__).parent
ACTION = re.compile(r'(?:record_operation|self\.(?:done|added|report))\(\s*"(\w+)"')


def test_every_action_of_the_portal_that_calls_no_operation_has_words() -> None:
    named = {name for path in FOLDER.rglob("*.py") for name in ACTION.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 15
    assert named <= set(journal_actions())


def test_an_unknown_operation_is_shown_by_its_wire_name() -> None:
    assert action_words("", "changeMailBrand") == "Name, logo and colour changed"
    assert action_words("", "deleteRoutes") == "deleteRoutes"
    assert action_words("add", "addAccount") == "Added"
