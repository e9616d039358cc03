"""Whatever is written to NGNPro is in the journal, once, with how it ended."""

from __future__ import annotations

import io
from contextlib import ExitStack
from typing import Any

import pytest
import requests
from django.db import OperationalError, connection
from django.http import Http404
from django.test import Client

from portal.core import service
from portal.core.auth import Role, Viewer
from portal.core.writes import Author, Writes
from portal.journal.models import JournalEntry
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import SipId
from tests.support.journal import changes, latest
from tests.support.pages import Page
from tests.support.portal import Platform

ACCOUNT = {
    "username": "ada",
    "domain": "example.com",
    "first_name": "Ada",
    "last_name": "Byron",
    "email": "ada@mail.example",
    "timezone": "Europe/London",
    "groups": ["free-pstn"],
}


def edit(browser: Client, page: str, **typed: Any) -> Any:
    """Open an edit page, change some fields and send it."""
    return browser.post(page, Page(browser.get(page)).form_data() | typed)


def writes(source: str = "192.0.2.7") -> Writes:
    return Writes(Author(Viewer(Role.OPERATOR, "Ines Okafor", "ines"), source))


def ngnpro_of(made: Writes) -> Ngnpro:
    return Ngnpro(service.engine(), on_call=made.note)


def unreachable(environ: object, start_response: object) -> list[bytes]:
    """Answer nothing, as a host does that is switched off: no call reaches it."""
    raise requests.ConnectTimeout


def losing(operation: str, app: Any) -> Any:
    """Let NGNPro do everything, and lose the answers of one operation."""

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(body)
        answered = list(app(environ, start_response))
        if operation.encode() in body:
            raise requests.ConnectionError
        return answered

    return answer


def test_adding_a_domain_is_journalled_with_who_when_and_from_where(browser: Client, platform: Platform) -> None:
    browser.post("/domains/add/", {"domain": "example.com"}, REMOTE_ADDR="192.0.2.1")
    entry = latest()
    assert JournalEntry.objects.count() == 1
    assert (entry.author.role, entry.author.login, entry.author.name) == ("operator", "ines", "Ines Okafor")
    assert entry.source == "192.0.2.1"
    assert (entry.port, entry.operation, entry.action) == ("Sip", "addDomain", "add")
    assert (entry.kind, entry.key, entry.result) == ("domain", "example.com", "done")
    assert changes(entry) == {"domain": (None, "example.com")}


def test_editing_a_domain_is_journalled_with_the_changed_fields_only(browser: Client, platform: Platform) -> None:
    platform.add_domain("example.com", match_ip_address="192.0.2.9")
    edit(browser, "/domains/example.com/edit/", match_ip_address="192.0.2.10", verify_cert="on")
    entry = latest()
    assert JournalEntry.objects.count() == 1
    assert (entry.operation, entry.action, entry.result) == ("updateDomain", "edit", "done")
    assert changes(entry) == {"match_ip_address": ("192.0.2.9", "192.0.2.10"), "verify_cert": (False, True)}


def test_deleting_a_domain_is_journalled_with_what_it_was_and_what_went_with_it(
    browser: Client, platform: Platform
) -> None:
    owner = platform.add_customer()
    platform.add_domain("example.com", customer=owner.id)
    platform.add_account("ada@example.com")
    browser.post("/domains/example.com/delete/", {"name": "example.com"})
    entry = latest()
    assert JournalEntry.objects.count() == 1
    assert (entry.operation, entry.action, entry.key) == ("deleteDomain", "delete", "example.com")
    assert changes(entry)["customer"] == (owner.id, None)
    assert [1, "Accounts"] in entry.gone


