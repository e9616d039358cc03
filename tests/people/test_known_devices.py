"""A sign-in from a new device or network is reported by mail; the first one and those from known ones are not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal.mail.outbox import tasks
from portal.mail.outbox.models import OutboxMessage
from portal.mail.text.models import MailChoice
from portal.people import known_devices
from portal.people.models import KnownDevice
from portal.people.operators.models import Operator
from tests.support.portal import ACCOUNT, CUSTOMER, PASSWORD, Platform

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"
NEWER = FIREFOX.replace("131", "140")
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1"
HOME, SAME_NETWORK, ABROAD = "192.0.2.7", "192.0.99.1", "198.51.100.7"


def sign_in(name: str, password: str, browser: str = FIREFOX, source: str = HOME) -> None:
    place: dict[str, Any] = {"headers": {"user-agent": browser}, "REMOTE_ADDR": source}
    answer = Client().post("/session/sign-in/", {"username": name, "password": password}, **place)
    assert answer.status_code == 302


def told() -> list[tuple[str, dict[str, Any]]]:
    return list(OutboxMessage.objects.filter(kind="new-place").values_list("recipient", "facts"))


def test_only_a_sign_in_from_a_new_place_is_mailed(world: Platform) -> None:
    sign_in("ada@example.com", ACCOUNT["password"])
    assert told() == []
    sign_in("ada@example.com", ACCOUNT["password"], PHONE, ABROAD)
    ((recipient, facts),) = told()
    assert OutboxMessage.objects.get().reseller == 1  # the resellers whose quotas count them
    assert recipient == "ada@example.com"
    assert (facts["source"], facts["browser"], facts["login"]) == (ABROAD, PHONE, "ada@example.com")
    tasks.deliver_mail(str(OutboxMessage.objects.get().pk))
    assert ABROAD in str(mail.outbox[0].body)
    sign_in("ada@example.com", ACCOUNT["password"], PHONE, ABROAD)
    assert len(told()) == 1


@pytest.mark.parametrize(("browser", "source"), [(FIREFOX, HOME), (NEWER, HOME), (FIREFOX, SAME_NETWORK)])
def test_a_newer_browser_in_a_known_network_is_not_a_new_place(world: Platform, browser: str, source: str) -> None:
    sign_in("harbour", CUSTOMER["password"])
    sign_in("harbour", CUSTOMER["password"], browser, source)
    assert told() == []


def test_customers_and_operators_are_notified_too(world: Platform, operator: Operator) -> None:
    Operator.objects.update(email="ines@mail.example")
    for name, password in (("harbour", CUSTOMER["password"]), ("ines", PASSWORD)):
        sign_in(name, password)
        sign_in(name, password, PHONE)
    assert sorted(recipient for recipient, _facts in told()) == ["harbour@example.com", "ines@mail.example"]


def test_no_mail_is_sent_without_an_address_or_if_it_is_turned_off(world: Platform, operator: Operator) -> None:
    MailChoice.objects.create(kind="new-place", is_sent=False, reseller=1, engine=world.ngnpro.gate.engine.name)
    for name, password in (("harbour", CUSTOMER["password"]), ("ines", PASSWORD)):
        sign_in(name, password)
        sign_in(name, password, PHONE)
    assert told() == []


def test_a_place_is_forgotten_after_half_a_year(world: Platform) -> None:
    sign_in("harbour", CUSTOMER["password"])
    KnownDevice.objects.update(seen_at=timezone.now() - timedelta(days=181))
    known_devices.delete_old_devices()
    assert KnownDevice.objects.count() == 0


def test_a_place_is_kept_as_a_hash() -> None:
    assert HOME not in known_devices.mark_of(HOME, FIREFOX)
    assert known_devices.mark_of("", "") != known_devices.mark_of("no address", FIREFOX)
