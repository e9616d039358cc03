"""Calls between accounts go where NGNPro's settings of the called account say, and NGNPro lists them."""

from __future__ import annotations

import json
import time

import pytest

from tests.support import needs
from tests.support.processes import wait_until
from tests.support.telephony.phones import Line

from .conftest import Office

pytestmark = [pytest.mark.real, pytest.mark.needs(needs.KAMAILIO, needs.SIPP)]


@pytest.fixture(scope="module")
def caller(office: Office) -> Line:
    """The account that calls the others."""
    return office.account("caller")


def calls_of(office: Office, username: str, side: str) -> list[dict[str, object]]:
    query = {side: {"limit": 10}}
    return list(office.settings("getCalls", username, query=query)[side])


def test_a_call_rings_the_phone_and_is_listed_with_its_duration(office: Office, caller: Line) -> None:
    phone = office.phone("bert")
    before = int(time.time())
    assert caller.call("bert@example.com", talk=1300) == 200
    assert phone.received() == [f"sip:bert@127.0.0.1:{phone.port}"]
    wait_until(lambda: calls_of(office, "bert", "received"), "the call is listed")
    [received] = calls_of(office, "bert", "received")
    [placed] = [call for call in calls_of(office, "caller", "placed") if call["sessionId"] == received["sessionId"]]
    assert received == placed
    assert (received["status"], received["duration"] in range(1, 30)) == (200, True)
    assert before - 1 <= received["startTime"] <= received["stopTime"] <= int(time.time()) + 1
    assert received["fromURI"] == "sip:caller@example.com"
    assert received["toURI"] == "sip:bert@example.com"


def test_the_messages_of_a_call_are_traced(office: Office, caller: Line) -> None:
    office.phone("tessa")
    assert caller.call("tessa@example.com", talk=1100) == 200
    wait_until(lambda: calls_of(office, "tessa", "received"), "the call is listed")
    [call] = calls_of(office, "tessa", "received")
    key = {"nodeIp": call["proxyIP"], "callId": call["sessionId"], "fromTag": call["fromTag"], "toTag": call["toTag"]}
    messages = json.loads(office.sip("getSipTrace", filter=key))
    told = " ".join(f"{one['method']} {one['status']}".strip() for one in messages)
    for word in ("INVITE", "200", "ACK", "BYE"):
        assert word in told


def test_an_alias_rings_the_account_it_points_to(office: Office, caller: Line) -> None:
    phone = office.phone("beate")
    alias, target = ({"username": name, "domain": "example.com"} for name in ("sales", "beate"))
    office.sip("addAlias", alias={"id": alias, "target": target})
    assert caller.call("sales@example.com") == 200
    assert phone.received() == [f"sip:beate@127.0.0.1:{phone.port}"]


def test_unknown_addresses_and_accounts_without_a_phone(office: Office, caller: Line) -> None:
    office.account("bodo")
    assert caller.call("nobody@example.com") == 404
    assert caller.call("bodo@example.com") == 480
    assert caller.call("someone@elsewhere.invalid") in (478, 500, 503)


def test_a_missed_call_is_listed_with_its_status(office: Office, caller: Line) -> None:
    office.phone("bjorn", "refuse", 486)
    assert caller.call("bjorn@example.com") == 486
    wait_until(lambda: calls_of(office, "bjorn", "received"), "the call is listed")
    [missed] = calls_of(office, "bjorn", "received")
    assert (missed["status"], missed["duration"]) == (486, 0)


@pytest.mark.parametrize(
    ("condition", "behaviour", "status"),
    [("FUNC", "answer", 0), ("FBUS", "refuse", 486), ("FUNV", "refuse", 603), ("FNOA", "ring", 0)],
)
def test_a_diversion_sends_the_call_on(
    office: Office, caller: Line, condition: str, behaviour: str, status: int
) -> None:
    name = f"boss-{condition.lower()}"
    own = office.phone(name, behaviour, status or 486, timeout=1)
    office.account(f"{name}-other")
    other = office.device(number=2)
    assert office.line(f"{name}-other").register(other.port) == 200
    office.settings("setCallDiversions", name, diversions={condition: f"sip:{name}-other@example.com"})
    assert caller.call(f"{name}@example.com") == 200
    assert other.received() == [f"sip:{name}-other@127.0.0.1:{other.port}"]
    assert bool(own.received()) == (condition != "FUNC")
    assert f"Diversion: <sip:{name}@example.com>" in other.messages()


