"""Diversions, rules for callers, barring and the phonebook of an account."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.invalid_values import InvalidValueCases
from tests.support.platform import Platform, make_platform, refused
from tests.support.server import make_server

ALICE = {"username": "alice", "domain": "example.com"}
Auth = dict[str, Any]


@pytest.fixture
def now() -> list[datetime]:
    """The server's clock."""
    return [datetime(2026, 3, 1, 12, 0, 0)]


@pytest.fixture
def platform(tmp_path: Path, now: list[datetime]) -> Platform:
    """The platform with the account alice@example.com."""
    platform = make_platform(make_server(tmp_path, clock=lambda: now[0]))
    platform.add_domain()
    platform.add_account()
    return platform


def put(platform: Platform, what: str, auth: Auth | None = None, /, **arguments: Any) -> None:
    assert platform.call("Sip", f"set{what}", auth, sipId=ALICE, **arguments) is None


def got(platform: Platform, what: str, auth: Auth | None = None, /) -> Any:
    return platform.call("Sip", f"get{what}", auth, sipId=ALICE)


class TestDiversions:
    """Call diversions."""

    def test_a_set_replaces_all_and_an_absent_condition_is_off(self, platform: Platform) -> None:
        assert got(platform, "CallDiversions") == {}
        put(platform, "CallDiversions", diversions={"FUNC": "sip:bob@example.com", "FNOA": "sips:c@x.example"})
        assert got(platform, "CallDiversions") == {"FUNC": "sip:bob@example.com", "FNOA": "sips:c@x.example"}
        put(platform, "CallDiversions", diversions={"FBUS": "sip:bob@example.com", "FNOA": ""})
        assert got(platform, "CallDiversions") == {"FBUS": "sip:bob@example.com"}
        put(platform, "CallDiversions", diversions={"nocondition": "empty"})
        assert got(platform, "CallDiversions") == {}

    def test_the_mailbox_is_a_target_only_where_there_is_one(self, platform: Platform) -> None:
        for target in ("<voice-mailbox>", "voice-mailbox"):
            with refused(FaultCode.VALUE_INVALID, "FBUS"):
                put(platform, "CallDiversions", diversions={"FBUS": target})
        platform.call("Voicemail", "addAccount", account={"sipId": ALICE, "name": "A"})
        put(platform, "CallDiversions", diversions={"FBUS": "<voice-mailbox>", "FNOL": "voice-mailbox"})
        assert got(platform, "CallDiversions") == {"FBUS": "<voice-mailbox>", "FNOL": "<voice-mailbox>"}

    @pytest.mark.databases("sqlite")
    @pytest.mark.parametrize(
        "target",
        ["<mobile-number>", "sip:b@a..example", "493090182.0", "sip:a b@example.com", "http://x", "sip:" + "a" * 65],
    )
    def test_other_targets_are_refused_and_nothing_changes(self, platform: Platform, target: str) -> None:
        put(platform, "CallDiversions", diversions={"FUNC": "sip:bob@example.com"})
        with refused(FaultCode.VALUE_INVALID, "FUNV"):
            put(platform, "CallDiversions", diversions={"FBUS": "sip:c@example.com", "FUNV": target})
        assert got(platform, "CallDiversions") == {"FUNC": "sip:bob@example.com"}


