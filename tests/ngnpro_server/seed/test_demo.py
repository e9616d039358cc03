"""The demo platform: what it has, that all of it is made up, and that the server can do with it what it always does."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ngnpro_server.seed.command import seed
from ngnpro_server.seed.making import Making
from ngnpro_server.store import accounts, customers, domains
from tests.support.seeded import (
    DOCUMENTATION_ADDRESS,
    RESERVED_DOMAIN,
    hosts,
    is_fictitious,
    items,
    telephone_numbers,
    texts,
    wrong_counts,
)
from tests.support.server import TestServer, make_server

from .conftest import NOW

_TALLIES = {customers.TALLY: "customers", domains.TALLY: "sip_domains", accounts.TALLY: "sip_accounts"}
# columns that hold no host names, and no telephone numbers, whatever they look like
_SECRETS = ("password", "ha1", "ha1b", "certificate", "private_key", "value")
_NO_HOSTS = (*_SECRETS, "username")
_NO_NUMBERS = (*_SECRETS, "vat_number", "bank_account")


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


def test_every_account_can_be_read_and_written_back_unchanged(demo: TestServer) -> None:
    with demo.engine.connect() as connection:
        making = Making(connection=connection, config=demo.config, now=NOW)
        for listed in _accounts(demo):
            account = making.call("Sip", "getAccount", sipId=listed["id"])
            assert account["ha1"] == listed["ha1"]
            written = making.call("Sip", "updateAccount", account=account)
            assert written | {"changeDate": account["changeDate"]} == account
        connection.rollback()


def test_each_run_makes_the_same_platform_with_other_passwords(demo: TestServer, tmp_path: Path) -> None:
    again = make_server(tmp_path, clock=lambda: NOW)
    seed(again.engine, again.config, clock=lambda: NOW)
    first, second = _accounts(demo), _accounts(again)
    assert not {account["ha1"] for account in first} & {account["ha1"] for account in second}
    assert [_without_secrets(account) for account in first] == [_without_secrets(account) for account in second]


def test_dates_are_spread_over_the_last_year(demo: TestServer) -> None:
    for operation in ("getAccounts", "getDomains"):
        dates = [datetime.fromisoformat(record["changeDate"]) for record in items(demo, "Sip", operation)]
        assert min(dates) > NOW - timedelta(days=366)
        assert max(dates) < NOW
        assert len({date.month for date in dates}) > 5


def test_every_name_of_a_host_is_reserved(demo: TestServer) -> None:
    found = [(column, host) for column, text in _texts(demo, _NO_HOSTS) for host in hosts(text)]
    assert len(found) > 300
    assert not [place for place in found if not RESERVED_DOMAIN.fullmatch(place[1])]


def test_every_telephone_number_is_fictitious(demo: TestServer) -> None:
    found = [(column, number) for column, text in _texts(demo, _NO_NUMBERS) for number in telephone_numbers(text)]
    assert len(found) > 200
    assert not [place for place in found if not is_fictitious(place[1])]


def test_every_address_is_one_for_documentation(demo: TestServer) -> None:
    networks = [network["ip"] for account in _accounts(demo) for network in account["acl"]]
    networks += [domain["match_ip_address"] for domain in items(demo, "Sip", "getDomains")]
    assert len(networks) > 10
    assert all(DOCUMENTATION_ADDRESS.fullmatch(address) for address in networks if address)


def test_the_kept_numbers_are_true(demo: TestServer) -> None:
    assert not wrong_counts(demo, _TALLIES)


def _property(account: dict[str, Any], name: str) -> str:
    return next((entry["value"] for entry in account["properties"] if entry["name"] == name), "")


def _without_secrets(account: dict[str, Any]) -> dict[str, Any]:
    properties = [entry for entry in account["properties"] if entry["name"] != "web_password"]
    kept = {name: value for name, value in account.items() if name not in ("password", "ha1", "ha1b")}
    return kept | {"properties": properties}


def _texts(server: TestServer, without: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(column, text) for column, text in texts(server) if not column.endswith(without)]
