"""Sender domains: proved by DNS or confirmed by an operator, limited for each reseller, off by default."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import dns.resolver
import pytest
from django.db import IntegrityError
from django.db.models import F
from django.test import Client

from portal.journal.models import JournalEntry
from portal.mail.tasks import sweep_sender_domains
from portal.mail.templates import senders
from portal.mail.text.brand import brand_of
from portal.mail.text.models import SenderDomain
from portal.ngnpro.records import CustomerProperty
from tests.support.pages import Page
from tests.support.portal import Platform

PAGE = "/mail/templates/senders/"
OURS = "Meridian <noreply@portal.example>"
THEIRS = "Meridian <help@meridian.example>"


@pytest.fixture
def meridian(world: Platform, settings: Any) -> Platform:
    """A platform whose resellers have a support address and may have two sender domains each."""
    settings.DEFAULT_FROM_EMAIL = "Portal <noreply@portal.example>"
    settings.MAIL_SENDER_DOMAINS = 2
    support = CustomerProperty(name="support_email", value="help@meridian.example")
    for reseller in (1, 3):
        world.ngnpro.customers.set_properties(reseller, [support])
    return world


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The TXT records in DNS, by name."""
    records: dict[str, list[str]] = {}

    class Record:
        def __init__(self, text: str) -> None:
            self.strings = [text[:20].encode(), text[20:].encode()]

    def answer(_resolver: object, name: str, kind: str, **_options: object) -> list[Record]:
        assert kind == "TXT"
        if name not in records:
            raise dns.resolver.NXDOMAIN
        return [Record(text) for text in records[name]]

    monkeypatch.setattr(dns.resolver.Resolver, "resolve", answer)
    return records


def add(browser: Client, domain: str = "meridian.example") -> Any:
    return browser.post(PAGE, {"add": "yes", "domain": domain})


def act(browser: Client, action: str, domain: str = "meridian.example") -> Any:
    row = SenderDomain.objects.filter(domain=domain).first()
    return browser.post(PAGE, {"action": action, "key": row.pk if row else "0"}, follow=True)


def sender(reseller: int = 1) -> str:
    return brand_of("", reseller).sender


def test_off_by_default_no_reseller_sends_from_their_own_address(
    people: dict[str, Client], meridian: Platform, settings: Any
) -> None:
    add(people["reseller"])
    act(people["operator"], "confirm")
    assert sender() == THEIRS
    settings.MAIL_SENDER_DOMAINS = 0
    assert sender() == OURS
    assert brand_of("", 1).reply_to() == ["help@meridian.example"]
    assert "switched off" in Page(people["reseller"].get(PAGE)).text
    assert add(people["reseller"], "more.example").status_code == 422


def test_the_setting_is_off_by_default() -> None:
    from django.conf import settings

    assert settings.MAIL_SENDER_DOMAINS == 0


def test_a_domain_counts_once_dns_has_the_record_that_the_page_names(
    people: dict[str, Client], meridian: Platform, zone: dict[str, list[str]]
) -> None:
    browser = people["reseller"]
    assert add(browser).status_code == 302
    name, value = (str(text) for text in Page(browser.get(PAGE)).root.xpath("//td/code/text()"))
    assert name == "_ngnpro-portal.meridian.example"
    assert "DNS does not have the record" in act(browser, "check").content.decode()
    zone[f"{name}."] = ["something else"]
    assert "DNS does not have the record" in act(browser, "check").content.decode()
    assert sender() == OURS
    zone[f"{name}."] += [value]
    assert "Verified by DNS" in act(browser, "check").content.decode()
    assert sender() == THEIRS
    act(browser, "remove")
    assert sender() == OURS


def wait(time: timedelta) -> None:
    """Move the time since when the record is missing into the past."""
    SenderDomain.objects.update(lost_at=F("lost_at") - time)


@pytest.fixture
def proved(people: dict[str, Client], meridian: Platform, zone: dict[str, list[str]]) -> dict[str, list[str]]:
    """The DNS records that have verified a domain."""
    add(people["reseller"])
    name, value = senders.record_of(SenderDomain.objects.get())
    zone[f"{name}."] = [value]
    act(people["reseller"], "check")
    assert sender() == THEIRS
    return zone


