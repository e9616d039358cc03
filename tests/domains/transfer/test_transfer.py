"""A domain as a file: what is in it, who may have the passwords, and what happens when NGNPro fails."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from django.test import Client

from ngnpro_wire.schema import WSDL_PATH
from portal.core.domain_files import reading
from portal.domains.transfer.exporting import DomainExport
from portal.journal.models import JournalEntry
from portal.ngnpro import errors
from portal.ngnpro.gate import Gate
from portal.ngnpro.records import SipAlias, SipId
from portal.people.operators.models import Operator
from tests.support.domain_files import DOMAIN, EXPORT, exported
from tests.support.pages import Page
from tests.support.portal import Connect, Platform, signed_in
from tests.support.wsgi import wsgi_session


def file_in_small_pages(platform: Platform) -> DomainExport:
    """Return the file of the domain with all passwords, fetched two records at a time."""
    domain = platform.ngnpro.sip.find_domain(DOMAIN)
    assert domain is not None
    return DomainExport(platform.ngnpro, domain, DOMAIN, secrets=True, whole_owners=True, page=2)


def test_a_domain_of_several_pages_is_exported_completely(browser: Client, platform: Platform) -> None:
    platform.add_domain(DOMAIN)
    for number in range(5):
        platform.add_account(f"u{number:03}@{DOMAIN}")
        platform.ngnpro.sip.add_alias(
            SipAlias(id=SipId.parse(f"a{number:03}@{DOMAIN}"), target=SipId.parse(f"u{number:03}@{DOMAIN}"))
        )
    first = "".join(file_in_small_pages(platform)).encode()
    assert len(json.loads(first)["accounts"]) == 5
    assert len(reading.read_domain_file(first).lines) == 11
    assert exported(browser, passwords="on") == first


def test_a_file_has_all_settings_and_passwords_only_on_request(browser: Client, rich: Platform) -> None:
    before = rich.account()
    first = exported(browser)
    for secret in ("secret-of-the-web", "PRIVATE KEY", "4711", before.ha1, "secret-of-customer"):
        assert secret.encode() not in first
    content = json.loads(first)
    account = content["accounts"][0]
    assert account["mailbox"]["email"] == "ada@example.com"
    assert account["diversions"] == {"FNOA": "<voice-mailbox>", "FBUS": "sip:bob@other.example"}
    assert account["rating"] == {
        "profileWeekday": "list-1",
        "profileWeekdayAlt": "",
        "profileWeekend": "list-2",
        "profileWeekendAlt": "",
        "timezone": "Europe/Paris",
    }
    assert len(account["phonebook"]) == 2
    assert [rule["start"] for rule in account["acceptRules"]] == ["00:00", "09:00"]
    assert account["acceptOnly"] == ["nobody"]
    assert account["owner"] == "harbour"
    assert [one["username"] for one in content["customers"]] == ["meridian", "harbour"]
    assert [one["number"] for one in content["numbers"]] == ["31208005169", "31208005170"]
    assert [one["prefix"] for one in content["ranges"]] == ["3120800"]


def test_passwords_are_for_those_who_may_see_them_and_their_export_is_journalled(
    people: dict[str, Client], browser: Client, world: Platform
) -> None:
    exported(browser, passwords="on")
    assert JournalEntry.objects.filter(operation="exportDomainWithPasswords", key=DOMAIN).count() == 1
    Operator.objects.create_user("blind", "correct-horse-battery", may_see_passwords=False)
    blind = signed_in("blind", "correct-horse-battery")
    page = Page(blind.get(EXPORT))
    assert page.field("passwords").get("disabled") is not None
    assert json.loads(exported(blind, passwords="on"))["passwords"] is False
    assert JournalEntry.objects.filter(operation="exportDomain", key=DOMAIN).count() == 1


def test_a_server_without_aliases_or_barring_gives_what_it_has(
    world: Platform, operator: Operator, connect: Connect, tmp_path: Path
) -> None:
    text = WSDL_PATH.read_text()
    for name in ("getAliases", "getBarringPrefixes", "getPhonebookEntries"):
        text = text.replace(f'name="{name}"', f'name="not{name}"')
    path = tmp_path / "other.wsdl"
    path.write_text(text)
    engine = dataclasses.replace(world.ngnpro.engine, name="theirs", wsdl=path)
    connect(Gate(engine, wsgi_session(world.server.app)))
    browser = signed_in("ines", "correct-horse-battery")
    assert browser.get(f"/domains/{DOMAIN}/").status_code == 200
    content = json.loads(exported(browser))
    assert content["aliases"] == []
    assert not {"barringPrefixes", "phonebook"} & set(content["accounts"][0])


def test_an_outage_while_exporting_is_a_page_and_no_half_file(browser: Client, world: Platform) -> None:
    browser.get(EXPORT)
    world.cut()
    assert browser.get(EXPORT).status_code == 503
    assert browser.post(EXPORT).status_code == 503


def test_a_file_that_broke_off_is_refused(browser: Client, platform: Platform) -> None:
    platform.add_domain(DOMAIN)
    for number in range(5):
        platform.add_account(f"u{number:03}@{DOMAIN}")
    lines = iter(file_in_small_pages(platform))
    begun = "".join(next(lines) for _line in range(5))
    platform.cut()
    with pytest.raises(errors.Outage):
        begun += "".join(lines)
    assert begun.count('"address"') == 2
    with pytest.raises(reading.InvalidFile, match="not whole"):
        reading.read_domain_file(begun.encode())


def test_a_customer_exports_their_own_domain_and_only_that(people: dict[str, Client], world: Platform) -> None:
    content = json.loads(exported(people["customer"]))
    assert content["accounts"][0]["address"] == f"ada@{DOMAIN}"
    assert {"username": "harbour", "organization": "Harbour"} in content["customers"]
    assert people["another customer"].post(EXPORT).status_code == 404
