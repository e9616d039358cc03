"""A domain as a file: exported, imported into another platform, and exported again with identical bytes."""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from ngnpro_wire.facts.passwords import digests_of_password
from ngnpro_wire.schema import WSDL_PATH
from portal.core.sip_accounts import hashed_web_password
from portal.domains.transfer import models, reading, services, tasks
from portal.domains.transfer.exporting import DomainExport
from portal.domains.transfer.models import DomainImport, DomainImportLine
from portal.journal.models import JournalEntry
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.gate import Gate
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
from portal.people.operators.models import Operator
from tests.support.clock import Clock
from tests.support.fault_injection import EVERY
from tests.support.keys import self_signed
from tests.support.pages import Page
from tests.support.portal import Connect, Platform, signed_in
from tests.support.server import make_server
from tests.support.wsgi import wsgi_session

DOMAIN = "example.com"
EXPORT = f"/domains/transfer/{DOMAIN}/export/"
IMPORT = "/domains/transfer/import/"
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


def upload(browser: Client, data: bytes | dict[str, Any]) -> HttpResponseBase:
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    return browser.post(IMPORT, {"file": SimpleUploadedFile("example.com.json", content)})


def run(browser: Client, url: str) -> Page:
    """Submit the page's form until the import is finished."""
    browser.post(url)
    for _step in range(100):
        if DomainImport.objects.get(pk=url.split("/")[-2]).is_finished:
            break
        browser.post(url)
    return Page(browser.get(url))


def imported(browser: Client, data: bytes | dict[str, Any]) -> Page:
    answer = upload(browser, data)
    assert answer.status_code == 302, Page(answer).text
    return run(browser, answer.headers["Location"])


@pytest.mark.parametrize("options", [{}, {"passwords": "on"}], ids=["without passwords", "with passwords"])
def test_exporting_importing_and_exporting_again_gives_the_same_file(
    browser: Client, rich: Platform, empty_platform: Callable[[], None], options: dict[str, str]
) -> None:
    first = exported(browser, **options)
    empty_platform()
    page = imported(browser, first)
    assert page.text.split("Needs attention")[1:] == []
    assert exported(browser, **options) == first
    content = json.loads(first)
    account = content["accounts"][0]
    assert account["mailbox"]["email"] == "ada@example.com"
    assert account["diversions"] == {"FNOA": "<voice-mailbox>", "FBUS": "sip:bob@other.example"}
    assert len(account["phonebook"]) == 2
    assert [rule["start"] for rule in account["acceptRules"]] == ["00:00", "09:00"]
    assert account["acceptOnly"] == ["nobody"]
    assert account["owner"] == "harbour"
    assert [one["username"] for one in content["customers"]] == ["meridian", "harbour"]
    assert [one["number"] for one in content["numbers"]] == ["31208005169", "31208005170"]
    assert [one["prefix"] for one in content["ranges"]] == ["3120800"]


def file_in_small_pages(platform: Platform) -> DomainExport:
    """Return the file of the domain with all passwords, fetched two records at a time."""
    domain = platform.ngnpro.sip.find_domain(DOMAIN)
    assert domain is not None
    return DomainExport(platform.ngnpro, domain, DOMAIN, secrets=True, whole_owners=True, page=2)


def test_a_domain_of_several_pages_is_exported_and_imported_completely(
    browser: Client, platform: Platform, empty_platform: Callable[[], None]
) -> None:
    platform.add_domain(DOMAIN)
    for number in range(5):
        platform.add_account(f"u{number:03}@{DOMAIN}")
        platform.ngnpro.sip.add_alias(
            SipAlias(id=SipId.parse(f"a{number:03}@{DOMAIN}"), target=SipId.parse(f"u{number:03}@{DOMAIN}"))
        )
    first = "".join(file_in_small_pages(platform)).encode()
    assert len(json.loads(first)["accounts"]) == 5
    empty_platform()
    page = imported(browser, first)
    assert "All 11 records were processed" in page.text
    assert exported(browser, passwords="on") == first