def test_a_domain_without_its_record_for_a_day_is_no_longer_verified_and_says_why(
    people: dict[str, Client], proved: dict[str, list[str]]
) -> None:
    kept = dict(proved)
    proved.clear()
    sweep_sender_domains()
    assert sender() == THEIRS
    assert "If it is not back within a day" in Page(people["reseller"].get(PAGE)).text
    wait(timedelta(hours=25))
    sweep_sender_domains()
    assert sender() == OURS
    text = Page(people["reseller"].get(PAGE)).text
    assert "Not verified" in text
    assert "DNS no longer has the record" in text
    proved.update(kept)
    assert "DNS no longer has" not in act(people["reseller"], "check").content.decode()
    assert sender() == THEIRS


def test_a_record_that_comes_back_within_a_day_changes_nothing(proved: dict[str, list[str]]) -> None:
    kept = dict(proved)
    proved.clear()
    sweep_sender_domains()
    proved.update(kept)
    sweep_sender_domains()
    wait(timedelta(days=3))
    assert SenderDomain.objects.get().lost_at is None
    assert sender() == THEIRS


def test_while_dns_does_not_answer_and_where_an_operator_confirmed_nothing_changes(
    people: dict[str, Client], proved: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise dns.resolver.LifetimeTimeout(timeout=3.0, errors=[])

    with monkeypatch.context() as patched:
        patched.setattr(dns.resolver.Resolver, "resolve", fail)
        sweep_sender_domains()
    assert SenderDomain.objects.get().lost_at is None
    act(people["operator"], "withdraw")
    act(people["operator"], "confirm")
    proved.clear()
    sweep_sender_domains()
    assert SenderDomain.objects.get().lost_at is None
    assert sender() == THEIRS


def test_the_dns_record_of_one_reseller_does_not_confirm_another(
    people: dict[str, Client], meridian: Platform, zone: dict[str, list[str]]
) -> None:
    for browser in (people["reseller"], people["another reseller"]):
        add(browser)
    mine, other = SenderDomain.objects.order_by("reseller")
    name, value = senders.record_of(mine)
    zone[f"{name}."] = [value]
    senders.check_dns(mine)
    with pytest.raises(senders.SenderDomainError):
        senders.check_dns(other)
    assert sender(3) == "Lindenfunk <noreply@portal.example>"


def test_an_operator_confirms_and_withdraws_the_domains_of_all_and_a_reseller_does_not(
    people: dict[str, Client], meridian: Platform
) -> None:
    add(people["reseller"])
    assert act(people["reseller"], "confirm").status_code == 404
    assert act(people["another reseller"], "remove").status_code == 404
    assert act(people["another reseller"], "check").status_code == 404
    assert people["read-only operator"].post(PAGE, {"action": "confirm", "key": "1"}).status_code == 403
    assert sender() == OURS
    assert "Confirmed by ines" in act(people["operator"], "confirm").content.decode()
    assert sender() == THEIRS
    act(people["operator"], "withdraw")
    assert sender() == OURS
    told = list(JournalEntry.objects.filter(kind="mail").order_by("pk").values_list("operation", "key"))
    assert told == [
        (action, "meridian.example") for action in ("addSenderDomain", "confirmSenderDomain", "withdrawSenderDomain")
    ]


def test_a_reseller_has_a_limited_number_of_domains_and_none_twice(
    people: dict[str, Client], meridian: Platform
) -> None:
    browser = people["reseller"]
    assert add(browser).status_code == 302
    assert "on the list already" in Page(add(browser)).error_of("domain")
    assert add(browser, "second.example").status_code == 302
    answer = add(browser, "third.example")
    assert answer.status_code == 422
    assert SenderDomain.objects.count() == 2
    assert add(people["another reseller"], "third.example").status_code == 302


def test_two_domains_at_the_same_moment_do_not_share_a_place(meridian: Platform) -> None:
    SenderDomain.objects.create(engine="e", reseller=1, domain="one.example", slot=0)
    with pytest.raises(IntegrityError):
        SenderDomain.objects.create(engine="e", reseller=1, domain="two.example", slot=0)


def test_a_domain_of_another_address_changes_nothing(people: dict[str, Client], meridian: Platform) -> None:
    for domain in ("example", "other.example", "sub.meridian.example"):
        SenderDomain.objects.all().delete()
        add(people["reseller"], domain)
        act(people["operator"], "confirm", domain)
        assert sender() == OURS


def test_an_invalid_domain_is_refused(people: dict[str, Client], meridian: Platform) -> None:
    assert add(people["reseller"], "a..b").status_code == 422
    assert SenderDomain.objects.count() == 0