class TestAcceptRules(InvalidValueCases):
    """Which callers may call, and when."""

    WEEKLY = {"days": 31, "start": "08:00", "stop": "18:00", "groups": ["business", "coworkers"]}

    invalid = (
        ("days", {"persistent": [WEEKLY | {"days": 0}]}),
        ("days", {"persistent": [WEEKLY | {"days": 128}]}),
        ("start", {"persistent": [WEEKLY | {"start": "8"}]}),
        ("stop", {"persistent": [WEEKLY | {"stop": "24:01"}]}),
        ("groups", {"persistent": [WEEKLY | {"groups": ["two words"]}]}),
        ("groups", {"persistent": [WEEKLY | {"groups": ["nobody", "vip"]}]}),
        ("persistent", {"persistent": [WEEKLY] * 501}),
        ("duration", {"temporary": {"groups": ["vip"], "duration": -1}}),
        ("duration", {"temporary": {"groups": ["vip"], "duration": 99999}}),
    )

    def send(self, platform: Platform, given: Any) -> Any:
        return put(platform, "AcceptRules", rules=given)

    def test_weekly_rules_replace_all(self, platform: Platform) -> None:
        sunday = {"days": 64, "start": "00:00", "stop": "23:59", "groups": ["nobody"]}
        put(platform, "AcceptRules", rules={"persistent": [self.WEEKLY, sunday]})
        assert got(platform, "AcceptRules")["rules"]["persistent"] == [self.WEEKLY, sunday]
        put(platform, "AcceptRules", rules={"persistent": [sunday]})
        assert got(platform, "AcceptRules")["rules"]["persistent"] == [sunday]
        put(platform, "AcceptRules", rules={})
        assert got(platform, "AcceptRules")["rules"] == {
            "persistent": [],
            "temporary": {"groups": [], "duration": 0},
        }

    def test_a_rule_without_days_and_times_holds_always(self, platform: Platform) -> None:
        put(platform, "AcceptRules", rules={"persistent": [{"groups": ["everybody"]}], "groups": ["everybody"]})
        rule = got(platform, "AcceptRules")["rules"]["persistent"][0]
        assert rule == {"days": 127, "start": "00:00", "stop": "23:59", "groups": ["everybody"]}

    def test_a_temporary_rule_runs_out(self, platform: Platform, now: list[datetime]) -> None:
        put(platform, "AcceptRules", rules={"temporary": {"groups": ["vip"], "duration": 30}})
        left = []
        for seconds in (0, 1, 59, 60, 29 * 60, 30 * 60 - 1, 30 * 60):
            now[0] = datetime(2026, 3, 1, 12) + timedelta(seconds=seconds)
            left.append(got(platform, "AcceptRules")["rules"]["temporary"])
        assert [rule["duration"] for rule in left] == [30, 30, 30, 29, 1, 1, 0]
        assert [rule["groups"] for rule in left] == [["vip"]] * 6 + [[]]

    def test_a_session_without_an_end_is_ended(self, platform: Platform, now: list[datetime]) -> None:
        put(platform, "AcceptRules", rules={"temporary": {"groups": ["nobody"], "duration": 0}})
        now[0] += timedelta(days=400)
        assert got(platform, "AcceptRules")["rules"]["temporary"] == {"groups": ["nobody"], "duration": 0}

    def test_no_duration_or_no_groups_is_no_override(self, platform: Platform) -> None:
        for rule in ({"groups": ["vip"], "duration": 0}, {"groups": [], "duration": 30}):
            put(platform, "AcceptRules", rules={"temporary": rule})
            assert got(platform, "AcceptRules")["rules"]["temporary"] == {"groups": [], "duration": 0}

    def test_the_groups_with_entries_are_named(self, platform: Platform) -> None:
        for uri, group in (("sip:a@x.example", "vip"), ("sip:b@x.example", "family"), ("sip:c@x.example", "")):
            platform.call("Sip", "addPhonebookEntry", sipId=ALICE, entry={"uri": uri, "group": group})
        assert got(platform, "AcceptRules")["nonEmptyGroups"] == ["family", "vip", "everybody", "nobody"]


class TestRejectedAndBarred:
    """Which callers are rejected, and which numbers are barred."""

    def test_rejected_callers_replace_all(self, platform: Platform) -> None:
        put(platform, "RejectMembers", members=["sip:b@x.example", "SIP:a@x.example", "sip:b@x.example", ""])
        assert got(platform, "RejectMembers") == ["sip:b@x.example", "sip:a@x.example"]
        put(platform, "RejectMembers", members=[])
        assert got(platform, "RejectMembers") == []

    def test_barred_prefixes_replace_all(self, platform: Platform) -> None:
        put(platform, "BarringPrefixes", prefixes=["+4490", "+1900", "+4490"])
        assert got(platform, "BarringPrefixes") == ["+1900", "+4490"]
        put(platform, "BarringPrefixes", prefixes=[])
        assert got(platform, "BarringPrefixes") == []

    def test_other_values_are_refused(self, platform: Platform) -> None:
        for members in (["+49*"], ["sip:a b"], ["sip:" + "a" * 251], ["sip:a"] + [f"sip:{n}" for n in range(500)]):
            with refused(FaultCode.VALUE_INVALID, "members"):
                put(platform, "RejectMembers", members=members)
        for prefixes in (["4490"], ["+"], ["+049"], ["+449012345678901234"]):
            with refused(FaultCode.VALUE_INVALID, "prefixes"):
                put(platform, "BarringPrefixes", prefixes=prefixes)


