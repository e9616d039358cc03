"""No write is missed: writes that no page announced, changes in several calls, and portals that crash in between."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.http import Http404
from django.test import Client

from portal.journal.models import JournalEntry
from portal.ngnpro import errors
from portal.ngnpro.records import SipId
from tests.support.journal import changes, latest, ngnpro_of, writes
from tests.support.portal import Platform


def test_a_write_outside_of_a_page_is_journalled(platform: Platform) -> None:
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


def test_changes_without_a_record_are_journalled_by_names_and_values(platform: Platform) -> None:
    platform.add_domain("example.com")
    platform.add_account("ada@example.com")
    made = writes()
    about = ("account", "ada@example.com")
    with made.change({"groups": ()}, {"groups": ("anonymous",)}, about=about):
        ngnpro_of(made).sip.add_to_group(SipId.parse("ada@example.com"), "anonymous")
    assert (latest().kind, latest().key, latest().operation) == (*about, "addToGroup")
    assert changes(latest()) == {"groups": ([], ["anonymous"])}


def test_an_entry_can_be_made_without_a_write(platform: Platform) -> None:
    platform.add_domain("example.com")
    account = platform.add_account("ada@example.com")
    writes().record_operation("showPassword", account)
    entry = latest()
    assert (entry.operation, entry.key, entry.action, entry.result) == ("showPassword", "ada@example.com", "", "done")


def test_changes_by_the_portal_itself_are_journalled_under_its_name(platform: Platform) -> None:
    with writes().change(
        {"may_change": True}, {"may_change": False}, about=("operator", "bert"), operation="updateOperator"
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
    """Fail each statement that writes entries, as a database with a full disk does."""
    if sql.startswith(("INSERT", "UPDATE")) and "journal_journalentry" in sql:
        raise OperationalError("database or disk is full")
    return execute(sql, *rest)


def test_nothing_is_written_to_ngnpro_while_the_journal_cannot_be(browser: Client, platform: Platform) -> None:
    browser.raise_request_exception = False
    with connection.execute_wrapper(full_disk):
        answer = browser.post("/domains/add/", {"domain": "example.com"})
    assert answer.status_code == 503
    assert "Nothing was changed." in answer.content.decode()
    assert platform.ngnpro.sip.find_domain("example.com") is None


def test_a_journal_that_fails_afterwards_hides_no_answer(platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    domain = platform.add_domain("example.com")
    made = writes()
    with ExitStack() as disk, made.change(domain):
        ngnpro_of(made).sip.delete_domain("example.com")
        disk.enter_context(connection.execute_wrapper(full_disk))
    assert latest().result == "broken off"
    assert "could not note how entry" in caplog.text