def test_adding_editing_and_deleting_an_account_make_one_entry_each(browser: Client, platform: Platform) -> None:
    platform.add_domain("example.com")
    browser.post("/accounts/add/", ACCOUNT)
    edit(browser, "/accounts/ada@example.com/edit/", last_name="King", groups=["anonymous"], language="nl")
    browser.post("/accounts/ada@example.com/delete/", {"name": "ada@example.com"})
    entries = list(JournalEntry.objects.order_by("pk"))
    assert [(entry.operation, entry.key, entry.result) for entry in entries] == [
        ("addAccount", "ada@example.com", "done"),
        ("updateAccount", "ada@example.com", "done"),
        ("deleteAccount", "ada@example.com", "done"),
    ]
    assert entries[0].title == "Ada Byron"
    assert changes(entries[0])["groups"] == (None, ["free-pstn"])
    edited = changes(entries[1])
    assert edited["lastName"] == ("Byron", "King")
    assert edited["groups"] == (["free-pstn"], ["anonymous"])
    assert edited["properties.language"][0] is None
    assert edited["properties.language"][1]["value"] == "nl"
    assert set(edited) == {"lastName", "groups", "properties.language"}
    assert changes(entries[2])["email"] == ("ada@mail.example", None)


def test_what_ngnpro_stored_counts_not_what_was_sent(browser: Client, platform: Platform) -> None:
    platform.add_domain("example.com")
    browser.post("/accounts/add/", ACCOUNT | {"email": "Ada@Mail.example"})
    assert changes(latest())["email"] == (None, "ada@mail.example")


def test_saving_without_a_change_is_journalled_as_such(browser: Client, platform: Platform) -> None:
    platform.add_domain("example.com")
    edit(browser, "/domains/example.com/edit/")
    assert (latest().operation, latest().changes) == ("updateDomain", [])


def test_a_refusal_is_journalled_with_its_code_and_what_was_meant(browser: Client, platform: Platform) -> None:
    platform.add_domain("example.com")
    browser.post("/domains/add/", {"domain": "example.com"})
    entry = latest()
    assert (entry.operation, entry.result, entry.code) == ("addDomain", "refused", 1001)
    assert changes(entry) == {"domain": (None, "example.com")}


def test_a_refused_deletion_is_journalled(browser: Client, platform: Platform) -> None:
    platform.add_domain("example.com")
    made = writes()
    record = platform.ngnpro.sip.find_domain("example.com")
    platform.ngnpro.sip.delete_domain("example.com")
    with pytest.raises(errors.Missing), made.change(record):
        ngnpro_of(made).sip.delete_domain("example.com")
    assert (latest().operation, latest().result, latest().code) == ("deleteDomain", "refused", 1000)


def test_an_outage_is_journalled_as_nothing_changed(browser: Client, platform: Platform) -> None:
    browser.get("/domains/add/")
    platform.adapter.app = unreachable
    browser.post("/domains/add/", {"domain": "example.com"})
    assert (latest().operation, latest().result, latest().code) == ("addDomain", "outage", None)


def test_a_lost_answer_that_cannot_be_looked_up_is_uncertain(browser: Client, platform: Platform) -> None:
    browser.get("/domains/add/")
    platform.cut()
    browser.post("/domains/add/", {"domain": "example.com"})
    assert (latest().operation, latest().result) == ("addDomain", "uncertain")


def test_a_lost_answer_that_proves_to_be_done_is_done(browser: Client, platform: Platform) -> None:
    browser.get("/domains/add/")
    platform.adapter.app = losing("addDomain", platform.server.app)
    browser.post("/domains/add/", {"domain": "example.com"})
    assert (latest().operation, latest().result) == ("addDomain", "done")


def test_what_fails_its_form_is_not_journalled(browser: Client, platform: Platform) -> None:
    browser.post("/domains/add/", {"domain": "exa mple"})
    browser.get("/domains/")
    assert not JournalEntry.objects.exists()


def test_a_write_that_no_page_announced_is_journalled_all_the_same(platform: Platform) -> None:
    platform.add_domain("example.com")
    platform.add_account("ada@example.com")
    made = writes()
    ngnpro_of(made).sip.delete_account(SipId.parse("ada@example.com"))
    entry = latest()
    assert (entry.port, entry.operation, entry.result) == ("Sip", "deleteAccount", "done")
    assert (entry.kind, entry.key, entry.changes, entry.author.login) == ("", "", [], "ines")


