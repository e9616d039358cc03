"""The demo platform: its contents are fictitious, and every operation of the server works on it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ngnpro_server.seed.command import seed_platform
from ngnpro_wire.facts.dns_records import TYPES as DNS_TYPES
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.passwords import is_digest_pair
from tests.support.platform import refused
from tests.support.seeded import RESERVED_DOMAIN, items, wrong_counts
from tests.support.server import TestServer, make_server

from .conftest import NOW


def _accounts(server: TestServer) -> list[dict[str, Any]]:
    return items(server, "Sip", "getAccounts")


def test_it_has_two_resellers_and_five_customers(demo: TestServer) -> None:
    found = items(demo, "Customer", "getCustomers")
    resellers = [customer["id"] for customer in found if customer["id"] == customer["reseller"]]
    assert len(resellers) == 2
    assert len(found) == 7
    assert {customer["reseller"] for customer in found} == set(resellers)


def test_it_has_eight_domains_one_of_them_international(demo: TestServer) -> None:
    found = [domain["domain"] for domain in items(demo, "Sip", "getDomains")]
    assert len(found) == 8
    assert [name for name in found if name.startswith("xn--")]
    assert all(RESERVED_DOMAIN.fullmatch(name) for name in found)


def test_it_has_three_hundred_accounts_in_all_states(demo: TestServer) -> None:
    found = _accounts(demo)
    assert len(found) == 300
    groups = Counter(group for account in found for group in account["groups"])
    assert groups["free-pstn"] > 200
    assert groups["voicemail"] > 100
    for group in ("missed-calls", "anonymous", "anonymous-reject", "blocked", "quota", "prepaid", "trunking", "sms"):
        assert groups[group], group
    blockers = {_property(account, "blocked_by") for account in found if "blocked" in account["groups"]}
    assert blockers == {"customer", "reseller"}
    assert {bool(account["prepaid"]) for account in found} == {True, False}
    assert all(account["quota"] for account in found if "quota" in account["groups"])
    assert {_property(account, "language") for account in found} >= {"nl", "en", "de", "es", "ro"}


def test_names_are_written_in_many_alphabets(demo: TestServer) -> None:
    names = "".join(account["firstName"] + account["lastName"] for account in _accounts(demo))
    for letters in ("łńśżąę", "ğışç", "ñáíó", "ăâșț", "äöüß", "έήκλς", "水木森藤山井", "اليبن", "икоеї"):
        assert set(letters) & set(names), letters


def test_some_accounts_belong_to_another_customer_than_their_domain(demo: TestServer) -> None:
    lent = [account for account in _accounts(demo) if account["owner"] != account["customer"]]
    assert len(lent) == 4
    owners = {customer["id"]: customer["reseller"] for customer in items(demo, "Customer", "getCustomers")}
    assert {owners[account["owner"]] for account in lent} == {account["reseller"] for account in lent}


def test_web_passwords_are_clear_or_hashed(demo: TestServer) -> None:
    found = {_property(account, "web_password") for account in _accounts(demo)} - {""}
    assert {is_digest_pair(password) for password in found} == {True, False}


def test_every_list_has_something_to_show(demo: TestServer) -> None:
    for operation in ("getAliases", "getCarriers", "getGateways", "getGatewayRules", "getRoutes", "getTrustedPeers"):
        assert len(items(demo, "Sip", operation)) >= 6, operation
    assert len(items(demo, "Enum", "getRanges")) == 7
    assert [zone["name"] for zone in items(demo, "Dns", "getZones")] == ["zonnegraan.example", "veldoorn.example"]
    assert {record["type"] for record in items(demo, "Dns", "getRecords")} == set(DNS_TYPES)
    assert {one["type"] for one in items(demo, "Dns", "getFancyRecords")} == {"MBOXFW", "URL"}
    assert [bool(batch["exported"]) for batch in items(demo, "Watch", "getVoucherBatches")] == [False, True]
    numbers = items(demo, "Enum", "getNumbers")
    assert len(numbers) > 100
    assert max(len(number["mappings"]) for number in numbers) > 1


def test_aliases_point_to_accounts(demo: TestServer) -> None:
    known = {tuple(account["id"].values()) for account in _accounts(demo)}
    aliases = items(demo, "Sip", "getAliases")
    assert {tuple(alias["target"].values()) for alias in aliases} <= known
    assert not {tuple(alias["id"].values()) for alias in aliases} & known


def test_numbers_lie_in_ranges_that_count_them(demo: TestServer) -> None:
    ranges = {found["id"]["prefix"]: found for found in items(demo, "Enum", "getRanges")}
    inside = Counter(
        max((prefix for prefix in ranges if number["id"]["number"].startswith(prefix)), key=len)
        for number in items(demo, "Enum", "getNumbers")
    )
    assert {prefix: found["used"] for prefix, found in ranges.items()} == {prefix: inside[prefix] for prefix in ranges}
    assert [prefix for prefix, found in ranges.items() if found["used"] == found["size"]]
    for found in items(demo, "Enum", "getNumbers"):
        prefix = max((prefix for prefix in ranges if found["id"]["number"].startswith(prefix)), key=len)
        assert (found["customer"], found["reseller"]) == (ranges[prefix]["customer"], ranges[prefix]["reseller"])


def test_exactly_the_accounts_in_the_group_voicemail_have_a_mailbox(demo: TestServer) -> None:
    for account in _accounts(demo):
        if "voicemail" in account["groups"]:
            assert demo.call("Voicemail", "getAccount", sipId=account["id"])["email"] == account["email"]
        else:
            with refused(FaultCode.MAILBOX_MISSING):
                demo.call("Voicemail", "getAccount", sipId=account["id"])


def test_all_conditions_of_diversions_come_up(demo: TestServer) -> None:
    found = [demo.call("Sip", "getCallDiversions", sipId=account["id"]) for account in _accounts(demo)]
    assert {condition for diversions in found for condition in diversions} >= {"FUNC", "FNOL", "FBUS", "FNOA", "FUNV"}
    assert {target for diversions in found for target in diversions.values()} > {"<voice-mailbox>"}


def test_people_have_phonebooks_rules_and_barred_prefixes(demo: TestServer) -> None:
    ids = [account["id"] for account in _accounts(demo)]
    books = [demo.call("Sip", "getPhonebookEntries", sipId=sip_id)["entries"] for sip_id in ids]
    assert {entry["group"] for book in books for entry in book} >= {"vip", "business", "coworkers", "friends", "family"}
    rules = [demo.call("Sip", "getAcceptRules", sipId=sip_id)["rules"] for sip_id in ids]
    assert [rule for rule in rules if rule["persistent"]]
    assert [rule for rule in rules if rule["temporary"]["groups"] == ["nobody"]]
    assert [sip_id for sip_id in ids if demo.call("Sip", "getRejectMembers", sipId=sip_id)]
    assert [sip_id for sip_id in ids if demo.call("Sip", "getBarringPrefixes", sipId=sip_id)]


def test_prepaid_accounts_have_a_balance_with_a_history(demo: TestServer) -> None:
    prepaid = [account["id"] for account in _accounts(demo) if account["prepaid"]]
    for sip_id, status in zip(prepaid, demo.call("Sip", "getPrepaidStatus", sipIds=prepaid), strict=True):
        history = demo.call("Sip", "getCreditHistory", sipId=sip_id, count=100)["entries"]
        assert history[0]["balance"] == status["balance"] >= 0
        assert round(sum(entry["value"] for entry in history), 4) == status["balance"]


def test_phones_are_registered_and_calls_were_made(demo: TestServer) -> None:
    ids = [account["id"] for account in _accounts(demo)]
    phones = demo.call("Sip", "getSipDeviceLocations", sipIds=ids)
    assert Counter(bool(found["locations"]) for found in phones)[True] > 150
    assert {phone["transport"] for found in phones for phone in found["locations"]} == {"udp", "tcp", "tls"}
    query = {"placed": {"limit": 100}, "received": {"limit": 100}}
    calls = [demo.call("Sip", "getCalls", sipId=sip_id, query=query) for sip_id in ids]
    placed = [call for found in calls for call in found["placed"]]
    assert len(placed) > 300
    assert [call for call in placed if call["price"]]
    assert {call["status"] for found in calls for call in found["received"]} >= {200, 486, 487}
    assert sum(len(found["received"]) for found in calls) > 300


def test_new_calls_have_traces(demo: TestServer) -> None:
    query = {"placed": {"limit": 100, "fromDate": int((NOW - timedelta(days=2)).replace(tzinfo=UTC).timestamp())}}
    placed = [
        call
        for account in _accounts(demo)
        for call in demo.call("Sip", "getCalls", sipId=account["id"], query=query)["placed"]
    ]
    answered = next(call for call in placed if call["duration"])
    wanted = {"callId": answered["sessionId"], "fromTag": answered["fromTag"]}
    messages = json.loads(demo.call("Sip", "getSipTrace", filter=wanted))
    assert [message["method"] for message in messages][-2:] == ["BYE", "BYE"]
    media = json.loads(demo.call("Sip", "getMediaTrace", filter=wanted))
    assert media["duration"] == answered["duration"]
    assert json.loads(demo.call("Sip", "getMediaSummary"))
    assert json.loads(demo.call("Sip", "getMediaSessions"))


def test_each_run_makes_the_same_platform_with_other_passwords(demo: TestServer, tmp_path: Path) -> None:
    again = make_server(tmp_path, clock=lambda: NOW)
    seed_platform(again.engine, again.app.proxy, again.config, clock=lambda: NOW)
    first, second = _accounts(demo), _accounts(again)
    assert not {account["ha1"] for account in first} & {account["ha1"] for account in second}
    assert [_chosen(account) for account in first] == [_chosen(account) for account in second]


def test_dates_are_spread_over_the_last_year(demo: TestServer) -> None:
    for operation in ("getAccounts", "getDomains"):
        dates = [datetime.fromisoformat(record["changeDate"]) for record in items(demo, "Sip", operation)]
        assert min(dates) > NOW - timedelta(days=366)
        assert max(dates) < NOW
        assert len({date.month for date in dates}) > 5


def test_the_kept_numbers_are_true(demo: TestServer) -> None:
    assert not wrong_counts(demo)


def _property(account: dict[str, Any], name: str) -> str:
    return next((entry["value"] for entry in account["properties"] if entry["name"] == name), "")


def _chosen(account: dict[str, Any]) -> dict[str, Any]:
    """Return a record without passwords and without the ids that the database assigned to customers."""
    properties = [entry for entry in account["properties"] if entry["name"] != "web_password"]
    others = ("password", "ha1", "ha1b", "owner", "customer", "reseller")
    return {name: value for name, value in account.items() if name not in others} | {"properties": properties}


def test_the_last_day_has_phones_and_calls_and_the_last_hours_have_calls(demo: TestServer) -> None:
    health = demo.call("Watch", "getHealth")
    samples = health["samples"]
    assert len(samples) > 140
    numbers = [sample["phones"] for sample in samples]
    assert min(numbers) < 0.7 * max(numbers)
    assert max(sample["calls"] for sample in samples) > 3
    since = int((NOW - timedelta(hours=7)).replace(tzinfo=UTC).timestamp())
    found = demo.call("Watch", "getFoundCalls", query={"fromDate": since, "count": 100})["calls"]
    assert len(found) >= 60


def test_an_alarm_asks_for_the_operator(demo: TestServer) -> None:
    [alarm] = demo.call("Watch", "getAlarms", state="open")
    assert (alarm["kind"], alarm["value"], alarm["blocked"]) == ("spend", "41.30", False)
    assert demo.call("Watch", "getAlarms", state="untold") in (None, [])
