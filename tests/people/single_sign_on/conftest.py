"""Providers for the tests of single sign-on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from portal.people.operators.models import Operator
from tests.support.sign_on import Forger, forger, use_for_operators

ANNA = {"email": "anna@example.com", "email_verified": True, "preferred_username": "Anna", "groups": ["noc"]}


@pytest.fixture
def provider(settings: Any, operator: Operator) -> Iterator[Forger]:
    """The operators' provider, at which Anna of the group noc signs in."""
    with forger() as found:
        found.claims = {**ANNA, "name": "Anna Lind"}
        use_for_operators(settings, found.url)
        yield found
