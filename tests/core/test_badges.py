"""Counts beside menu items: cached for viewers with the same view, for a while, until something changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from portal.core.navigation import badge_number, forget_badge, is_badge_kept, keep_badge, time
from portal.core.viewer import Role, Viewer

PAGE = "lcr:lint:page"
ONE, OTHER = Viewer(Role.OPERATOR, scope="administrator 0"), Viewer(Role.RESELLER, scope="reseller 7")


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def test_a_number_is_for_those_who_see_the_same() -> None:
    keep_badge(ONE, PAGE, 3)
    keep_badge(OTHER, PAGE, 5)
    assert (badge_number(ONE, PAGE), badge_number(OTHER, PAGE)) == (3, 5)
    assert not is_badge_kept(Viewer(Role.RESELLER, scope="reseller 8"), PAGE)


def test_what_was_too_much_to_count_is_not_counted_again_and_shows_nothing() -> None:
    keep_badge(ONE, PAGE, None)
    assert is_badge_kept(ONE, PAGE)
    assert badge_number(ONE, PAGE) == 0


def test_a_number_is_kept_for_a_while_and_until_something_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_badge(ONE, PAGE, 3)
    with monkeypatch.context() as later:
        later.setattr(time, "time", lambda: 10_000_000_000.0)
        assert not is_badge_kept(ONE, PAGE)
        assert badge_number(ONE, PAGE) == 0
    forget_badge(PAGE)
    assert badge_number(ONE, PAGE) == 0
