"""Selected rows of a list, and the actions on them."""

from __future__ import annotations

from django.test import Client

from portal.mail.outbox.models import OutboxMessage
from tests.support.pages import Page
from tests.support.portal import Platform


def test_ticked_rows_go_to_the_page_that_acts_on_them(browser: Client, world: Platform) -> None:
    page = Page(browser.get("/accounts/?sort=username"))
    [form] = page.root.xpath("//form[@class='ticks']")
    boxes = form.xpath(".//tbody//input[@type='checkbox']")
    assert [(box.get("name"), box.get("value")) for box in boxes] == [
        ("address", "ada@example.com"),
        ("address", "bob@other.example"),
    ]
    assert boxes[0].get("aria-label") == "Tick ada@example.com"
    [button] = form.xpath(".//button[@formaction]")
    plan = Page(browser.post(button.get("formaction"), {"address": ["ada@example.com"]}))
    assert plan.rows()[0][:2] == ["ada@example.com", "ada@example.com"]
    assert not OutboxMessage.objects.exists()


def test_viewers_without_bulk_actions_have_no_checkboxes(people: dict[str, Client], world: Platform) -> None:
    looker, operator = (Page(people[name].get("/accounts/")) for name in ("read-only operator", "operator"))
    assert not looker.root.xpath("//input[@type='checkbox' and @name='address']")
    assert operator.root.xpath("//input[@type='checkbox' and @name='address']")
    assert not Page(people["operator"].get("/lcr/peers/")).root.xpath("//form[@class='ticks']")
