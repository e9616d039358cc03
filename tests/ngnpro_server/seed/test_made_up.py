"""All data of a seeded platform is fictitious: no host, telephone number or address belongs to a real person."""

from __future__ import annotations

import pytest

from tests.support.seeded import (
    DOCUMENTATION_ADDRESS,
    RESERVED_DOMAIN,
    addresses,
    hosts,
    is_fictitious,
    telephone_numbers,
    texts,
)
from tests.support.server import TestServer

_SECRETS = ("password", "ha1", "ha1b", "certificate", "private_key", "auth_token", "callid", "call_id", "ruid")
# names in DNS consist of a number and tld
_NO_HOSTS = (*_SECRETS, "username", "user_agent", "from_tag", "to_tag", "tld", "dns_name")
_NO_NUMBERS = (*_SECRETS, "vat_number", "bank_account", "tag", "msg", "media_info", "instance", "prepaid_cards.number")


@pytest.fixture(params=["demo", "large"])
def seeded(request: pytest.FixtureRequest) -> TestServer:
    """Each of the seeded platforms."""
    server: TestServer = request.getfixturevalue(request.param)
    return server


def test_every_host_is_reserved(seeded: TestServer) -> None:
    found = [(column, host) for column, text in _texts(seeded, _NO_HOSTS) for host in hosts(text)]
    assert len(found) > 300
    assert not [place for place in found if not RESERVED_DOMAIN.fullmatch(place[1])]


def test_every_telephone_number_is_fictitious(seeded: TestServer) -> None:
    found = [(column, number) for column, text in _texts(seeded, _NO_NUMBERS) for number in telephone_numbers(text)]
    assert len(found) > 200
    assert not [place for place in found if not is_fictitious(place[1])]


def test_every_address_is_one_for_documentation(seeded: TestServer) -> None:
    found = [(column, address) for column, text in _texts(seeded, _NO_HOSTS) for address in addresses(text)]
    assert len(found) > 100
    assert not [place for place in found if not DOCUMENTATION_ADDRESS.fullmatch(place[1])]


def _texts(server: TestServer, without: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(column, text) for column, text in texts(server) if not column.endswith(without)]
