"""The file of a domain as a plan: exported, imported into another platform or again, undone; and files of CDRTool."""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db.models.signals import post_init
from django.http import HttpResponseBase
from django.test import Client

from ngnpro_wire.facts.passwords import digests_of_password
from portal.core.domain_files import reading
from portal.jobs.choices import JobState
from portal.jobs.models import Job, JobRow
from portal.journal.models import JournalEntry
from portal.ngnpro import Ngnpro
from portal.ngnpro.hashes import hashed_password
from portal.ngnpro.records import CallDiversions, SipId
from tests.support.domain_files import ADA, DOMAIN, exported
from tests.support.jobs import do, worked
from tests.support.pages import Page
from tests.support.portal import Platform

IMPORT = "/jobs/import-domain/"
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


def upload(browser: Client, data: bytes | dict[str, Any], mode: str = "update") -> HttpResponseBase:
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    return browser.post(IMPORT, {"file": SimpleUploadedFile("example.com.json", content), "mode": mode})


def planned(browser: Client, data: bytes | dict[str, Any], mode: str = "update") -> Job:
    answer = upload(browser, data, mode)
    assert answer.status_code == 302, Page(answer).text
    return worked(Job.objects.get(pk=answer.headers["Location"].strip("/").rpartition("/")[2]))


def imported(browser: Client, data: bytes | dict[str, Any], mode: str = "update") -> Job:
    return do(browser, planned(browser, data, mode), "apply")


def outcomes(job: Job) -> dict[tuple[str, str], str]:
    return {(row.kind, row.key): row.state for row in job.rows.all()}


def all_states(job: Job) -> set[str]:
    return set(job.rows.values_list("state", flat=True))


def reasons(job: Job) -> dict[tuple[str, str], str]:
    return {(row.kind, row.key): row.reason for row in job.rows.exclude(reason="")}


def writes(platform: Platform) -> list[str]:
    return [call for call in platform.calls if not call.startswith("get")]


@pytest.mark.parametrize("options", [{}, {"passwords": "on"}], ids=["without passwords", "with passwords"])
def test_exporting_importing_and_exporting_again_gives_the_same_file_and_an_undo_leaves_nothing(
    browser: Client, rich: Platform, empty_platform: Callable[[], None], options: dict[str, str]
) -> None:
    first = exported(browser, **options)
    empty_platform()
    plan = planned(browser, first)
    rich.forget_calls()
    assert all_states(plan) == {"ready", "waiting"}, reasons(plan)
    assert "meridian" in Page(browser.get(f"/jobs/{plan.pk}/")).text
    assert not writes(rich)

    job = do(browser, plan, "apply")

    assert all_states(job) == {"done"}, reasons(job)
    assert exported(browser, **options) == first
    again = planned(browser, first)
    assert all_states(again) == {"skipped"}, [row.changes for row in again.rows.filter(state="ready")]

    undo = worked(Job.objects.get(pk=browser.post(f"/jobs/{job.pk}/do/", {"do": "undo"}).headers["Location"][6:-1]))
    undo = do(browser, undo, "apply", number=undo.rows.filter(verb="delete").count())

    assert all_states(undo) <= {"done", "skipped"}, reasons(undo)
    assert ngnpro_holds(rich.ngnpro) == []
    assert list(rich.ngnpro.customers.iter_customers()) == []
    assert list(rich.ngnpro.enum.iter_ranges()) == []


def test_the_order_of_rows_does_not_matter_and_each_record_is_in_the_journal(
    browser: Client, rich: Platform, empty_platform: Callable[[], None]
) -> None:
    first = exported(browser, passwords="on")
    content = {
        name: part[::-1] if isinstance(part, list) else part for name, part in reversed(json.loads(first).items())
    }
    empty_platform()
    JournalEntry.objects.all().delete()
    job = imported(browser, content)
    assert all_states(job) == {"done"}, reasons(job)
    assert exported(browser, passwords="on") == first
    told = set(JournalEntry.objects.values_list("operation", flat=True))
    assert {"addAccount", "addDomain", "addAlias", "addRange", "addNumber", "setCallDiversions"} <= told
    parts = JournalEntry.objects.filter(kind="account", key=str(ADA)).values_list("part", flat=True)
    expected = {"", "mailbox", "diversions", "accept-rules", "reject", "barring", "phonebook", "rating"}
    assert set(parts) == expected
    assert "secret-of-the-web" not in str(list(JournalEntry.objects.values_list("changes", flat=True)))
    assert "secret-of-the-web" not in str(list(job.rows.values()))


