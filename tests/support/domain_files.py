"""A domain with records of every kind, its file, and an empty platform to import it into."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from portal.ngnpro.ports.rating import entity_of_account
from portal.ngnpro.records import (
    AcceptRules,
    AclEntry,
    CallDiversions,
    CustomerProperty,
    EnumId,
    EnumMapping,
    EnumNumber,
    PersistentAcceptRule,
    PhonebookEntry,
    SipAccountProperty,
    SipAlias,
    SipId,
    TemporaryAcceptRule,
    VoicemailAccount,
    VoicemailOptions,
)
from portal.ngnpro.records.network import RatingEntityProfiles
from tests.support.keys import self_signed
from tests.support.portal import Platform
from tests.support.server import make_server

DOMAIN = "example.com"
EXPORT = f"/domains/transfer/{DOMAIN}/export/"
ADA = SipId.parse(f"ada@{DOMAIN}")


@pytest.fixture
def rich(world: Platform) -> Platform:
    """A platform whose domain has records of every kind."""
    sip = world.ngnpro.sip
    certificate, key = self_signed()
    before = sip.find_domain(DOMAIN)
    assert before is not None
    sip.update_domain(
        dataclasses.replace(before, certificate=certificate, private_key=key, match_ip_address="192.0.2.7")
    )
    account = dataclasses.replace(
        world.account(),
        groups=("free-pstn", "anonymous", "voicemail"),
        acl=(AclEntry(ip="192.0.2.0", mask=24, tag="office"), AclEntry(ip="198.51.100.7", mask=32)),
        properties=(
            SipAccountProperty(name="web_password", value="secret-of-the-web"),
            SipAccountProperty(name="language", value="nl"),
        ),
        rpid="31208005169",
        quota=25,
        call_limit=3,
        timeout=20,
        first_name="Ad\u00e4 <&>",
    )
    sip.update_account(account)
    mailbox = VoicemailAccount(
        sip_id=ADA, name="Ada", password="4711", email="ada@example.com", options=VoicemailOptions(delete=False)
    )
    world.ngnpro.voicemail.add_account(mailbox)
    sip.set_call_diversions(ADA, CallDiversions(fnoa="<voice-mailbox>", fbus="sip:bob@other.example"))
    weekly = PersistentAcceptRule(days=31, start="09:00", stop="17:00", groups=("vip", "family"))
    night = PersistentAcceptRule(days=96, start="00:00", stop="23:59", groups=("nobody",))
    sip.set_accept_rules(
        ADA, AcceptRules(persistent=(night, weekly), temporary=TemporaryAcceptRule(groups=("nobody",)))
    )
    rates = RatingEntityProfiles(
        entity=entity_of_account(ADA), profile_weekday="list-1", profile_weekend="list-2", timezone="Europe/Paris"
    )
    world.ngnpro.rating.set_entity_profiles(rates)
    sip.set_reject_members(ADA, ["sip:spam@evil.example", "sip:%@ads.example"])
    sip.set_barring_prefixes(ADA, ["+31900", "+44"])
    for uri, group in (("sip:eve@example.com", "family"), ("%@work.example", "")):
        sip.add_phonebook_entry(ADA, PhonebookEntry(uri=uri, name="Somebody", group=group))
    sip.add_alias(SipAlias(id=SipId.parse(f"away@{DOMAIN}"), target=SipId.parse("bob@other.example")))
    mappings = (
        EnumMapping(type="mailto", mapto="mailto:ada@example.com", priority=20),
        EnumMapping(mapto=f"sip:front@{DOMAIN}", priority=10, ttl=600),
    )
    number = EnumNumber(id=EnumId(number="31208005170"), info="Front desk", mappings=mappings)
    world.ngnpro.enum.add_number(number)
    world.ngnpro.customers.set_properties(2, [CustomerProperty(name="sip_credit", value="500")])
    return world


@pytest.fixture
def empty_platform(platform: Platform, tmp_path: Path) -> Callable[[], None]:
    """Replace the platform's NGNPro server with an empty one."""

    def replace() -> None:
        folder = tmp_path / "another"
        folder.mkdir()
        server = make_server(folder)
        platform.adapter.app = server.app

    return replace


def exported(browser: Client, **options: str) -> bytes:
    answer = browser.post(EXPORT, options)
    assert answer.status_code == 200
    return answer.getvalue()
