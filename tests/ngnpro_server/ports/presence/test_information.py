"""Presence, in the tables of Kamailio's presence module, which this platform may not have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ngnpro_server.config import Logins
from ngnpro_server.ports.presence.documents import read_document
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema.presence import presence_metadata, presentity, watchers
from ngnpro_wire.codec import WireFault
from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.platform import Platform, make_platform, refused
from tests.support.server import call, make_server, post

NOW = datetime(2026, 3, 15, 12, 0, 0)
UNIX = 1773576000
ALICE = {"username": "alice", "domain": "example.com"}
PASSWORD = "x1y2z3w4v5"
PIDF = b"""<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
  xmlns:r="urn:ietf:params:xml:ns:pidf:rpid" entity="sip:alice@example.com">
  <tuple id="a"><status><basic>%s</basic></status><note>At lunch</note></tuple>
  <dm:person id="p"><r:activities>%s</r:activities></dm:person></presence>"""


@pytest.fixture
def bare(tmp_path: Path) -> Platform:
    """A platform with an account, and no presence."""
    logins = Logins(attempts=3, trusted_sources="")
    platform = make_platform(make_server(tmp_path, clock=lambda: NOW, logins=logins))
    platform.add_domain()
    platform.add_account(password=PASSWORD)
    return platform


@pytest.fixture
def present(bare: Platform) -> Iterator[Platform]:
    """The same platform, with the tables of presence in the proxy's database."""
    with transaction(bare.server.proxy, write=True) as connection:
        presence_metadata.create_all(connection)
    yield bare
    with transaction(bare.server.proxy, write=True) as connection:
        presence_metadata.drop_all(connection)  # other tests use the same database


def published(platform: Platform, body: bytes, etag: str = "a", **values: Any) -> None:
    row = {**ALICE, "event": "presence", "etag": etag, "expires": UNIX + 60, "received_time": UNIX, "sender": ""}
    with transaction(platform.server.proxy, write=True) as connection:
        connection.execute(presentity.insert().values(**row | {"body": body} | values))


def ask(platform: Platform, operation: str, **more: Any) -> Any:
    return platform.call("Presence", operation, None, sipId=ALICE, **more)


def as_alice(platform: Platform, operation: str, password: str = PASSWORD, **more: Any) -> Any:
    return call(platform.server.app, "Presence", operation, {"sipId": ALICE, "password": password} | more, None)


def test_without_presence_everything_is_empty_and_nothing_can_be_set(bare: Platform) -> None:
    assert ask(bare, "getPresenceInformation") == {}
    assert ask(bare, "getWatchers") == []
    assert ask(bare, "getPolicy") == {}
    assert ask(bare, "deletePresenceInformation") is None
    with refused(FaultCode.OPERATION_UNAVAILABLE):
        ask(bare, "setPresenceInformation", information={"activity": "busy"})


@pytest.mark.parametrize("activity", ["open", "idle", "busy"])
def test_an_activity_and_a_note_are_set_read_and_removed(present: Platform, activity: str) -> None:
    wanted = {"activity": activity, "note": "Zoë <b>"}
    for _twice in range(2):
        ask(present, "setPresenceInformation", information=wanted)
    assert ask(present, "getPresenceInformation") == wanted
    ask(present, "deletePresenceInformation")
    assert ask(present, "getPresenceInformation") == {}


def test_what_phones_publish_is_read_and_stays(present: Platform) -> None:
    published(present, PIDF % (b"open", b"<r:on-the-phone/>"))
    published(present, PIDF % (b"open", b"<r:away/>"), "older", received_time=UNIX - 30)
    published(present, PIDF % (b"open", b"<r:away/>"), "expired", received_time=UNIX + 1, expires=UNIX - 1)
    ask(present, "deletePresenceInformation")
    assert ask(present, "getPresenceInformation") == {"activity": "busy", "note": "At lunch"}