def test_an_account_that_is_not_online_diverts(office: Office, caller: Line) -> None:
    office.account("bruno")
    other = office.phone("bruno-other")
    office.settings("setCallDiversions", "bruno", diversions={"FNOL": "sip:bruno-other@example.com"})
    assert caller.call("bruno@example.com") == 200
    assert len(other.received()) == 1


def test_diversions_in_a_circle_end(office: Office, caller: Line) -> None:
    for one, other in (("circle-a", "circle-b"), ("circle-b", "circle-a")):
        office.account(one)
        office.settings("setCallDiversions", one, diversions={"FNOL": f"sip:{other}@example.com"})
    assert caller.call("circle-a@example.com") == 482


def test_do_not_disturb_refuses_calls_until_it_ends(office: Office, caller: Line) -> None:
    phone = office.phone("berta")
    rule = {"temporary": {"groups": ["nobody"], "duration": 60}}
    office.settings("setAcceptRules", "berta", rules=rule)
    assert caller.call("berta@example.com") == 480
    office.settings("setAcceptRules", "berta", rules={})
    assert phone.received() == []
    assert caller.call("berta@example.com") == 200


def test_a_rejected_caller_is_declined_whatever_the_account_diverts(office: Office, caller: Line) -> None:
    phone = office.phone("bianca")
    office.settings("setCallDiversions", "bianca", diversions={"FUNV": "sip:bert@example.com"})
    other = office.account("4477001234")
    for members in (["sip:caller@example.com"], ["sip:CALLER@%"], ["sip:%@example.com"]):
        office.settings("setRejectMembers", "bianca", members=members)
        assert caller.call("bianca@example.com") == 603
    office.settings("setRejectMembers", "bianca", members=["sip:%77001234@%"])
    assert other.call("bianca@example.com") == 603
    assert phone.received() == []
    assert caller.call("bianca@example.com") == 200


def test_the_weekly_rules_say_which_contacts_may_call(office: Office, caller: Line) -> None:
    office.phone("barbara")
    friend = office.account("friend")
    entry = {"uri": "friend@example.com", "name": "A friend", "group": "friends"}
    office.settings("addPhonebookEntry", "barbara", entry=entry)
    rule = {"days": 127, "start": "00:00", "stop": "23:59", "groups": ["family", "friends"]}
    office.settings("setAcceptRules", "barbara", rules={"persistent": [rule]})
    assert (friend.call("barbara@example.com"), caller.call("barbara@example.com")) == (200, 480)
    everybody = {"groups": ["everybody"], "duration": 5}
    office.settings("setAcceptRules", "barbara", rules={"persistent": [rule], "temporary": everybody})
    assert caller.call("barbara@example.com") == 200
    office.settings("setAcceptRules", "barbara", rules={"persistent": [rule]})
    office.account("barbara-other")
    target = office.device(number=2)
    assert office.line("barbara-other").register(target.port) == 200
    office.settings("setCallDiversions", "barbara", diversions={"FUNV": "sip:barbara-other@example.com"})
    assert caller.call("barbara@example.com") == 200
    assert len(target.received()) == 1


def test_anonymous_callers_are_refused_where_that_is_wanted(office: Office, caller: Line) -> None:
    office.phone("bettina", groups=["anonymous-reject"])
    assert caller.call("bettina@example.com", headers="Privacy: id") == 433
    assert caller.call("bettina@example.com") == 200


def test_a_diversion_to_the_mailbox_goes_to_the_voicemail_server(office: Office, caller: Line) -> None:
    office.account("ben")
    ben = {"username": "ben", "domain": "example.com"}
    mailbox = {"sipId": ben, "name": "Ben", "password": "123456", "email": "ben@example.com"}
    office.platform.call("Voicemail", "addAccount", account=mailbox)
    office.settings("setCallDiversions", "ben", diversions={"FUNC": "<voice-mailbox>"})
    assert caller.call("ben@example.com") in (478, 500, 503)
