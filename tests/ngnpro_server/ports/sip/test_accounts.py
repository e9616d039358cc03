"""SIP accounts: the record, its passwords, groups, lists, owners and rights."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ngnpro_server import config
from ngnpro_server.store.schema import sip_accounts
from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.invalid_values import InvalidValueCases
from tests.support.platform import Platform, make_platform, refused
from tests.support.server import make_server


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


HA1 = md5("alice:example.com:secret")
HA1B = md5("alice@example.com:example.com:secret")


@pytest.fixture
def platform(platform: Platform) -> Platform:
    """The platform with a domain of the customer."""
    platform.add_domain()
    return platform


@pytest.fixture
def clear_text(tmp_path: Path) -> Platform:
    """A platform that stores passwords in clear text, with a domain of the customer."""
    path = tmp_path / "clear"
    path.mkdir()
    platform = make_platform(make_server(path, platform=config.Platform(store_clear_text_passwords=True)))
    platform.add_domain()
    return platform


def update(platform: Platform, auth: dict[str, Any] | None = None, /, **members: Any) -> Any:
    account = {"id": {"username": "alice", "domain": "example.com"}} | members
    return platform.call("Sip", "updateAccount", auth, account=account)


def test_an_account_is_added_read_changed_and_deleted(platform: Platform) -> None:
    acl = [{"ip": "192.0.2.0", "mask": 24, "tag": "office"}, {"ip": "2001:db8::", "mask": 32, "tag": ""}]
    members = {
        "firstName": "Ana",
        "lastName": "Mărgineanu",
        "email": "Ana@Example.com",
        "timezone": "Europe/Bucharest",
        "rpid": "40211234567",
        "quota": 50,
        "callLimit": 3,
        "timeout": 20,
        "region": "bucharest",
        "groups": ["free-pstn", "anonymous"],
        "acl": acl,
        "properties": [{"name": "language", "value": "ro"}, {"name": "mobile_number", "value": "+40711"}],
    }
    added = platform.add_account("Alice", **members)
    assert added["id"] == {"username": "alice", "domain": "example.com"}
    assert {name: added[name] for name in ("firstName", "lastName", "timezone", "rpid", "quota")} == {
        name: members[name] for name in ("firstName", "lastName", "timezone", "rpid", "quota")
    }
    assert (added["email"], added["groups"], added["acl"]) == (
        "ana@example.com",
        ["anonymous", "free-pstn"],
        acl,
    )
    assert [(p["name"], p["value"]) for p in added["properties"]] == [
        ("language", "ro"),
        ("mobile_number", "+40711"),
    ]
    assert platform.account("ALICE", "Example.COM") == added
    changed = update(platform, firstName="Anna")
    assert changed == added | {"firstName": "Anna", "changeDate": changed["changeDate"]}
    sip_id = {"username": "alice", "domain": "example.com"}
    assert platform.call("Sip", "deleteAccount", sipId=sip_id) is None
    with refused(FaultCode.ACCOUNT_MISSING):
        platform.account()


def test_a_name_is_taken_once_whatever_its_case(platform: Platform) -> None:
    platform.add_account("alice")
    with refused(FaultCode.ACCOUNT_EXISTS):
        platform.add_account("ALICE")


def test_an_account_needs_a_domain_of_the_caller(platform: Platform) -> None:
    account = {"id": {"username": "alice", "domain": "example.com"}, "password": "secret"}
    with refused(FaultCode.DOMAIN_MISSING):
        platform.call("Sip", "addAccount", platform.stranger.auth, account=account)
    with refused(FaultCode.DOMAIN_MISSING):
        platform.add_account(domain="nowhere.example")


def test_digests_are_always_stored_and_clear_text_is_not_by_default(platform: Platform) -> None:
    added = platform.add_account("Alice")
    assert (added["password"], added["ha1"], added["ha1b"]) == ("", HA1, HA1B)
    with platform.server.engine.connect() as connection:
        assert connection.execute(select(sip_accounts.c.password)).scalar_one() == ""


def test_clear_text_is_stored_beside_the_digests_where_the_platform_wants_it(clear_text: Platform) -> None:
    added = clear_text.add_account()
    assert (added["password"], added["ha1"], added["ha1b"]) == ("secret", HA1, HA1B)


def test_a_resellers_property_overrides_the_platform(platform: Platform, clear_text: Platform) -> None:
    platform.grant(platform.reseller, store_clear_text_passwords="1")
    assert platform.add_account()["password"] == "secret"
    for text in ("0", "false"):
        clear_text.grant(clear_text.reseller, store_clear_text_passwords=text)
        assert clear_text.add_account(f"bob{text}")["password"] == ""


def test_clear_text_is_not_shown_and_goes_with_the_next_change_once_it_is_unwanted(platform: Platform) -> None:
    platform.grant(platform.reseller, store_clear_text_passwords="1")
    platform.add_account()
    platform.grant(platform.reseller, store_clear_text_passwords="0")
    assert platform.account()["password"] == ""
    update(platform, firstName="Ana")
    with platform.server.engine.connect() as connection:
        assert connection.execute(select(sip_accounts.c.password)).scalar_one() == ""


def test_a_password_may_come_as_two_digests(clear_text: Platform) -> None:
    added = clear_text.add_account(password=f"{HA1.upper()}:{HA1B}")
    assert (added["password"], added["ha1"], added["ha1b"]) == ("", HA1, HA1B)


def test_an_empty_or_absent_password_keeps_the_old_one(clear_text: Platform) -> None:
    clear_text.add_account()
    for members in ({}, {"password": ""}, {"password": None}):
        changed = update(clear_text, firstName="Ana", **members)
        assert (changed["password"], changed["ha1"]) == ("secret", HA1)
    assert update(clear_text, password="other")["ha1"] == md5("alice:example.com:other")


def test_a_new_account_needs_a_password(platform: Platform) -> None:
    with refused(FaultCode.VALUE_INVALID, "password"):
        platform.add_account(password="")


def test_the_web_password_is_kept_as_it_comes_clear_or_hashed(platform: Platform) -> None:
    clear = [{"name": "web_password", "value": "secret"}]
    assert platform.add_account(properties=clear)["properties"][0]["value"] == "secret"
    hashed = [{"name": "web_password", "value": f"{HA1}:{HA1B}"}]
    assert update(platform, properties=hashed)["properties"][0]["value"] == f"{HA1}:{HA1B}"


def test_the_server_chooses_the_next_free_username(platform: Platform) -> None:
    platform.add_account("1002")
    names = [platform.add_account("<autoincrement>")["id"]["username"] for _ in range(3)]
    assert names == ["1001", "1003", "1004"]
    account = platform.account("1001")
    assert account["ha1"] == md5("1001:example.com:secret")
    with refused(FaultCode.VALUE_INVALID, "password"):
        platform.add_account("<autoincrement>", password=f"{HA1}:{HA1B}")


def test_groups_replace_on_update_and_stay_when_absent(platform: Platform) -> None:
    platform.add_account(groups=["anonymous", "Missed-Calls", "anonymous", ""])
    assert platform.account()["groups"] == ["anonymous", "missed-calls"]
    assert update(platform)["groups"] == ["anonymous", "missed-calls"]
    assert update(platform, groups=["anonymous-reject"])["groups"] == ["anonymous-reject"]
    assert update(platform, groups=[])["groups"] == []


def test_the_prepaid_flag_and_group_keep_step(platform: Platform) -> None:
    def state(account: Any) -> tuple[int, bool]:
        return account["prepaid"], "prepaid" in account["groups"]

    assert state(platform.add_account(prepaid=1)) == (1, True)
    assert state(update(platform, prepaid=0, groups=["prepaid"])) == (0, False)
    assert state(update(platform, groups=["prepaid"])) == (1, True)
    assert state(update(platform, groups=[])) == (0, False)
    assert state(update(platform, prepaid=True)) == (1, True)
    assert state(platform.add_account("bob", groups=["prepaid"])) == (1, True)


def test_properties_and_access_list_replace_when_given(platform: Platform) -> None:
    platform.add_account(
        properties=[{"name": "a", "value": "1"}, {"name": "b", "value": "2"}],
        acl=[{"ip": "192.0.2.1", "mask": 32}, {"ip": "192.0.2.2"}],
    )
    assert [entry["mask"] for entry in update(platform)["acl"]] == [32, 32]
    changed = update(platform, properties=[{"name": "b", "value": "3"}], acl=[])
    assert [(p["name"], p["value"]) for p in changed["properties"]] == [("b", "3")]
    assert changed["acl"] == []


class TestInvalidValues(InvalidValueCases):
    invalid = (
        ("username", {"id": {"username": "", "domain": "example.com"}}),
        ("username", {"id": {"username": "al ice", "domain": "example.com"}}),
        ("username", {"id": {"username": "al@ice", "domain": "example.com"}}),
        ("username", {"id": {"username": "ålice", "domain": "example.com"}}),
        ("username", {"id": {"username": "a%zz", "domain": "example.com"}}),
        ("username", {"id": {"username": "a" * 65, "domain": "example.com"}}),
        ("username", {"id": {"username": "<AUTOINCREMENT>", "domain": "example.com"}}),
        ("firstName", {"firstName": "x" * 65}),
        ("lastName", {"lastName": "\u00e4" * 65}),
        ("email", {"email": "nobody"}),
        ("email", {"email": "a..b@example.com"}),
        ("email", {"email": "a@-example.com"}),
        ("timezone", {"timezone": "Europe/Nowhere"}),
        ("timeout", {"timeout": 901}),
        ("timeout", {"timeout": -1}),
        ("quota", {"quota": -1}),
        ("callLimit", {"callLimit": -1}),
        ("rpid", {"rpid": "anna"}),
        ("quickdialPrefix", {"quickdialPrefix": "31"}),
        ("groups", {"groups": ["no spaces"]}),
        ("groups", {"groups": [f"g{n}" for n in range(201)]}),
        ("ip", {"acl": [{"ip": "nowhere", "mask": 8}]}),
        ("mask", {"acl": [{"ip": "192.0.2.1", "mask": 33}]}),
        ("name", {"properties": [{"name": "", "value": "x"}]}),
        ("properties", {"properties": [{"name": "a", "value": "1"}, {"name": "a", "value": "2"}]}),
        ("value", {"properties": [{"name": "a", "value": "x" * 4001}]}),
        ("password", {"password": "x" * 129}),
    )

    def send(self, platform: Platform, given: Any) -> Any:
        return platform.add_account(**given)

    def stored(self, platform: Platform) -> Any:
        return platform.call("Sip", "getAccounts", query={})["total"]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("username", ["a-b_c.d!e~f*g'h(i)", "a&b=c+d$e,f;g?h/i", "a%2Fb", "x" * 64, "+31208005169"])
def test_usernames_are_what_rfc_3261_allows(platform: Platform, username: str) -> None:
    platform.add_account(username)
    assert platform.account(username)["id"]["username"] == username.lower()


def test_a_quickdial_prefix_begins_a_numeric_username(platform: Platform) -> None:
    added = platform.add_account("31208005169", quickdialPrefix="312080051")
    assert added["quickdialPrefix"] == "312080051"


def test_read_only_and_obsolete_members_of_a_round_trip_change_nothing(platform: Platform) -> None:
    added = platform.add_account()
    sent = added | {
        "customer": 99,
        "reseller": 98,
        "createDate": "1970-01-01 00:00:00",
        "changeDate": "x",
        "answerTimeout": 0,
        "ha1": "0" * 32,
        "ha1b": "0" * 32,
    }
    changed = platform.call("Sip", "updateAccount", account=sent)
    assert changed == added | {"changeDate": changed["changeDate"]}


def test_dates_are_utc_and_a_change_moves_only_the_change_date(tmp_path: Path) -> None:
    now = [datetime(2026, 3, 1, 12, 0, 0)]
    path = tmp_path / "clock"
    path.mkdir()
    platform = make_platform(make_server(path, clock=lambda: now[0]))
    platform.add_domain()
    added = platform.add_account()
    assert (added["createDate"], added["changeDate"]) == ("2026-03-01 12:00:00", "2026-03-01 12:00:00")
    now[0] += timedelta(hours=1)
    changed = update(platform)
    assert (changed["createDate"], changed["changeDate"]) == ("2026-03-01 12:00:00", "2026-03-01 13:00:00")


class TestOwners:
    """Which customer owns an account."""

    def test_a_new_account_inherits_the_domains_customer(self, platform: Platform) -> None:
        added = platform.add_account()
        expected = (platform.customer.id, platform.customer.id, platform.reseller.id)
        assert (added["owner"], added["customer"], added["reseller"]) == expected
        assert update(platform, owner=0)["owner"] == platform.customer.id

    def test_an_owner_is_a_customer_of_the_same_reseller(self, platform: Platform) -> None:
        assert platform.add_account(owner=platform.sibling.id)["owner"] == platform.sibling.id
        with refused(FaultCode.VALUE_INVALID, "owner"):
            platform.add_account("bob", owner=platform.stranger.id)
        with refused(FaultCode.CUSTOMER_MISSING):
            platform.add_account("bob", owner=4711)

    def test_a_customer_names_no_other_owner(self, platform: Platform) -> None:
        account = {
            "id": {"username": "bob", "domain": "example.com"},
            "password": "x",
            "owner": platform.sibling.id,
        }
        with refused(FaultCode.CUSTOMER_MISSING):
            platform.call("Sip", "addAccount", platform.customer.auth, account=account)

    def test_an_owner_sees_and_changes_their_account_in_another_customers_domain(self, platform: Platform) -> None:
        platform.add_account(owner=platform.sibling.id)
        platform.add_account("bob")
        listed = platform.call("Sip", "getAccounts", platform.sibling.auth, query={})
        assert (listed["total"], listed["accounts"][0]["id"]["username"]) == (1, "alice")
        assert update(platform, platform.sibling.auth, firstName="Ana")["firstName"] == "Ana"
        assert platform.call("Sip", "getAccounts", platform.customer.auth, query={})["total"] == 2

    def test_a_foreign_account_does_not_exist(self, platform: Platform) -> None:
        platform.add_account()
        sip_id = {"username": "alice", "domain": "example.com"}
        for party in (platform.sibling, platform.stranger, platform.rival):
            assert platform.call("Sip", "getAccounts", party.auth, query={})["total"] == 0
            with refused(FaultCode.ACCOUNT_MISSING):
                platform.call("Sip", "getAccount", party.auth, sipId=sip_id)
            with refused(FaultCode.ACCOUNT_MISSING):
                update(platform, party.auth)
            with refused(FaultCode.ACCOUNT_MISSING):
                platform.call("Sip", "deleteAccount", party.auth, sipId=sip_id)


class TestRights:
    """What pstn_changes and prepaid_changes and the rules of the groups allow."""

    def test_without_prepaid_changes_every_new_account_is_prepaid(self, platform: Platform) -> None:
        account = {"id": {"username": "bob", "domain": "example.com"}, "password": "x"}
        added = platform.call("Sip", "addAccount", platform.customer.auth, account=account)
        assert (added["prepaid"], added["groups"]) == (1, ["prepaid"])

    def test_a_customer_needs_the_right_and_so_does_their_reseller(self, platform: Platform) -> None:
        platform.add_account()
        for members in ({"quota": 5}, {"rpid": "4021"}, {"callLimit": 2}, {"groups": ["free-pstn"]}):
            with refused(FaultCode.NOT_PERMITTED):
                update(platform, platform.customer.auth, **members)
        platform.grant(platform.customer, pstn_changes="1")
        with refused(FaultCode.NOT_PERMITTED):
            update(platform, platform.customer.auth, quota=5)
        platform.grant(platform.reseller, pstn_changes="1")
        changed = update(platform, platform.customer.auth, quota=5, groups=["free-pstn"])
        assert (changed["quota"], changed["groups"]) == (5, ["free-pstn"])

    def test_a_reseller_needs_only_their_own_right(self, platform: Platform) -> None:
        platform.add_account()
        with refused(FaultCode.NOT_PERMITTED):
            update(platform, platform.reseller.auth, prepaid=1)
        platform.grant(platform.reseller, prepaid_changes="1")
        assert update(platform, platform.reseller.auth, prepaid=1)["prepaid"] == 1

    def test_a_customer_who_impersonates_their_reseller_has_the_resellers_rights(self, platform: Platform) -> None:
        platform.add_account()
        platform.grant(platform.reseller, pstn_changes="1")
        record = {"id": platform.sibling.id, "impersonate": platform.reseller.id}
        platform.call("Customer", "updateAccount", account=record)
        assert update(platform, platform.sibling.auth, quota=7)["quota"] == 7

    def test_an_unchanged_value_needs_no_right(self, platform: Platform) -> None:
        added = platform.add_account(quota=5, rpid="4021", groups=["free-pstn", "quota"], prepaid=1)
        changed = platform.call("Sip", "updateAccount", platform.customer.auth, account=added)
        assert (changed["quota"], changed["groups"]) == (5, ["free-pstn", "prepaid", "quota"])

    @pytest.mark.databases("sqlite")
    @pytest.mark.parametrize("group", ["quota", "trunking", "deny-password-change", "rate-on-net", "payments"])
    def test_some_groups_are_the_resellers(self, platform: Platform, group: str) -> None:
        platform.add_account()
        with refused(FaultCode.NOT_PERMITTED):
            update(platform, platform.customer.auth, groups=[group])
        assert update(platform, platform.reseller.auth, groups=[group])["groups"] == [group]

    def test_a_customer_cannot_unblock_an_account_that_the_reseller_blocked(self, platform: Platform) -> None:
        platform.add_account()
        by_reseller = [{"name": "blocked_by", "value": "reseller"}]
        with refused(FaultCode.NOT_PERMITTED):
            update(platform, platform.customer.auth, properties=by_reseller)
        update(platform, platform.reseller.auth, groups=["blocked"], properties=by_reseller)
        for members in ({"groups": []}, {"properties": []}):
            with refused(FaultCode.NOT_PERMITTED):
                update(platform, platform.customer.auth, **members)
        assert update(platform, platform.reseller.auth, groups=[])["groups"] == []

    def test_a_customer_unblocks_what_a_customer_blocked(self, platform: Platform) -> None:
        platform.add_account()
        by_customer = [{"name": "blocked_by", "value": "customer"}]
        update(platform, platform.customer.auth, groups=["blocked"], properties=by_customer)
        assert update(platform, platform.customer.auth, groups=[])["groups"] == []


class TestCredits:
    """How many accounts a customer may have."""

    def add(self, platform: Platform, username: str) -> Any:
        account = {"id": {"username": username, "domain": "example.com"}, "password": "x"}
        return platform.call("Sip", "addAccount", platform.customer.auth, account=account)

    def test_a_customer_has_no_more_accounts_than_their_credit(self, platform: Platform) -> None:
        platform.grant(platform.customer, sip_credit=2)
        self.add(platform, "a")
        self.add(platform, "b")
        with refused(FaultCode.CREDIT_EXHAUSTED):
            self.add(platform, "c")
        platform.call("Sip", "deleteAccount", sipId={"username": "a", "domain": "example.com"})
        self.add(platform, "c")
        assert platform.call("Sip", "getAccounts", query={})["total"] == 2

    def test_a_resellers_credit_covers_their_customers_too(self, platform: Platform) -> None:
        platform.grant(platform.reseller, sip_credit=1)
        self.add(platform, "a")
        with refused(FaultCode.CREDIT_EXHAUSTED):
            self.add(platform, "b")

    def test_no_credit_is_no_limit_and_an_administrator_has_none(self, platform: Platform) -> None:
        platform.grant(platform.customer, sip_credit="")
        self.add(platform, "a")
        platform.grant(platform.customer, sip_credit=0)
        with refused(FaultCode.CREDIT_EXHAUSTED):
            self.add(platform, "b")
        platform.add_account("b")

    def test_taking_over_an_account_spends_credit(self, platform: Platform) -> None:
        platform.add_account()
        platform.grant(platform.sibling, sip_credit=0)
        with refused(FaultCode.CREDIT_EXHAUSTED):
            update(platform, platform.reseller.auth, owner=platform.sibling.id)


class TestLists:
    """getAccounts: filters, orders, windows and totals."""

    @pytest.fixture
    def platform(self, platform: Platform) -> Platform:
        platform.add_domain("other.example", platform.stranger)
        people = (
            ("anna", "example.com", "Anna", "Öztürk", ["free-pstn"]),
            ("bo_b", "example.com", "Bob", "Strauß", ["free-pstn", "blocked"]),
            ("boxb", "other.example", "Bobo", "O'Neil", []),
            ("carl", "other.example", "Carl", "100%", ["blocked"]),
        )
        for username, domain, first, last, groups in people:
            platform.add_account(
                username, domain, firstName=first, lastName=last, groups=groups, email=f"{username}@mail.example"
            )
        return platform

    def names(self, platform: Platform, auth: dict[str, Any] | None = None, **query: Any) -> list[str]:
        query.setdefault("orderBy", {"attribute": "username", "direction": "ASC"})
        listed = platform.call("Sip", "getAccounts", auth, query=query)
        if "range" not in query:
            assert listed["total"] == len(listed["accounts"])
        return [account["id"]["username"] for account in listed["accounts"]]

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({}, ["anna", "bo_b", "boxb", "carl"]),
            ({"username": "", "owner": 0, "groups": [""], "domain": "%"}, ["anna", "bo_b", "boxb", "carl"]),
            ({"username": "BO%"}, ["bo_b", "boxb"]),
            ({"username": "bo_b"}, ["bo_b", "boxb"]),
            ({"username": "%a%"}, ["anna", "carl"]),
            ({"username": "bo"}, []),
            ({"domain": "example.com"}, ["anna", "bo_b"]),
            ({"domain": "%.com", "username": "a%"}, ["anna"]),
            ({"firstName": "bob%"}, ["bo_b", "boxb"]),
            ({"lastName": "öZTÜRK"}, ["anna"]),
            ({"lastName": "STRAUSS"}, ["bo_b"]),
            ({"lastName": "o'neil"}, ["boxb"]),
            ({"lastName": "\\"}, []),
            ({"email": "carl@mail.example"}, ["carl"]),
            ({"groups": ["blocked"]}, ["bo_b", "carl"]),
            ({"groups": ["blocked", "free-pstn"]}, ["bo_b"]),
        ],
    )
    def test_filters(self, platform: Platform, given: dict[str, Any], expected: list[str]) -> None:
        assert self.names(platform, filter=given) == expected

    def test_owner_customer_and_reseller_narrow_alone_and_together(self, platform: Platform) -> None:
        customer, reseller, rival = platform.customer.id, platform.reseller.id, platform.rival.id
        update_id = {"username": "carl", "domain": "other.example"}
        platform.call("Sip", "updateAccount", account={"id": update_id, "owner": rival})
        for given, expected in (
            ({"customer": customer}, ["anna", "bo_b"]),
            ({"reseller": rival}, ["boxb", "carl"]),
            ({"owner": rival}, ["carl"]),
            ({"owner": rival, "reseller": rival}, ["carl"]),
            ({"customer": customer, "reseller": reseller}, ["anna", "bo_b"]),
            ({"customer": customer, "reseller": rival}, []),
            ({"domain": "example.com", "customer": customer, "reseller": reseller}, ["anna", "bo_b"]),
            ({"domain": "example.com", "reseller": rival}, []),
            ({"domain": "nowhere.example", "reseller": rival}, []),
        ):
            assert self.names(platform, filter=given) == expected, given

    def test_a_callers_own_limits_join_the_filters(self, platform: Platform) -> None:
        stranger, rival = platform.stranger.auth, platform.rival.auth
        assert self.names(platform, stranger) == ["boxb", "carl"]
        assert self.names(platform, rival, filter={"domain": "other.example"}) == ["boxb", "carl"]
        assert self.names(platform, stranger, filter={"domain": "other.example"}) == ["boxb", "carl"]
        assert self.names(platform, stranger, filter={"domain": "example.com"}) == []
        assert self.names(platform, rival, filter={"reseller": platform.reseller.id}) == []
        assert self.names(platform, stranger, filter={"owner": platform.stranger.id}) == ["boxb", "carl"]

    @pytest.mark.parametrize("attribute", ["username", "domain", "changeDate"])
    def test_pages_join_into_the_whole_list_in_both_directions(self, platform: Platform, attribute: str) -> None:
        platform.call(
            "Sip",
            "updateAccount",
            account={"id": {"username": "carl", "domain": "other.example"}, "owner": platform.rival.id},
        )
        for auth in (None, platform.stranger.auth):
            forward = {"attribute": attribute, "direction": "ASC"}
            whole = self.names(platform, auth, orderBy=forward)
            paged = [
                name
                for start in range(len(whole) + 1)
                for name in self.names(platform, auth, orderBy=forward, range={"start": start, "count": 1})
            ]
            assert paged == whole
            backward = self.names(platform, auth, orderBy={"attribute": attribute, "direction": "DESC"})
            assert backward == whole[::-1]

    def test_the_total_is_that_of_all_pages(self, platform: Platform) -> None:
        for auth, total in ((None, 4), (platform.customer.auth, 2), (platform.rival.auth, 2)):
            listed = platform.call("Sip", "getAccounts", auth, query={"range": {"start": 1, "count": 1}})
            assert (listed["total"], len(listed["accounts"])) == (total, 1)

    def test_totals_stay_right_through_changes_of_owner_and_deletions(self, platform: Platform) -> None:
        move = {"domain": "example.com", "customer": platform.sibling.id}
        platform.call("Sip", "updateDomain", domain=move)
        platform.call("Sip", "deleteAccount", sipId={"username": "anna", "domain": "example.com"})
        platform.call("Sip", "deleteDomain", domain="other.example")
        for given, total in (
            ({}, 1),
            ({"customer": platform.customer.id}, 0),
            ({"customer": platform.sibling.id}, 1),
            ({"owner": platform.customer.id}, 1),
            ({"reseller": platform.rival.id}, 0),
            ({"domain": "other.example"}, 0),
        ):
            listed = platform.call("Sip", "getAccounts", query={"filter": given})
            assert (listed["total"], len(listed["accounts"])) == (total, total), given

    def test_a_groups_total_is_right_for_every_caller_and_scope(self, platform: Platform) -> None:
        carl = {"username": "carl", "domain": "other.example"}
        platform.call("Sip", "updateAccount", account={"id": carl, "owner": platform.rival.id})
        bob = {"username": "bo_b", "domain": "example.com"}
        platform.call("Sip", "updateAccount", account={"id": bob, "owner": platform.sibling.id})
        blocked = {"groups": ["blocked"]}
        for auth, given, expected in (
            (None, blocked, ["bo_b", "carl"]),
            (None, blocked | {"reseller": platform.rival.id}, ["carl"]),
            (None, blocked | {"customer": platform.customer.id}, ["bo_b"]),
            (None, blocked | {"owner": platform.rival.id}, ["carl"]),
            (None, blocked | {"domain": "example.com"}, ["bo_b"]),
            (None, blocked | {"username": "c%"}, ["carl"]),
            (platform.reseller.auth, blocked, ["bo_b"]),
            (platform.customer.auth, blocked, ["bo_b"]),
            (platform.sibling.auth, blocked, ["bo_b"]),
            (platform.stranger.auth, blocked, ["carl"]),
            (platform.stranger.auth, {"groups": ["free-pstn"]}, []),
        ):
            assert self.names(platform, auth, filter=given) == expected, given