def test_phones_keep_working_if_passwords_are_in_the_file(
    browser: Client, world: Platform, empty_platform: Callable[[], None]
) -> None:
    before = world.account()
    first = exported(browser, passwords="on")
    empty_platform()
    imported(browser, first)
    after = world.account()
    assert before.ha1
    assert (after.ha1, after.ha1b) == (before.ha1, before.ha1b)


def test_a_file_without_passwords_says_which_records_get_new_ones(
    browser: Client, rich: Platform, empty_platform: Callable[[], None]
) -> None:
    first = exported(browser)
    empty_platform()
    plan = planned(browser, first)
    assert reasons(plan)["account", str(ADA)].startswith("It gets a new random password.")


def test_records_that_exist_are_changed_as_in_the_file_and_an_undo_restores_them(
    browser: Client, rich: Platform
) -> None:
    before = exported(browser, passwords="on")
    content = json.loads(before)
    account = content["accounts"][0]
    account |= {"lastName": "Lovelace", "diversions": {"FNOA": "sip:eve@other.example"}, "barringPrefixes": []}
    account["mailbox"] |= {"email": "new@example.com"}
    account["phonebook"] = [{"uri": "sip:eve@example.com", "name": "Eve", "group": "", "firstName": "", "lastName": ""}]
    content["aliases"][1]["target"] = "bob@other.example"
    content["customers"][1]["city"] = "Den Haag"
    job = imported(browser, content)
    assert all_states(job) == {"done", "skipped"}, reasons(job)
    assert set(job.rows.filter(state="done").values_list("kind", flat=True)) == {
        *("customer", "account", "alias", "account/mailbox", "account/diversions", "account/phonebook")
    }
    sip = rich.ngnpro.sip
    assert rich.account().last_name == "Lovelace"
    assert rich.account().get_property("web_password")
    assert sip.get_call_diversions(ADA) == CallDiversions(fnoa="sip:eve@other.example", fbus="sip:bob@other.example")
    assert sip.get_barring_prefixes(ADA) == ("+31900", "+44")
    assert {one.uri: one.name for one in sip.get_phonebook_entries(ADA).entries} == {
        "sip:eve@example.com": "Eve",
        "%@work.example": "Somebody",
    }
    mailbox = rich.ngnpro.voicemail.get_account(ADA)
    assert (mailbox.email, mailbox.password, mailbox.options.delete) == ("new@example.com", "4711", False)

    undo = worked(Job.objects.get(pk=browser.post(f"/jobs/{job.pk}/do/", {"do": "undo"}).headers["Location"][6:-1]))
    undo = do(browser, undo, "apply")
    assert all_states(undo) == {"done"}, reasons(undo)
    assert exported(browser, passwords="on") == before


def test_records_that_exist_can_be_left_as_they_are_and_get_the_parts_they_lack(
    browser: Client, rich: Platform
) -> None:
    content = json.loads(exported(browser))
    content["accounts"][0] |= {"lastName": "Lovelace", "diversions": {"FUNC": "sip:eve@other.example"}}
    sip = rich.ngnpro.sip
    sip.set_barring_prefixes(ADA, [])
    sip.delete_phonebook_entry(ADA, "sip:eve@example.com")
    job = imported(browser, content, mode="add")
    assert set(job.rows.filter(state="done").values_list("kind", flat=True)) == {"account/barring", "account/phonebook"}
    assert reasons(job)["account", str(ADA)] == "It exists and differs in Last name; it is not changed."
    assert reasons(job)["account/diversions", str(ADA)] == "It exists and differs; it is not changed."
    assert rich.account().last_name == "Byron"
    assert sip.get_barring_prefixes(ADA) == ("+31900", "+44")


