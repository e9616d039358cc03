"""Counts beside menu items: cached for viewers with the same view, for a while, until something changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from portal.core.navigation import BADGE_SECONDS, badge_number, forget_badge, is_badge_kept, keep_badge
from portal.core.viewer import Role, Viewer
from tests.support.clock import Clock

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