def test_phones_keep_working_if_passwords_are_exported(
    browser: Client, world: Platform, empty_platform: Callable[[], None]
) -> None:
    before = world.account()
    first = exported(browser, passwords="on")
    empty_platform()
    imported(browser, first)
    after = world.account()
    assert before.ha1
    assert (after.ha1, after.ha1b) == (before.ha1, before.ha1b)


def test_a_file_without_passwords_contains_none_and_the_import_says_so(
    browser: Client, rich: Platform, empty_platform: Callable[[], None]
) -> None:
    before = rich.account()
    first = exported(browser)
    for secret in ("secret-of-the-web", "PRIVATE KEY", "4711", before.ha1, "secret-of-customer"):
        assert secret.encode() not in first
    empty_platform()
    page = Page(browser.get(upload(browser, first).headers["Location"]))
    assert "The file holds no passwords" in page.text


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


def test_a_preview_writes_nothing_and_says_what_would_happen(
    browser: Client, rich: Platform, empty_platform: Callable[[], None]
) -> None:
    first = exported(browser)
    empty_platform()
    rich.forget_calls()
    page = Page(browser.get(upload(browser, first).headers["Location"]))
    assert not [call for call in rich.calls if not call.startswith("get")]
    assert "Owners 2 added Domain 1 added Number ranges 1 added Accounts 1 added Aliases 2 added" in page.text
    assert "To be added" in page.text
    assert "ada@example.com Accounts" in page.text


def test_a_step_ends_when_it_has_taken_long_enough(browser: Client, rich: Platform, clock: Clock) -> None:
    location = upload(browser, exported(browser)).headers["Location"]
    rich.run_before(EVERY, lambda: clock.advance(services.SECONDS))
    browser.post(location)
    assert DomainImport.objects.get().done == 1
    browser.post(location)
    assert DomainImport.objects.get().done == 2