def test_owners_who_are_not_there_and_may_not_be_added_are_named(
    people: dict[str, Client], world: Platform, browser: Client
) -> None:
    content = json.loads(exported(browser))
    content["domain"]["domain"] = "new.example"
    content |= {"accounts": [], "aliases": [], "numbers": [], "ranges": []}
    content["customers"].append({"username": "elsewhere", "organization": "Else"})
    content["domain"]["customer"] = "stranger"
    found = reasons(planned(people["reseller"], content))
    assert "the file has too little to add it" in found["customer", ""]
    assert found["domain", "new.example"] == "Its owner stranger does not exist here and is left out."


def test_owners_who_are_added_at_the_same_time_are_a_conflict_that_is_tried_again(
    browser: Client, platform: Platform
) -> None:
    person = {"firstName": "F", "lastName": "L", "organization": "O", "email": "o@mail.example", "country": "NL"}
    person |= {"timezone": "Europe/Paris", "language": "en"}
    chain = [("low", "middle"), ("middle", "top"), ("top", "top")]
    customers = [person | {"username": name, "reseller": above} for name, above in chain]
    job = imported(browser, MINIMAL | {"customers": customers})
    states = sorted(job.rows.filter(kind="customer").values_list("state", flat=True))
    assert states == ["conflict", "done", "done"]
    job = do(browser, job, "again")
    assert platform.ngnpro.customers.find_account("middle") is not None
    assert "waiting" not in all_states(job)


def test_a_failed_record_leaves_what_needs_it_as_a_conflict_and_all_is_tried_again(
    browser: Client, rich: Platform, empty_platform: Callable[[], None]
) -> None:
    first = exported(browser, passwords="on")
    empty_platform()
    plan = planned(browser, first)
    rich.refuse("Sip.addDomain")
    job = do(browser, plan, "apply")
    rich.mend()
    found = outcomes(job)
    assert found["domain", DOMAIN] == "failed"
    assert found["account/diversions", str(ADA)] == "conflict"
    job = do(browser, job, "again")
    assert all_states(job) == {"done"}, reasons(job)
    assert exported(browser, passwords="on") == first


def test_a_number_outside_all_ranges_is_a_conflict_of_the_plan(browser: Client, rich: Platform) -> None:
    content = json.loads(exported(browser))
    content["numbers"][0]["number"] = "4420000000"
    content["ranges"] = []
    found = reasons(planned(browser, content))
    assert found["number", "4420000000@e164.arpa"] == "No number range of the file or of this platform contains it."


def test_weak_passwords_of_a_file_are_not_taken_over_and_web_passwords_are_hashed(
    browser: Client, rich: Platform, empty_platform: Callable[[], None]
) -> None:
    content = json.loads(exported(browser, passwords="on"))
    account, customer = content["accounts"][0], content["customers"][1]
    web = next(one for one in account["properties"] if one["name"] == "web_password")
    assert web["value"] == hashed_password(ADA, "secret-of-the-web")
    account |= {"password": "password", "mailbox": {**account["mailbox"], "password": "1234"}}
    customer["password"], web["value"] = "12345678", "a clear one that is good"
    empty_platform()
    job = imported(browser, content)
    said = " ".join(reasons(job).values())
    for words in ("Its SIP password is too easy", "The PIN of its mailbox is too easy", "Its password is too easy"):
        assert words in said
    stored = rich.account()
    assert stored.ha1 not in ("", account["ha1"], digests_of_password("ada", DOMAIN, "password")[0])
    assert stored.get_property("web_password") == hashed_password(ADA, "a clear one that is good")
    assert rich.ngnpro.voicemail.get_account(ADA).password not in ("", "1234")
    found = rich.ngnpro.customers.find_account("harbour")
    assert found is not None
    assert found.password != "12345678"


def test_only_its_author_sees_the_plan(people: dict[str, Client], browser: Client, world: Platform) -> None:
    job = planned(browser, exported(browser))
    for person in ("reseller", "customer"):
        assert people[person].get(f"/jobs/{job.pk}/").status_code == 404


def test_names_in_a_file_are_escaped_on_the_page(browser: Client, platform: Platform) -> None:
    customers = [{"username": "<script>alert(1)</script>", "organization": "", "lastName": "x"}]
    job = planned(browser, MINIMAL | {"customers": customers})
    assert b"<script>alert" not in browser.get(f"/jobs/{job.pk}/").content


