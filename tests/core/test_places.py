"""Where addresses are, by a database file; and the page of phones, which shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from portal.core.places import UNKNOWN, Place, place_of
from tests.support.calls import write_phone
from tests.support.pages import Page
from tests.support.portal import Platform


@pytest.fixture
def places(settings: Any, tmp_path: Path) -> None:
    """A database in which one network is in Utrecht."""
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True, database_type="GeoLite2-City")
    names = {"city": "Utrecht", "country": "The Netherlands", "subdivisions": "Utrecht (province)"}
    found = {name: {"names": {"en": words, "nl": "x"}} for name, words in names.items()}
    found["country"]["iso_code"] = "NL"  # type: ignore[assignment]
    writer.insert_network(IPSet(["203.0.113.0/24"]), {**found, "subdivisions": [found["subdivisions"]]})
    file = tmp_path / "places.mmdb"
    writer.to_db_file(str(file))
    settings.GEOIP_FILE = str(file)


@pytest.mark.usefixtures("places")
def test_an_address_is_found_in_the_file() -> None:
    assert place_of("203.0.113.7") == Place("The Netherlands", "NL", "Utrecht (province)", "Utrecht")
    for unknown in ("198.51.100.1", "2001:db8::1", "not an address", ""):
        assert place_of(unknown) == UNKNOWN


def test_without_a_file_nothing_is_known(settings: Any, tmp_path: Path) -> None:
    assert place_of("203.0.113.7") == UNKNOWN
    settings.GEOIP_FILE = str(tmp_path / "missing.mmdb")
    assert place_of("203.0.113.7") == UNKNOWN


@pytest.mark.usefixtures("places")
def test_programs_and_the_page_of_phones_show_it(people: dict[str, Client], world: Platform) -> None:
    found = Client(REMOTE_ADDR="203.0.113.7").get("/sip_settings.phtml", {"action": "get_location"})
    assert found.json() == {
        "country": "The Netherlands",
        "city": "Utrecht",
        "code": "NL",
        "region": "Utrecht (province)",
    }
    write_phone(world, "ada@example.com", "Blink 6.0.4 (Linux)", received="sip:203.0.113.7:5060")
    assert "Utrecht, The Netherlands" in Page(people["customer"].get("/accounts/ada@example.com/devices/")).text
