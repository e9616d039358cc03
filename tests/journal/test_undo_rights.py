"""No one can undo in the journal what they could not change by hand."""

from __future__ import annotations

from typing import Any

from django.test import Client

from portal.journal.models import JournalEntry
from tests.support.journal import latest
from tests.support.pages import Page
from tests.support.portal import Platform


def edit(browser: Client, page: str, **typed: Any) -> JournalEntry:
    browser.post(page, Page(browser.get(page)).form_data() | typed)
    return latest()


def test_a_customer_undoes_changes_that_they_may_make(people: dict[str, Client], world: Platform) -> None:
    mine = edit(people["operator"], "/accounts/ada@example.com/edit/", last_name="King")
    people["customer"].post(f"/journal/{mine.pk}/undo/")
    assert world.account().last_name == "Byron"
    assert latest().author.login == "harbour"


def test_a_customer_cannot_undo_changes_that_they_may_not_make(people: dict[str, Client], world: Platform) -> None:
    entry = edit(people["operator"], "/accounts/ada@example.com/edit/", quota="50")
    assert "pstn_changes" in Page(people["customer"].get(f"/journal/{entry.pk}/")).text
    assert people["customer"].post(f"/journal/{entry.pk}/undo/").status_code == 409
    assert world.account().quota == 50


def test_a_customer_cannot_undo_permissions_that_only_resellers_grant(
    people: dict[str, Client], world: Platform
) -> None:
    entry = edit(people["operator"], "/accounts/ada@example.com/edit/", groups=["trunking"])
    assert people["customer"].post(f"/journal/{entry.pk}/undo/").status_code == 409
    assert world.account().groups == ("trunking",)