class TestPhonebook(InvalidValueCases):
    """The phonebook."""

    invalid = (
        ("uri", {"uri": ""}),
        ("uri", {"uri": "two words"}),
        ("uri", {"uri": "x" * 256}),
        ("name", {"uri": "a", "name": "x" * 129}),
        ("group", {"uri": "a", "group": "two words"}),
    )

    def send(self, platform: Platform, given: Any) -> Any:
        return platform.call("Sip", "addPhonebookEntry", sipId=ALICE, entry=given)

    def add(self, platform: Platform, uri: str, **members: Any) -> Any:
        return platform.call("Sip", "addPhonebookEntry", sipId=ALICE, entry={"uri": uri} | members)

    def uris(self, platform: Platform, match: Any = None, **window: int) -> list[str]:
        arguments = {"match": match or {}, "range": window or {"start": 0, "count": 100}}
        found = platform.call("Sip", "getPhonebookEntries", sipId=ALICE, **arguments)
        if not window:
            assert found["total"] == len(found["entries"])
        return [entry["uri"] for entry in found["entries"]]

    def test_an_entry_is_added_changed_listed_and_deleted(self, platform: Platform) -> None:
        added = self.add(platform, "SIP:Bob@Example.com", name="Bob", group="VIP", firstName="B", lastName="O")
        assert added == {
            "uri": "sip:bob@example.com",
            "name": "Bob",
            "group": "vip",
            "firstName": "B",
            "lastName": "O",
        }
        with refused(FaultCode.PHONEBOOK_ENTRY_EXISTS):
            self.add(platform, "sip:bob@example.com")
        entry = {"uri": "sip:BOB@example.com", "group": ""}
        changed = platform.call("Sip", "updatePhonebookEntry", sipId=ALICE, entry=entry)
        assert changed == added | {"group": ""}
        assert self.uris(platform) == ["sip:bob@example.com"]
        assert platform.call("Sip", "deletePhonebookEntry", sipId=ALICE, uri="sip:Bob@example.com") is None
        for operation, arguments in (
            ("updatePhonebookEntry", {"entry": entry}),
            ("deletePhonebookEntry", {"uri": "sip:bob@example.com"}),
        ):
            with refused(FaultCode.PHONEBOOK_ENTRY_MISSING):
                platform.call("Sip", operation, sipId=ALICE, **arguments)

    def test_entries_are_matched_and_paged(self, platform: Platform) -> None:
        self.add(platform, "sip:a@x.example", name="Ännie", group="vip")
        self.add(platform, "sip:b@x.example", name="Bert")
        self.add(platform, "sip:%@spam.example", name="Spam", group="vip")
        every = ["sip:%@spam.example", "sip:a@x.example", "sip:b@x.example"]
        for match, expected in (
            ({}, every),
            ({"group": "vip"}, every[:2]),
            ({"group": ""}, every[2:]),
            ({"uri": "sip:_@x.example"}, every[1:]),
            ({"name": "änn%"}, every[1:2]),
            ({"name": "%", "uri": ""}, every),
        ):
            assert self.uris(platform, match) == expected, match
        assert self.uris(platform, start=1, count=1) == every[1:2]


def test_a_foreign_accounts_settings_do_not_exist(platform: Platform) -> None:
    entry = {"uri": "sip:b@x.example"}
    for operation, arguments in (
        ("setCallDiversions", {"diversions": {}}),
        ("getCallDiversions", {}),
        ("setAcceptRules", {"rules": {}}),
        ("getAcceptRules", {}),
        ("setRejectMembers", {"members": []}),
        ("getRejectMembers", {}),
        ("setBarringPrefixes", {"prefixes": []}),
        ("getBarringPrefixes", {}),
        ("addPhonebookEntry", {"entry": entry}),
        ("updatePhonebookEntry", {"entry": entry}),
        ("deletePhonebookEntry", {"uri": entry["uri"]}),
        ("getPhonebookEntries", {}),
    ):
        for party in (platform.sibling, platform.stranger):
            with refused(FaultCode.ACCOUNT_MISSING):
                platform.call("Sip", operation, party.auth, sipId=ALICE, **arguments)


def test_settings_go_with_their_account(platform: Platform) -> None:
    put(platform, "CallDiversions", diversions={"FUNC": "sip:bob@example.com"})
    put(platform, "RejectMembers", members=["sip:b@x.example"])
    put(platform, "BarringPrefixes", prefixes=["+4490"])
    put(platform, "AcceptRules", rules={"temporary": {"groups": ["nobody"], "duration": 0}})
    platform.call("Sip", "deleteDomain", domain="example.com")
    platform.add_domain()
    platform.add_account()
    assert got(platform, "CallDiversions") == {}
    assert got(platform, "RejectMembers") == got(platform, "BarringPrefixes") == []
    assert got(platform, "AcceptRules")["rules"]["temporary"]["groups"] == []