def test_a_refused_write_that_no_page_announced_has_its_code(platform: Platform) -> None:
    made = writes()
    with pytest.raises(errors.Missing):
        ngnpro_of(made).sip.delete_domain("nowhere.example")
    assert (latest().operation, latest().result, latest().code) == ("deleteDomain", "refused", 1000)


def test_a_lost_write_that_no_page_announced_is_uncertain(platform: Platform) -> None:
    made = writes()
    platform.cut()
    with pytest.raises(errors.Outage):
        ngnpro_of(made).sip.delete_domain("nowhere.example")
    assert latest().result == "uncertain"


def test_reading_is_not_journalled(platform: Platform) -> None:
    made = writes()
    ngnpro_of(made).sip.get_domains()
    assert not JournalEntry.objects.exists()


def test_several_calls_of_one_change_are_one_entry_that_names_them(platform: Platform) -> None:
    platform.add_domain("example.com")
    before = platform.add_account("ada@example.com")
    made = writes()
    ngnpro = ngnpro_of(made)
    with made.change(before, before) as write:
        ngnpro.sip.add_to_group(before.id, "anonymous")
        write.stored = ngnpro.sip.update_account(platform.account())
    entry = latest()
    assert JournalEntry.objects.count() == 1
    assert [call[1] for call in entry.calls] == ["addToGroup", "updateAccount"]
    assert changes(entry) == {"groups": ([], ["anonymous"])}


def test_a_change_of_which_a_later_call_fails_is_partly_done(platform: Platform) -> None:
    platform.add_domain("example.com")
    before = platform.add_account("ada@example.com")
    made = writes()
    ngnpro = ngnpro_of(made)

    def twice() -> None:
        with made.change(before, before):
            ngnpro.sip.add_to_group(before.id, "anonymous")
            ngnpro.sip.add_to_group(before.id, "anonymous")

    with pytest.raises(errors.AlreadyExists):
        twice()
    assert (latest().result, latest().code) == ("partly", 1030)


def test_changes_of_several_records_by_one_call_have_an_entry_each(platform: Platform) -> None:
    platform.add_domain("example.com")
    one, other = platform.add_account("ada@example.com"), platform.add_account("bob@example.com")
    made = writes()
    with made.changes([made.of(one, None), made.of(other, None)]):
        ngnpro_of(made).sip.delete_domain("example.com")
    keys = {(entry.key, entry.operation, entry.result) for entry in JournalEntry.objects.all()}
    assert keys == {("ada@example.com", "deleteDomain", "done"), ("bob@example.com", "deleteDomain", "done")}


def test_what_is_no_record_is_journalled_by_names_and_values(platform: Platform) -> None:
    platform.add_domain("example.com")
    platform.add_account("ada@example.com")
    made = writes()
    about = ("account", "ada@example.com")
    with made.change({"groups": ()}, {"groups": ("anonymous",)}, about=about):
        ngnpro_of(made).sip.add_to_group(SipId.parse("ada@example.com"), "anonymous")
    assert (latest().kind, latest().key, latest().operation) == (*about, "addToGroup")
    assert changes(latest()) == {"groups": ([], ["anonymous"])}


def test_what_is_no_write_can_be_made_known(platform: Platform) -> None:
    platform.add_domain("example.com")
    account = platform.add_account("ada@example.com")
    writes().tell("showPassword", account)
    entry = latest()
    assert (entry.operation, entry.key, entry.action, entry.result) == ("showPassword", "ada@example.com", "", "done")


def test_what_the_portal_itself_changes_is_journalled_by_its_name(platform: Platform) -> None:
    with writes().change(
        {"may_change": True}, {"may_change": False}, about=("operator", "bert"), deed="updateOperator"
    ):
        pass
    entry = latest()
    assert (entry.kind, entry.key, entry.operation, entry.action) == ("operator", "bert", "updateOperator", "edit")
    assert (entry.result, changes(entry)) == ("done", {"may_change": (True, False)})


