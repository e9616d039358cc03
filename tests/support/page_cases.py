"""Tests that every page about one account must pass; the page's test classes inherit them with its data."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
from django.test import Client

from tests.support.pages import Page
from tests.support.portal import Platform

ADA, BOB = "ada@example.com", "bob@other.example"


class PageCase(ABC):
    """The data of a page about the account ``ada@example.com``: its URL and its forms.

    ``forms`` maps the end of the URL that a form is sent to ("" for the page itself) to what is typed into it.
    """

    url: ClassVar[str]
    forms: ClassVar[Mapping[str, Mapping[str, Any]]] = {}

    @abstractmethod
    def stored(self, platform: Platform, address: str = ADA) -> Any:
        """Return what NGNPro stores about the account and this page can change."""

    def typed(self, browser: Client, end: str = "") -> dict[str, Any]:
        """Return what the browser sends once the form is filled in."""
        page = Page(browser.get(self.url + end))
        is_form = any(form.method == "POST" and not form.action for form in page.root.forms)
        return {**(page.form_data() if is_form else {}), **self.forms[end]}


class OpeningCases(PageCase):
    """Tests of opening the page, and of outages of NGNPro.

    ``calls`` are the operations of opening the page, ``pages`` the ends of the URLs that can be opened, and ``kept``
    the fields that must survive an outage, by form.
    """

    calls: ClassVar[tuple[str, ...]]
    pages: ClassVar[tuple[str, ...]] = ("",)
    kept: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    def test_opening_the_page_makes_the_same_calls_each_time(self, browser: Client, platform: Platform) -> None:
        browser.get(self.url)
        platform.forget_calls()
        assert browser.get(self.url).status_code == 200
        assert sorted(platform.calls) == sorted(self.calls)

    def test_while_ngnpro_does_not_answer_nothing_typed_is_lost(self, browser: Client, platform: Platform) -> None:
        before = self.stored(platform)
        typed = {end: self.typed(browser, end) for end in self.forms}
        platform.cut()
        for end in self.pages:
            answer = browser.get(self.url + end)
            assert answer.status_code == 503, end
            assert "NGNPro does not answer" in Page(answer).text, end
        for end, data in typed.items():
            page = Page(browser.post(self.url + end, data))
            assert page.response.status_code == 503, end
            for name in self.kept.get(end, ()):
                shown = page.form_data()[name] if isinstance(data[name], list) else page.value_of(name)
                assert shown == data[name], name
        platform.mend()
        assert self.stored(platform) == before


class ConflictCases(PageCase):
    """Tests of two people who change the page at the same time."""

    @abstractmethod
    def change_meanwhile(self, platform: Platform) -> None:
        """Change what the page shows, as another client of NGNPro does."""

    def test_an_edit_conflict_is_shown_and_nothing_is_overwritten(self, browser: Client, platform: Platform) -> None:
        data = self.typed(browser)
        self.change_meanwhile(platform)
        changed = self.stored(platform)
        page = Page(browser.post(self.url, data))
        assert page.response.status_code == 409
        assert "Someone else changed" in page.text
        assert self.stored(platform) == changed
        assert browser.post(self.url, page.form_data()).status_code == 302
        assert self.stored(platform) != changed


class ViewerCases(PageCase):
    """Tests of who may open the page and send its forms, among the people of ``world``.

    ``buttons`` are shown only to those who may change something; ``is_for_subscribers`` is false for pages of staff.
    """

    buttons: ClassVar[tuple[str, ...]]
    is_for_subscribers: ClassVar[bool] = True

    @property
    def foreign_url(self) -> str:
        return self.url.replace(ADA, BOB)

    def test_subscribers_change_their_own_account_only(self, people: dict[str, Client], world: Platform) -> None:
        browser, before, others = people["subscriber"], self.stored(world), self.stored(world, BOB)
        expected = 302 if self.is_for_subscribers else 404
        for end in self.forms:
            data = self.typed(browser, end) if self.is_for_subscribers else dict(self.forms[end])
            assert browser.post(self.url + end, data).status_code == expected, end
            assert browser.post(self.foreign_url + end, data).status_code == 404, end
        assert browser.get(self.foreign_url).status_code == 404
        assert (self.stored(world) != before) == self.is_for_subscribers
        assert self.stored(world, BOB) == others

    def test_read_only_operators_see_the_page_without_buttons_and_change_nothing(
        self, people: dict[str, Client], world: Platform
    ) -> None:
        browser, before = people["read-only operator"], self.stored(world)
        page = Page(browser.get(self.url))
        assert page.response.status_code == 200
        assert [button for button in self.buttons if button in page.text] == []
        full = Page(people["operator"].get(self.url)).text
        assert [button for button in self.buttons if button not in full] == []
        for end, data in self.forms.items():
            assert browser.post(self.url + end, data).status_code == 403, end
        assert self.stored(world) == before

    @pytest.mark.parametrize("person", ["another reseller", "another customer", "another subscriber"])
    def test_the_page_of_a_foreign_account_is_a_404(
        self, people: dict[str, Client], world: Platform, person: str
    ) -> None:
        before = self.stored(world)
        assert people[person].get(self.url).status_code == 404
        for end, data in self.forms.items():
            assert people[person].post(self.url + end, data).status_code == 404, end
        assert self.stored(world) == before
