"""The sealed states of a row: they are read as they were stored, and say no more than is needed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from portal.core.sealing import unseal
from portal.jobs.images import Image, image_of
from portal.ngnpro.codec import from_wire, members_of
from portal.ngnpro.records.accounts import SipAccount, SipId
from portal.ngnpro.records.enum import EnumId, EnumMapping, EnumNumber

STORED = {
    "id": {"username": "ada", "domain": "example.com"},
    "firstName": "Ada",
    "quota": 25,
    "prepaid": True,
    "groups": ["sms"],
    "region": None,
    "newerMember": "kept",
}
READ = from_wire(SipAccount, STORED)
EDITED = (
    replace(READ, first_name="", quota=0, groups=(), prepaid=False),
    replace(READ, first_name="Ada Lovelace", timezone="Europe/Paris", region="here"),
    replace(READ, id=replace(READ.id, username="lovelace")),
)
NEW = SipAccount(id=SipId(username="ada", domain="example.com"), first_name="Ada", timeout=0, groups=("sms",))


@pytest.mark.parametrize("after", [READ, NEW, *EDITED])
def test_a_sealed_record_is_read_as_it_was_stored_and_sends_the_same(after: SipAccount) -> None:
    read = image_of("account", Image(READ, after, {"cells": "x"}).sealed())
    assert (read.before, read.after, read.item) == (READ, after, {"cells": "x"})
    assert read.before.source == STORED
    if after.source:
        assert read.after.source == STORED
        assert members_of(read.after) == members_of(after)


def test_a_new_record_is_sent_with_all_of_its_parts() -> None:
    mapping = EnumMapping(mapto="sip:ada@example.com")
    number = EnumNumber(id=EnumId(number="31208000001", tld="e164.arpa"), mappings=(mapping,))
    read = image_of("number", Image(None, number).sealed()).after
    assert read == number
    assert members_of(read.mappings[0])["type"] == "sip"


def test_what_follows_from_the_members_that_ngnpro_sent_is_not_stored_twice() -> None:
    data = json.loads(unseal(Image(READ, EDITED[0]).sealed()))
    assert data["before"]["source"] == STORED
    assert set(data["before"]["fields"]) == {"region"}, "NGNPro sent no value"
    assert set(data["after"]["fields"]) == {"firstName", "quota", "groups", "prepaid", "region"}