def test_an_export_of_the_command_line_is_planned_there(
    browser: Client, rich: Platform, empty_platform: Callable[[], None], tmp_path: Path
) -> None:
    path = tmp_path / "example.com.json"
    path.write_bytes(exported(browser, passwords="on"))
    empty_platform()
    call_command("plan", str(path), kind="domain-file", operator="ines")
    job = Job.objects.get()
    assert job.state == JobState.PLANNED
    call_command("apply", str(job.pk), wait=True)
    assert exported(browser, passwords="on") == path.read_bytes()


def ngnpro_holds(ngnpro: Ngnpro) -> list[str]:
    return [domain.domain for domain in ngnpro.sip.iter_domains()]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"{", "The file is not JSON, or not whole"),
        (b"\xff\xfe{}", "The file is not text in UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"format": 1, "format": 2}', "has “format” twice"),
        (b'{"format": NaN}', "is not a number"),
        (b"[]", "This is not a domain's file"),
        (b'{"format": ' + b"9" * 6000 + b"}", "The file is not JSON"),
        (b'{"sip_domains": 1}', "The file's “sip_domains” is not a list of records"),
        (b'{"sip_domains": [{"domain": "x.example"}], "sip_accounts": [{}]}', "has no “address”"),
    ],
)
def test_a_file_in_another_format_is_refused_with_a_sentence(
    browser: Client, platform: Platform, data: bytes, said: str
) -> None:
    answer = upload(browser, data)
    assert answer.status_code == 422
    assert said in Page(answer).text
    assert not Job.objects.exists()


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


def test_a_small_file_of_many_empty_lists_and_a_large_one_are_refused_before_they_are_parsed(
    browser: Client, platform: Platform
) -> None:
    for data in (b"[" + b"[]," * 500_000 + b"[]]", b"[" + b"1," * 2_500_000 + b"1]"):
        assert "The file has too many entries" in Page(upload(browser, data)).text
    assert "The file is larger than" in Page(upload(browser, b" " * (reading.LARGEST + 1))).text


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


# As CDRTool 10 writes it: numbers of customers, truths as numbers, lists that are objects, and members of its own.
CDRTOOL: dict[str, Any] = {
    "sip_domains": [{"domain": "cdr.example", "customer": 12, "reseller": 11, "changeDate": "2026-01-02 03:04:05"}],
    "sip_accounts": {
        "0": {
            "id": {"username": "31208005169", "domain": "cdr.example"},
            "firstName": "Ada",
            "lastName": "Byron",
            "email": "ada@mail.example",
            "timezone": "Europe/Paris",
            "password": "vX9-long-enough-77",
            "ha1": "",
            "ha1b": None,
            "prepaid": 0,
            "quota": "25",
            "callLimit": 2,
            "owner": 12,
            "customer": 12,
            "reseller": 11,
            "rpid": "31208005169",
            "groups": {"0": "free-pstn"},
            "acl": [{"ip": "192.0.2.0", "mask": 24, "tag": "office"}],
            "timeout": 20,
            "balance": 3.5,
            "properties": [{"name": "language", "value": "nl", "category": "", "permission": ""}],
        },
        "1": {
            "id": {"username": "bob", "domain": "CDR.example"},
            "firstName": "Bob",
            "lastName": "B",
            "email": "bob@mail.example",
            "timezone": "Europe/Paris",
            "password": "another-Good-1",
            "prepaid": 1,
            "quota": 0,
            "owner": 99,
            "groups": ["prepaid", "voicemail"],
            "acl": [],
        },
        "2": {
            "id": {"username": "eve", "domain": "cdr.example"},
            "firstName": "Eve",
            "lastName": "E",
            "email": "eve@mail.example",
            "timezone": "Europe/Paris",
            "password": "",
            "ha1": None,
            "owner": 12,
        },
    },
    "sip_aliases": [
        {
            "id": {"username": "front", "domain": "cdr.example"},
            "target": {"username": "bob", "domain": "cdr.example"},
            "owner": 12,
        }
    ],
    "voicemail_accounts": [
        {
            "sipId": {"username": "bob", "domain": "cdr.example"},
            "name": "Bob",
            "email": "bob@mail.example",
            "password": "4711",
            "options": {"delete": 1},
        }
    ],
    "customers": [
        {
            "id": 12,
            "username": "harbour",
            "reseller": 11,
            "firstName": "H",
            "lastName": "Clinic",
            "organization": "Harbour",
            "email": "harbour@mail.example",
            "credit": "0",
            "balance": 0,
            "timezone": "Europe/Paris",
            "language": "en",
            "country": "NL",
            "properties": None,
        },
        {
            "id": 11,
            "username": "meridian",
            "reseller": 11,
            "firstName": "M",
            "lastName": "Telecom",
            "organization": "Meridian",
            "email": "meridian@mail.example",
            "resellerActive": 1,
            "timezone": "Europe/Paris",
            "language": "en",
            "country": "NL",
        },
    ],
}