@pytest.mark.parametrize(
    ("body", "activity"),
    [
        (PIDF % (b"open", b""), "open"),
        (PIDF % (b"open", b"<r:away/>"), "idle"),
        (PIDF % (b"closed", b"<r:busy/>"), None),
        (b"<presence", None),
        (b'<!DOCTYPE p [<!ENTITY e "open">]><p><basic>&e;</basic></p>', None),
    ],
)
def test_documents_are_read_as_far_as_they_are_understood(body: bytes, activity: str | None) -> None:
    assert read_document(body).get("activity") == activity


def test_watchers_are_listed_with_their_status(present: Platform) -> None:
    base = {"presentity_uri": "sip:alice@example.com", "event": "presence", "inserted_time": UNIX}
    rows = [base | {"watcher_username": f"w{n}", "watcher_domain": "x.example", "status": n} for n in (1, 2, 3, 4)]
    other = rows[0] | {"presentity_uri": "sip:bob@example.com"}
    with transaction(present.server.proxy, write=True) as connection:
        connection.execute(watchers.insert(), [*rows, other])
    found = [(one["address"], one["status"]) for one in ask(present, "getWatchers")]
    states = ("active", "pending", "terminated", "waiting")
    assert found == [(f"w{n}@x.example", state) for n, state in enumerate(states, 1)]


def test_an_activity_that_is_unknown_is_refused(present: Platform) -> None:
    for activity in ("", "sleeping"):
        with refused(FaultCode.VALUE_INVALID):
            ask(present, "setPresenceInformation", information={"activity": activity})


def test_the_password_of_the_account_is_enough_for_its_own_presence(present: Platform) -> None:
    as_alice(present, "setPresenceInformation", information={"activity": "busy"})
    assert as_alice(present, "getPresenceInformation") == {"activity": "busy"}
    for password in ("", "wrong", present.account().get("ha1", "x")):
        with refused(FaultCode.LOGIN_WRONG):
            as_alice(present, "getPresenceInformation", password)


def test_wrong_passwords_of_accounts_lead_to_a_lockout(present: Platform) -> None:
    codes = []
    for _number in range(5):
        with pytest.raises(WireFault) as raised:
            as_alice(present, "getPresenceInformation", "wrong")
        codes.append(raised.value.code)
    assert codes[0] == FaultCode.LOGIN_WRONG
    assert codes[-1] == FaultCode.LOGIN_LOCKED


def test_an_account_signs_in_to_no_other_port_and_to_no_other_account(present: Platform) -> None:
    present.add_account("bob")
    with refused(FaultCode.LOGIN_WRONG):
        call(present.server.app, "Sip", "getAccount", {"sipId": ALICE}, None)
    bob = {"username": "bob", "domain": "example.com"}
    with refused(FaultCode.LOGIN_WRONG):
        call(present.server.app, "Presence", "getWatchers", {"sipId": bob, "password": PASSWORD}, None)


def test_a_message_in_the_form_of_cdrtool_is_understood(present: Platform) -> None:
    ask(present, "setPresenceInformation", information={"activity": "idle"})
    body = f"""<?xml version="1.0"?>
    <SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"
        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"
        xmlns:ns4="urn:AGProjects:SoapSIMPLEProxy" xmlns:ns5="urn:AGProjects:SoapSIMPLEProxy:Presence">
      <SOAP-ENV:Body><ns5:getPresenceInformation><sipId xsi:type="ns4:SipId">
        <username xsi:type="xsd:string">alice</username><domain xsi:type="xsd:string">example.com</domain></sipId>
        <password xsi:type="xsd:string">{PASSWORD}</password>
      </ns5:getPresenceInformation></SOAP-ENV:Body></SOAP-ENV:Envelope>"""
    status, _headers, answer = post(present.server.app, body.encode())
    assert status == "200 OK"
    assert b'xsi:type="other:PresenceInformation"' in answer
    assert timedelta(seconds=UNIX) == NOW - datetime(1970, 1, 1)
