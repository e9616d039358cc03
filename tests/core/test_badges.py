"""Counts beside menu items: cached for viewers with the same view, for a while, until something changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from portal.core import badges
from portal.core.viewer import Role, Viewer

PAGE = "lcr:lint:page"
ONE, OTHER = Viewer(Role.OPERATOR, scope="administrator 0"), Viewer(Role.RESELLER, scope="reseller 7")


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def test_a_number_is_for_those_who_see_the_same() -> None:
    badges.keep(ONE, PAGE, 3)
    badges.keep(OTHER, PAGE, 5)
    assert (badges.number_of(ONE, PAGE), badges.number_of(OTHER, PAGE)) == (3, 5)
    assert not badges.is_kept(Viewer(Role.RESELLER, scope="reseller 8"), PAGE)


def test_what_was_too_much_to_count_is_not_counted_again_and_shows_nothing() -> None:
    badges.keep(ONE, PAGE, None)
    assert badges.is_kept(ONE, PAGE)
    assert badges.number_of(ONE, PAGE) == 0


def test_a_number_is_kept_for_a_while_and_until_something_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    badges.keep(ONE, PAGE, 3)
    with monkeypatch.context() as later:
        later.setattr(badges.time, "time", lambda: 10_000_000_000.0)
        assert not badges.is_kept(ONE, PAGE)
        assert badges.number_of(ONE, PAGE) == 0
    badges.forget(PAGE)
    assert badges.number_of(ONE, PAGE) == 0