def test_a_change_that_calls_nothing_leaves_no_entry(platform: Platform) -> None:
    domain = platform.add_domain("example.com")
    with writes().change(domain, domain):
        assert JournalEntry.objects.count() == 1
    assert not JournalEntry.objects.exists()


def test_a_page_that_breaks_before_its_call_leaves_no_entry(platform: Platform) -> None:
    domain = platform.add_domain("example.com")
    with pytest.raises(Http404), writes().change(domain, domain):
        raise Http404
    assert not JournalEntry.objects.exists()


def test_a_portal_that_breaks_during_a_change_leaves_it_broken_off(platform: Platform) -> None:
    domain = platform.add_domain("example.com")
    made = writes()

    def breaks() -> None:
        with made.change(domain, domain):
            ngnpro_of(made).sip.update_domain(domain)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        breaks()
    assert latest().result == "broken off"


def test_the_entry_is_there_before_the_call_is_made(platform: Platform) -> None:
    domain = platform.add_domain("example.com")
    made = writes()
    with made.change(domain):
        entry = latest()
        assert (entry.operation, entry.key, entry.result) == ("deleteDomain", "example.com", "broken off")
        ngnpro_of(made).sip.delete_domain("example.com")
    assert latest().result == "done"


def full_disk(execute: Any, sql: str, *rest: Any) -> Any:
    """Fail what writes entries, as a database does whose disk is full."""
    if sql.startswith(("INSERT", "UPDATE")) and "journal_journalentry" in sql:
        raise OperationalError("database or disk is full")
    return execute(sql, *rest)


def test_nothing_is_written_to_ngnpro_while_the_journal_cannot_be(browser: Client, platform: Platform) -> None:
    browser.raise_request_exception = False
    with connection.execute_wrapper(full_disk):
        answer = browser.post("/domains/add/", {"domain": "example.com"})
    assert answer.status_code == 500
    assert platform.ngnpro.sip.find_domain("example.com") is None


def test_a_journal_that_fails_afterwards_hides_no_answer(platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    domain = platform.add_domain("example.com")
    made = writes()
    with ExitStack() as disk, made.change(domain):
        ngnpro_of(made).sip.delete_domain("example.com")
        disk.enter_context(connection.execute_wrapper(full_disk))
    assert latest().result == "broken off"
    assert "could not note how entry" in caplog.text


def test_an_address_that_is_none_is_left_out(platform: Platform) -> None:
    domain = platform.add_domain("example.com")
    writes("unix:").tell("showPassword", domain)
    assert latest().source is None


def test_behind_a_proxy_the_browsers_address_is_noted(browser: Client, platform: Platform, settings: Any) -> None:
    settings.PROXIES = 1
    browser.post("/domains/add/", {"domain": "example.com"}, headers={"X-Forwarded-For": "203.0.113.9"})
    assert latest().source == "203.0.113.9"


def test_an_operator_who_acts_keeps_his_name(people: dict[str, Client], world: Platform) -> None:
    browser = people["operator"]
    harbour = world.ngnpro.customers.find_account("harbour")
    assert harbour is not None
    browser.post("/session/act/", {"customer": str(harbour.id)})
    browser.post("/session/act/change/")
    browser.post("/domains/add/", {"domain": "new.example"})
    entry = latest()
    assert (entry.key, entry.result, entry.author.name) == ("new.example", "done", "Ines Okafor")
    assert (entry.acting_customer, entry.acting_name) == (harbour.id, "Harbour")


def test_resellers_and_customers_are_named_with_their_own_ids(people: dict[str, Client], world: Platform) -> None:
    edit(people["customer"], "/accounts/ada@example.com/edit/", last_name="King")
    author = latest().author
    harbour = world.ngnpro.customers.find_account("harbour")
    assert harbour is not None
    assert (author.role, author.login, author.customer) == ("customer", "harbour", harbour.id)