def test_a_step_costs_the_same_in_a_long_file_as_in_a_short_one(
    browser: Client, platform: Platform, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """Count SQL statements, parsed bytes and NGNPro calls of a step of five lines, in files of 20 and 400 accounts."""
    settings.IMPORT_STEP = 5
    platform.add_domain(DOMAIN)
    parsed: list[int] = []
    load = json.loads

    def counted(text: str | bytes, **options: Any) -> Any:
        parsed.append(len(text))
        return load(text, **options)

    costs = []
    for length in (20, 400):
        accounts = [{"address": f"u{length:03}{number:03}@{DOMAIN}", "firstName": "x"} for number in range(length)]
        location = upload(browser, MINIMAL | {"accounts": accounts}).headers["Location"]
        browser.post(location)
        platform.forget_calls()
        parsed.clear()
        with CaptureQueriesContext(connection) as statements, monkeypatch.context() as patch:
            patch.setattr(json, "loads", counted)
            browser.post(location)
        size = sum(len(query["sql"]) for query in statements if "domain_import" in query["sql"])
        costs.append((len(statements), size // 1000, sum(parsed) // 1000, len(platform.calls)))
        assert DomainImport.objects.latest("made").done == 10
    assert costs[0] == costs[1]


def test_all_lines_can_be_tried_again(browser: Client, rich: Platform) -> None:
    location = upload(browser, exported(browser)).headers["Location"]
    run(browser, location)
    rich.ngnpro.sip.delete_alias(SipId.parse(f"away@{DOMAIN}"))
    browser.post(location, {"again": "1"})
    page = run(browser, location)
    assert "Aliases 1 added, 1 already there" in page.text


def test_a_line_that_cannot_be_decrypted_is_reported_and_the_others_are_stored(browser: Client, rich: Platform) -> None:
    location = upload(browser, exported(browser)).headers["Location"]
    line = DomainImportLine.objects.get(kind="accounts")
    DomainImportLine.objects.filter(pk=line.pk).update(sealed="of another key")
    page = run(browser, location)
    assert "It can no longer be decrypted. Upload the file again." in page.text
    assert "Aliases 2 already there" in page.text


def test_two_browsers_do_not_do_the_same_step(browser: Client, rich: Platform) -> None:
    location = upload(browser, exported(browser)).headers["Location"]
    DomainImport.objects.update(busy_until=timezone.now() + services.BUSY)
    browser.post(location)
    assert not DomainImport.objects.get().started


def test_equal_records_are_skipped_and_different_ones_are_not_changed(browser: Client, rich: Platform) -> None:
    content = json.loads(exported(browser))
    content["accounts"][0]["lastName"] = "Lovelace"
    content["aliases"][1]["target"] = "bob@other.example"
    rich.forget_calls()
    location = upload(browser, content).headers["Location"]
    preview = Page(browser.get(location))
    assert "It exists and differs in lastName; it is not changed." in preview.text
    page = run(browser, location)
    assert "Aliases 1 already there, 1 different, not changed" in page.text
    assert not [call for call in rich.calls if not call.startswith("get")]
    assert rich.account().last_name == "Byron"


def test_an_interrupted_import_continues_and_leaves_nothing_out(
    browser: Client, rich: Platform, empty_platform: Callable[[], None], settings: Settings
) -> None:
    first = exported(browser, passwords="on")
    empty_platform()
    location = upload(browser, first).headers["Location"]
    settings.IMPORT_STEP = 5
    browser.post(location)
    rich.ngnpro.sip.set_barring_prefixes(ADA, [])
    rich.ngnpro.sip.delete_phonebook_entry(ADA, "sip:eve@example.com")
    rich.cut()
    assert browser.post(location).status_code == 503
    rich.mend()
    assert "5 of 9 records so far" in Page(browser.get(location)).text
    assert Page(browser.get(location)).root.xpath("//form[@hx-post=$url]", url=location)
    run(browser, location)
    again = imported(browser, first).text
    assert again.count("already there") == 5
    assert "Accounts 1 completed" in again
    assert exported(browser, passwords="on") == first


def test_owners_who_are_not_there_and_may_not_be_added_are_named_before_anything_is_written(
    people: dict[str, Client], world: Platform, browser: Client
) -> None:
    content = json.loads(exported(browser))
    content["domain"]["domain"] = "new.example"
    content |= {"accounts": [], "aliases": [], "numbers": [], "ranges": []}
    content["customers"].append({"username": "elsewhere", "organization": "Else"})
    content["domain"]["customer"] = "stranger"
    answer = upload(people["reseller"], content)
    text = Page(people["reseller"].get(answer.headers["Location"])).text
    assert "elsewhere Owners: Does not exist here, and the file does not have enough to add it" in text
    assert "stranger Owners: Does not exist here" in text


def test_a_number_outside_all_ranges_is_reported_before_it_is_added(browser: Client, rich: Platform) -> None:
    content = json.loads(exported(browser))
    content["numbers"][0]["number"] = "4420000000"
    content["ranges"] = []
    location = upload(browser, content).headers["Location"]
    assert "No number range of the file or of this platform contains it." in Page(browser.get(location)).text
    assert "is in none of your ranges" in run(browser, location).text


def test_without_its_domain_nothing_else_is_tried(people: dict[str, Client], browser: Client, world: Platform) -> None:
    content = json.loads(exported(browser))
    page = imported(people["another reseller"], content)
    assert "The domain itself could not be added" in page.text
    world.forget_calls()
    assert len(world.ngnpro.sip.get_accounts().items) == 2


def test_only_the_person_who_uploaded_an_import_sees_it(
    people: dict[str, Client], browser: Client, world: Platform
) -> None:
    location = upload(browser, exported(browser)).headers["Location"]
    for person in ("reseller", "customer"):
        assert people[person].get(location).status_code == 404
        assert people[person].post(location).status_code == 404


def test_the_file_is_kept_sealed_and_for_a_day(browser: Client, rich: Platform) -> None:
    upload(browser, exported(browser, passwords="on"))
    kept = DomainImport.objects.get()
    assert all("secret-of-the-web" not in line.sealed for line in kept.lines.all())
    DomainImport.objects.update(made=kept.made - models.KEEP * 2)
    assert tasks.clean_up_imports() == 1
    assert not DomainImport.objects.exists()
    planned = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert "portal.domains.transfer.tasks.clean_up_imports" in planned


def test_every_record_that_is_imported_is_in_the_journal(
    browser: Client, rich: Platform, empty_platform: Callable[[], None]
) -> None:
    first = exported(browser, passwords="on")
    empty_platform()
    JournalEntry.objects.all().delete()
    imported(browser, first)
    told = set(JournalEntry.objects.values_list("operation", flat=True))
    assert {"addAccount", "addDomain", "addAlias", "addRange", "addNumber", "setCallDiversions"} <= told
    assert "secret-of-the-web" not in str(list(JournalEntry.objects.values_list("changes", flat=True)))


def test_an_import_can_be_undone_in_the_journal(
    browser: Client, rich: Platform, empty_platform: Callable[[], None]
) -> None:
    first = exported(browser)
    empty_platform()
    imported(browser, first)
    sip = rich.ngnpro.sip
    for operation in ("setCallDiversions", "setBarringPrefixes", "setAcceptRules", "setRejectMembers"):
        entry = JournalEntry.objects.get(operation=operation)
        assert entry.key == f"ada@{DOMAIN}"
        assert browser.post(f"/journal/{entry.pk}/undo/").status_code == 302
    assert sip.get_call_diversions(ADA) == CallDiversions()
    assert sip.get_barring_prefixes(ADA) == ()
    contacts = JournalEntry.objects.filter(operation="addPhonebookEntry")
    assert {entry.part for entry in contacts} == {"phonebook"}


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
    page = Page(browser.get(upload(browser, content).headers["Location"]))
    assert "Accounts 1 already there" in page.text


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
    assert "not whole" in Page(upload(browser, begun.encode())).text


def test_a_customer_exports_their_own_domain_and_only_that(people: dict[str, Client], world: Platform) -> None:
    content = json.loads(exported(people["customer"]))
    assert content["accounts"][0]["address"] == f"ada@{DOMAIN}"
    assert {"username": "harbour", "organization": "Harbour"} in content["customers"]
    assert people["another customer"].post(EXPORT).status_code == 404


def ngnpro_holds(ngnpro: Ngnpro) -> list[str]:
    return [domain.domain for domain in ngnpro.sip.iter_domains()]


MINIMAL: dict[str, Any] = {
    "format": "ngnpro-domain",
    "version": 1,
    "passwords": False,
    "domain": {"domain": DOMAIN, "customer": None, "reseller": None},
    "accounts": [],
    "aliases": [],
    "numbers": [],
    "ranges": [],
    "customers": [],
}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"{", "The file is not JSON, or not whole"),
        (b"\xff\xfe{}", "The file is not text in UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"format": 1, "format": 2}', "has “format” twice"),
        (b'{"format": NaN}', "is not a number"),
        (b"[]", "This is not a file of a domain"),
        (b'{"format": ' + b"9" * 6000 + b"}", "The file is not JSON"),
    ],
)
def test_a_file_in_another_format_is_refused_with_a_sentence(
    browser: Client, platform: Platform, data: bytes, said: str
) -> None:
    answer = upload(browser, data)
    assert answer.status_code == 422
    assert said in Page(answer).text
    assert not DomainImport.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"version": 2}, "The file is of version 2; this portal reads version 1"),
        ({"more": 1}, "has a part “more” that this portal does not know"),
        ({"accounts": {}}, "“accounts” is not a list"),
        ({"accounts": [{"address": "ada@other.example"}]}, "accounts[0].address is not in example.com"),
        ({"accounts": [{"address": "ada"}]}, "accounts[0].address is not an address"),
        ({"accounts": [{"firstName": "x"}]}, "accounts[0] has no “address”"),
        ({"accounts": [{"address": 5}]}, "accounts[0].address is not a text"),
        ({"accounts": [{"address": "a@example.com", "quota": "1"}]}, "accounts[0].quota is not a whole number"),
        ({"accounts": [{"address": "a@example.com", "quota": 10**12}]}, "too large a number"),
        ({"accounts": [{"address": "a@example.com", "prepaid": 1}]}, "accounts[0].prepaid is not true or false"),
        ({"accounts": [{"address": "a@example.com", "owner": 3}]}, "accounts[0].owner is not a text"),
        ({"accounts": [{"address": "a@example.com", "acl": [{"ip": "x", "evil": 1}]}]}, "“evil”"),
        ({"accounts": [{"address": "a@example.com", "password": "x"}]}, "“password”"),
        ({"accounts": [{"address": "a@example.com", "firstName": "\u0000"}]}, "control characters"),
        ({"accounts": [{"address": "a@example.com", "firstName": "\ud800"}]}, "control characters"),
        ({"accounts": [{"address": "a@example.com"}, {"address": "A@example.com"}]}, "is a duplicate"),
        ({"accounts": [{"address": "a@example.com", "groups": ["x"] * 6000}]}, "more than 5000 entries"),
        ({"domain": {"domain": "Not a domain"}}, "domain.domain"),
        ({"domain": {"domain": "EXAMPLE.com"}}, "not written as it is stored"),
        ({"domain": None}, "domain is not an object"),
    ],
)
def test_a_hostile_file_is_refused_with_the_place_where_it_is_wrong(
    browser: Client, platform: Platform, changes: dict[str, Any], said: str
) -> None:
    answer = upload(browser, MINIMAL | changes)
    assert answer.status_code == 422
    assert said in Page(answer).text
    assert ngnpro_holds(platform.ngnpro) == []


