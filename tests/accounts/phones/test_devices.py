"""The phones of an account: models, locations, and whether their connections are encrypted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from lxml import etree

from portal.accounts.phones.choices import ICONS, KINDS, PhoneModel, phone_of
from portal.accounts.phones.forms import format_endpoint
from portal.ngnpro.records import SipId
from tests.support.calls import write_phone
from tests.support.page_cases import OpeningCases
from tests.support.pages import Page
from tests.support.portal import Platform
from tests.test_house import ROOT

ADA = "ada@example.com"
URL = f"/accounts/{ADA}/devices/"


@pytest.fixture
def ada(platform: Platform) -> Platform:
    platform.add_domain()
    platform.add_account(ADA)
    return platform


@pytest.mark.parametrize(
    ("user_agent", "name", "kind", "version"),
    [
        ("Yealink SIP-T46U 108.86.0.45", "Yealink T46U", "desk", "108.86.0.45"),
        ("Yealink W80B 103.83.0.80", "Yealink W80B", "base", "103.83.0.80"),
        ("snomD785/10.1.169.16", "Snom D785", "desk", "10.1.169.16"),
        ("snom870/8.7.5.35", "Snom 870", "desk", "8.7.5.35"),
        ("snomM900/05.30.0001", "Snom M900", "base", "05.30.0001"),
        ("PolyEdge-E350-UA/8.1.1.0589", "Poly E350", "desk", "8.1.1.0589"),
        ("PolycomVVX-VVX_411-UA/5.9.5.0614", "Polycom VVX_411", "desk", "5.9.5.0614"),
        ("Grandstream GRP2614 1.0.11.64", "Grandstream GRP2614", "desk", "1.0.11.64"),
        ("Grandstream HT802 1.0.29.8", "Grandstream HT802", "adapter", "1.0.29.8"),
        ("Cisco/SPA504G-7.6.2f", "Cisco SPA504G", "desk", "7.6.2f"),
        ("FRITZ!OS", "FRITZ!OS", "", ""),
        ("AVM FRITZ!Box 7590 154.07.57 (Sep 1 2023)", "FRITZ!Box 7590", "base", "154.07.57"),
        ("Blink 6.0.4 (Linux)", "Blink", "soft", "6.0.4"),
        ("Blink Pro 4.6.0 (MacOSX)", "Blink Pro", "soft", "4.6.0"),
        ("LinphoneAndroid/5.2.5 (Phone) LinphoneSDK/5.3.47", "Linphone Android", "mobile", "5.2.5"),
        ("Zoiper rv2.10.20.4", "Zoiper", "soft", "2.10.20.4"),
        ("baresip v3.15.0 (x86_64/linux)", "baresip", "soft", "3.15.0"),
        ("Asterisk PBX 18.9.0", "Asterisk", "system", "18.9.0"),
        ("FPBX-16.0.40.7(18.16.0)", "Asterisk", "system", ""),
        ("MicroSIP/3.21.3", "MicroSIP", "soft", "3.21.3"),
        ("Wonderphone 9 <b>", "Wonderphone 9 <b>", "", ""),
        ("", "", "", ""),
    ],
)
def test_a_phone_is_recognised_by_its_user_agent(user_agent: str, name: str, kind: str, version: str) -> None:
    phone = phone_of(user_agent)
    assert (phone.name, phone.kind) == (name, kind)
    if version:
        assert phone.version == version


def test_every_kind_has_words_and_a_picture_that_exists() -> None:
    pictures = {symbol.get("id") for symbol in etree.parse(ROOT / "static" / "icons.svg").getroot()}
    assert set(KINDS) == set(ICONS)
    assert set(ICONS.values()) <= pictures
    assert {PhoneModel(kind=kind).icon for kind in KINDS} <= pictures


def test_phones_are_listed_with_address_transport_and_expiry(browser: Client, ada: Platform) -> None:
    write_phone(ada, ADA, "Yealink SIP-T46U 108.86.0.45", received="sip:203.0.113.8:40123;transport=tls")
    write_phone(ada, ADA, "Zoiper rv2.10.20.4", contact="sip:ada@192.0.2.7:5062;transport=udp", socket=None)
    rows = {row[0]: row for row in Page(browser.get(URL)).rows()}
    desk = next(row for name, row in rows.items() if "Yealink" in name)
    assert desk[0] == "Yealink T46UDesk phone, software 108.86.0.45Yealink SIP-T46U 108.86.0.45"
    assert desk[1] == "192.0.2.101:5071 TLSbehind a router, seen from 203.0.113.8:40123"
    assert desk[2].startswith("Encrypted")
    assert desk[3].startswith(("in 59:", "in 1:00:"))
    program = next(row for name, row in rows.items() if "Zoiper" in name)
    assert program[2].startswith("Not encrypted")


class TestPage(OpeningCases):
    url = URL
    calls = ("getAccount", "getSipDeviceLocations")

    @pytest.fixture(autouse=True)
    def prepared(self, platform: Platform) -> None:
        platform.add_domain()
        platform.add_account(ADA)
        for number in range(12):
            write_phone(platform, ADA, f"Phone {number}", contact=f"sip:ada@192.0.2.{number + 1}")

    def stored(self, platform: Platform, address: str = ADA) -> Any:
        return platform.ngnpro.sip.get_sip_device_locations([SipId.parse(address)])

    def test_every_phone_has_a_row(self, browser: Client, platform: Platform) -> None:
        assert len(Page(browser.get(URL)).rows()) == 12


def test_user_agents_are_escaped(browser: Client, ada: Platform) -> None:
    write_phone(ada, ADA, "<script>alert(1)</script>")
    assert "<script>alert" not in browser.get(URL).content.decode()


def test_an_account_without_phones_says_what_to_do(browser: Client, ada: Platform) -> None:
    assert "No phone is online" in Page(browser.get(URL)).text


def test_subscribers_see_only_their_own_phones(people: dict[str, Client], world: Platform) -> None:
    write_phone(world, ADA, "Blink 6.0.4 (Linux)")
    assert "Blink" in Page(people["subscriber"].get(URL)).text
    assert people["another subscriber"].get(URL).status_code == 404
    assert people["another reseller"].get(URL).status_code == 404


def test_an_address_of_ip_version_six_stands_in_brackets() -> None:
    assert format_endpoint("2001:db8::7", 5060) == "[2001:db8::7]:5060"
    assert format_endpoint("192.0.2.1", 0) == "192.0.2.1"
    assert format_endpoint("", 5060) == ""
