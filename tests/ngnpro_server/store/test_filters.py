"""Filter conditions whose SQL depends on the number of matching rows."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from ngnpro_server.store import groups
from ngnpro_server.store.schema import sip_accounts
from tests.support.platform import Platform


@pytest.mark.parametrize("number", [0, 1_000_000])
def test_a_groups_accounts_are_the_same_however_they_are_looked_for(platform: Platform, number: int) -> None:
    platform.add_domain()
    platform.add_account("alice", groups=["blocked"])
    platform.add_account("bob", groups=["quota"])
    query = select(sip_accounts.c.username).where(groups.is_member("blocked", number))
    with platform.server.engine.connect() as connection:
        assert connection.execute(query).scalars().all() == ["alice"]
