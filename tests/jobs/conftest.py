"""Fixtures of the tests of jobs."""

from __future__ import annotations

import pytest

from tests.support.portal import Platform


@pytest.fixture
def harbour(platform: Platform) -> Platform:
    """A platform with a domain and three accounts."""
    platform.add_domain()
    for name in ("ada", "bob", "eve"):
        platform.add_account(f"{name}@example.com")
    return platform
