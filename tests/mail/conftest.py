"""Fixtures of the mail tests: an account, and a message about it."""

from __future__ import annotations

import pytest

from portal.mail.kinds.account_information import queue_account_information
from portal.mail.outbox.models import OutboxMessage
from portal.ngnpro.records import SipAccountProperty
from tests.support.portal import Platform


@pytest.fixture
def account(platform: Platform) -> str:
    platform.add_domain("example.com")
    web_password = SipAccountProperty(name="web_password", value="web-secret")
    return str(platform.add_account("ada@example.com", properties=(web_password,)).id)


@pytest.fixture
def message(account: str) -> OutboxMessage:
    return queue_account_information(account, "ada@mail.example", reseller=0)