def test_a_small_file_of_many_empty_lists_is_refused_before_it_is_parsed(browser: Client, platform: Platform) -> None:
    for data in (b"[" + b"[]," * 500_000 + b"[]]", b"[" + b"1," * 2_500_000 + b"1]"):
        assert "The file has too many entries" in Page(upload(browser, data)).text


def test_a_large_file_costs_each_entry_its_own_check_only(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """The allowed contents of an entry are determined once per kind of record, not for each of 20,000 entries."""
    asked: list[object] = []
    find_out = typing.get_type_hints

    def counted(kind: object, *more: Any, **named: Any) -> Any:
        asked.append(kind)
        return find_out(kind, *more, **named)

    monkeypatch.setattr(typing, "get_type_hints", counted)
    accounts = [{"address": f"u{number}@{DOMAIN}", "phonebook": [{"uri": "x@y"}]} for number in range(10_000)]
    found = reading.read_domain_file(json.dumps(MINIMAL | {"accounts": accounts}).encode())
    assert sum(line.kind.name == "accounts" for line in found.lines) == 10_000
    assert len(asked) <= len(set(asked))


def test_a_file_that_is_too_large_is_refused(browser: Client, platform: Platform) -> None:
    assert "The file is larger than" in Page(upload(browser, b" " * (reading.LARGEST + 1))).text


def test_names_in_a_file_are_escaped_on_the_page(browser: Client, platform: Platform) -> None:
    content = MINIMAL | {"customers": [{"username": "<script>alert(1)</script>", "organization": ""}]}
    location = upload(browser, content).headers["Location"]
    assert b"<script>alert" not in browser.get(location).content


def test_weak_passwords_of_a_file_are_not_taken_over_and_web_passwords_are_hashed(
    browser: Client, rich: Platform, empty_platform: Callable[[], None]
) -> None:
    content = json.loads(exported(browser, passwords="on"))
    account, customer = content["accounts"][0], content["customers"][1]
    web = next(one for one in account["properties"] if one["name"] == "web_password")
    assert web["value"] == hashed_web_password(ADA, "secret-of-the-web")
    account |= {"password": "password", "mailbox": {**account["mailbox"], "password": "1234"}}
    customer["password"], web["value"] = "12345678", "a clear one that is good"
    empty_platform()
    preview = Page(browser.get(upload(browser, content).headers["Location"]))
    page = imported(browser, content)
    for words in ("Its SIP password is too easy", "The PIN of its mailbox is too easy", "Its password is too easy"):
        assert words in preview.text
        assert words in page.text
    stored = rich.account()
    assert stored.ha1 not in ("", account["ha1"], digests_of_password("ada", DOMAIN, "password")[0])
    assert stored.get_property("web_password") == hashed_web_password(ADA, "a clear one that is good")
    assert rich.ngnpro.voicemail.get_account(ADA).password not in ("", "1234")
    found = rich.ngnpro.customers.find_account("harbour")
    assert found is not None
    assert found.password != "12345678"
