"""Tests that every kind of one-use link must pass; the test class of a kind inherits them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from django.test import Client


class LinkCases(ABC):
    """``page`` is the URL that a link redirects to."""

    page: ClassVar[str]

    @abstractmethod
    def request_link(self) -> str:
        """Request a link and return its path."""

    @abstractmethod
    def use(self, browser: Client) -> int:
        """Use the link that a browser has opened, and return the status of the answer."""

    def open_link(self, link: str) -> Client:
        browser = Client()
        answer = browser.get(link)
        assert (answer.status_code, answer.headers["Location"]) == (302, self.page)
        assert browser.get(self.page).status_code == 200
        return browser

    def test_opening_a_link_does_not_use_it_up(self) -> None:
        link = self.request_link()
        browsers = [self.open_link(link) for _time in range(3)]
        assert self.use(browsers[-1]) == 302

    def test_of_two_people_who_opened_a_link_only_one_uses_it(self) -> None:
        link = self.request_link()
        first, second = self.open_link(link), self.open_link(link)
        assert self.use(first) == 302
        assert self.use(second) == 404
        assert second.get(self.page).status_code == 404
