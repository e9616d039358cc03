"""Who may change which member: every rule of the shared table, tried at our server by every level."""

from __future__ import annotations

from typing import Any

import pytest

from ngnpro_server.config import Platform as PlatformSettings
from ngnpro_wire.codec import WireFault
from ngnpro_wire.facts.customer_properties import PERMISSIONS
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.member_rights import MEMBER_RIGHTS, NEW_PEERS_CALLS, MemberRight, is_at_least
from tests.support.platform import Party, Platform, make_platform, refused
from tests.support.server import TestServer, make_server

ALICE = {"username": "alice", "domain": "example.com"}
PEER = "192.0.2.7"
# A value for each member that is another than that of a new record.
VALUES: dict[str, Any] = {
    "prepaid": False,
    "quota": 50,
    "rpid": "31208005169",
    "callLimit": 5,
    "acl": [{"ip": "192.0.2.0", "mask": 24, "tag": ""}],
    "transit": True,
    "tenant": "contoso",
    "blocked": 1,
    "carrierName": "Transit One",
    "originator": True,
    "enumLookup": False,
}
ACCOUNT_RULES = list(MEMBER_RIGHTS["SipAccount"].items())


@pytest.fixture
def ready(platform: Platform) -> Platform:
    """A platform with a prepaid account, and a peer of the reseller; nobody has a right."""
    platform.add_domain()
    platform.add_account(prepaid=True)
    peer = {"ip": PEER, "customer": platform.reseller.id, "description": "PBX"}
    platform.call("Sip", "addTrustedPeer", peer=peer)
    return platform


def levels(platform: Platform) -> dict[str, Party | None]:
    return {"customer": platform.customer, "reseller": platform.reseller, "admin": None}


def change_account(platform: Platform, party: Party | None, name: str) -> None:
    auth = party.auth if party else None
    kind, _dot, group = name.partition(".")
    if kind == "groups":
        held = group in platform.account()["groups"]
        platform.call("Sip", "removeFromGroup" if held else "addToGroup", auth, sipId=ALICE, group=group)
    else:
        platform.call("Sip", "updateAccount", auth, account={"id": ALICE, name: VALUES[name]})


def may(platform: Platform, party: Party | None, name: str) -> bool:
    try:
        change_account(platform, party, name)
    except WireFault as fault:
        if fault.code != FaultCode.NOT_PERMITTED:
            raise
        return False
    return True


@pytest.mark.parametrize(("name", "rule"), ACCOUNT_RULES, ids=[name for name, _rule in ACCOUNT_RULES])
@pytest.mark.parametrize("level", PERMISSIONS)
def test_a_member_of_an_account_is_changed_with_its_level_and_right_only(
    ready: Platform, level: str, name: str, rule: MemberRight
) -> None:
    party = levels(ready)[level]
    is_high_enough = is_at_least(level, rule.level)
    assert may(ready, party, name) == (is_high_enough and (not rule.right or party is None))
    if rule.right and party is not None:
        ready.grant(ready.reseller, **{rule.right: 1})
        ready.grant(ready.customer, **{rule.right: 1})
        assert may(ready, party, name) == is_high_enough


@pytest.mark.parametrize("name", MEMBER_RIGHTS["TrustedPeer"])
def test_a_reseller_changes_no_member_of_a_peer_that_is_the_operators(ready: Platform, name: str) -> None:
    changed = {"ip": PEER, name: (VALUES | {"prepaid": True})[name]}
    with refused(FaultCode.NOT_PERMITTED) as caught:
        ready.call("Sip", "updateTrustedPeer", ready.reseller.auth, peer=changed)
    assert caught.value.text == f"{name}: only an administrator changes it."
    ready.call("Sip", "updateTrustedPeer", None, peer=changed)
    ready.call("Sip", "updateTrustedPeer", ready.reseller.auth, peer=changed | {"description": "Sent back as it is"})


def test_a_reseller_adds_a_peer_with_a_limit_and_without_the_operators_members(ready: Platform) -> None:
    for number, given in enumerate(({}, {"callLimit": 0}, {"callLimit": NEW_PEERS_CALLS}), 8):
        peer = {"ip": f"192.0.2.{number}", "description": "PBX", **given}
        assert ready.call("Sip", "addTrustedPeer", ready.reseller.auth, peer=peer)["callLimit"] == NEW_PEERS_CALLS
    for given in ({"callLimit": 31}, {"transit": True}, {"tenant": "contoso"}, {"blocked": 1}):
        with refused(FaultCode.NOT_PERMITTED):
            ready.call("Sip", "addTrustedPeer", ready.reseller.auth, peer={"ip": "192.0.2.99", **given})
    added = ready.call("Sip", "addTrustedPeer", None, peer={"ip": "192.0.2.98", "description": "PBX"})
    assert added["callLimit"] == 0


@pytest.mark.parametrize("given", [{"quota": 5}, {"rpid": "31"}, {"callLimit": 5}, {"acl": [{"ip": "192.0.2.1"}]}])
def test_a_new_account_has_no_value_that_the_caller_may_not_choose(ready: Platform, given: dict[str, Any]) -> None:
    account = {"id": ALICE | {"username": "bob"}, "password": "secret", **given}
    with refused(FaultCode.NOT_PERMITTED):
        ready.call("Sip", "addAccount", ready.customer.auth, account=account)


def test_a_whole_country_is_added_by_an_administrator_only(ready: Platform) -> None:
    given = {"id": {"prefix": "44", "tld": "private.example"}}
    for party in (ready.customer, ready.reseller):
        with refused(FaultCode.NOT_PERMITTED):
            ready.call("Enum", "addRange", party.auth, range=given)
    ready.call("Enum", "addRange", None, range=given)


def test_settings_let_customers_change_the_call_limit_and_the_networks(tmp_path: Any) -> None:
    server: TestServer = make_server(
        tmp_path,
        platform=PlatformSettings(call_limit_changed_by="customer", access_list_changed_by="admin"),
    )
    platform = make_platform(server)
    platform.add_domain()
    platform.add_account()
    platform.grant(platform.reseller, pstn_changes=1)
    platform.grant(platform.customer, pstn_changes=1)
    assert may(platform, platform.customer, "callLimit")
    assert not may(platform, platform.reseller, "acl")
    assert may(platform, None, "acl")


def test_a_setting_that_is_no_level_is_refused() -> None:
    with pytest.raises(ValueError, match="call_limit_changed_by is one of customer, reseller, admin"):
        PlatformSettings(call_limit_changed_by="subscriber")
