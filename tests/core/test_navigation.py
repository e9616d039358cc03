"""The menu: the current section stays marked on all pages below it."""

from __future__ import annotations

import pytest
from django.http import HttpResponseBase
from django.test import Client

from tests.support.pages import Page
from tests.support.portal import Platform


def marked(answer: HttpResponseBase) -> list[str]:
    links = Page(answer).root.xpath("//nav[@id='menu']//a[@aria-current]")
    return [link.text_content().strip() for link in links]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("/accounts/", "Accounts"),
        ("/accounts/ada@example.com/", "Accounts"),
        ("/accounts/ada@example.com/calls/", "Accounts"),
        ("/domains/example.com/", "Domains"),
        ("/enum/ranges/", "Number ranges"),
        ("/enum/numbers/", "Numbers"),
        ("/mail/folder/", "Mail folder"),
        ("/mail/outbox/", "Outbox"),
        ("/operators/locks/", "Settings"),
    ],
)
def test_the_menu_marks_one_entry_on_every_page_below_it(
    browser: Client, world: Platform, url: str, words: str
) -> None:
    assert marked(browser.get(url)) == [words]


def test_sending_mail_is_not_the_folder_of_mails(browser: Client, world: Platform) -> None:
    assert marked(browser.get("/mail/send/accounts/?address=ada@example.com")) == []