def test_a_domain_that_cdrtool_has_exported_is_added_updated_and_undone(browser: Client, platform: Platform) -> None:
    job = imported(browser, CDRTOOL)
    assert all_states(job) == {"done"}, reasons(job)
    harbour = platform.ngnpro.customers.find_account("harbour")
    assert harbour is not None
    account, bob = platform.account("31208005169@cdr.example"), platform.account("bob@cdr.example")
    assert (account.owner, account.quota, account.call_limit, account.prepaid) == (harbour.id, 25, 2, False)
    assert (account.groups, account.acl[0].ip) == (("free-pstn",), "192.0.2.0")
    assert account.get_property("language") == "nl"
    assert account.ha1 == digests_of_password("31208005169", "cdr.example", "vX9-long-enough-77")[0]
    assert (bob.owner, bob.prepaid) == (harbour.id, True)  # the owner of the domain, whom NGNPro chose
    assert reasons(job)["account", "eve@cdr.example"] == "It gets a new random password."
    assert reasons(job)["account", "bob@cdr.example"] == "Its owner #99 does not exist here and is left out."
    domain = platform.ngnpro.sip.find_domain("cdr.example")
    assert domain is not None
    assert domain.customer == harbour.id
    assert platform.ngnpro.sip.get_alias(SipId.parse("front@cdr.example")).owner == harbour.id
    assert platform.ngnpro.voicemail.get_account(bob.id).options.delete

    same = planned(browser, CDRTOOL)
    assert all_states(same) == {"skipped"}, [(row.key, row.changes) for row in same.rows.filter(state="ready")]
    changed = json.loads(json.dumps(CDRTOOL))
    changed["sip_accounts"]["0"] |= {"quota": 60, "groups": ["free-pstn", "sms"]}
    again = imported(browser, changed)
    assert list(again.rows.filter(state="done").values_list("key", flat=True)) == ["31208005169@cdr.example"]
    account = platform.account("31208005169@cdr.example")
    assert (account.quota, set(account.groups)) == (60, {"free-pstn", "sms"})

    for one in (again, job):
        undo = worked(Job.objects.get(pk=browser.post(f"/jobs/{one.pk}/do/", {"do": "undo"}).headers["Location"][6:-1]))
        undo = do(browser, undo, "apply", number=undo.rows.filter(verb="delete").count())
        assert all_states(undo) == {"done"}, reasons(undo)
    assert ngnpro_holds(platform.ngnpro) == []
    assert dataclasses.asdict(harbour)["id"] not in [one.id for one in platform.ngnpro.customers.iter_customers()]


def test_the_work_of_an_import_grows_with_the_length_of_the_file_and_not_faster(
    browser: Client, platform: Platform
) -> None:
    """An import that reads everything again at each step would load nine times as many rows for three times as many."""
    loaded = 0

    def count(**_named: object) -> None:
        nonlocal loaded
        loaded += 1

    costs = []
    post_init.connect(count, sender=JobRow)
    for length in (110, 330):
        loaded = 0
        platform.forget_calls()
        people = [{"address": f"user{number}@x{length}.example", "lastName": "U"} for number in range(length)]
        records = {"domain": {**MINIMAL["domain"], "domain": f"x{length}.example"}, "accounts": people}
        job = imported(browser, {**MINIMAL, **records})
        assert all_states(job) == {"done"}, reasons(job)
        costs.append((loaded, len(platform.calls)))
    post_init.disconnect(count, sender=JobRow)
    (few_rows, few_calls), (many_rows, many_calls) = costs
    assert many_rows < 4 * few_rows
    assert many_calls < 4 * few_calls
