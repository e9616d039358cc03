"""The menu: the current section stays marked on all pages below it, and the counts beside its items are cached."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.http import HttpResponseBase
from django.test import Client

from portal.core.navigation import BADGE_SECONDS, badge_number, forget_badge, is_badge_kept, keep_badge
from portal.core.viewer import Role, Viewer
from tests.support.clock import Clock
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


PAGE = "lcr:lint:page"
ONE, OTHER = Viewer(Role.OPERATOR, scope="administrator 0"), Viewer(Role.RESELLER, scope="reseller 7")


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def test_a_badge_is_shared_by_viewers_of_the_same_records() -> None:
    keep_badge(ONE, PAGE, 3)
    keep_badge(OTHER, PAGE, 5)
    assert (badge_number(ONE, PAGE), badge_number(OTHER, PAGE)) == (3, 5)
    assert not is_badge_kept(Viewer(Role.RESELLER, scope="reseller 8"), PAGE)


def test_a_badge_that_was_too_expensive_is_not_counted_again() -> None:
    keep_badge(ONE, PAGE, None)
    assert is_badge_kept(ONE, PAGE)
    assert badge_number(ONE, PAGE) == 0


def test_a_badge_is_kept_for_a_while_and_until_something_changes(clock: Clock) -> None:
    keep_badge(ONE, PAGE, 3)
    clock.advance(BADGE_SECONDS + 1)
    assert not is_badge_kept(ONE, PAGE)
    assert badge_number(ONE, PAGE) == 0
    keep_badge(ONE, PAGE, 3)
    forget_badge(PAGE)
    assert badge_number(ONE, PAGE) == 0
