"""Secrets that the portal makes or receives are in no log, and in its database only as hashes or encrypted.

``tests/e2e/test_canary.py`` follows passwords through the processes; here are all other secrets.
"""

from __future__ import annotations

import csv
import io
import ipaddress
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core import mail, serializers
from django.core.management import call_command
from django.test import Client

from portal.mail.outbox.models import OutboxMessage
from portal.mail.outbox.tasks import deliver_mail
from portal.ngnpro.records import VoucherBatch
from portal.people.links import hash_of_token
from tests.support.api import make_token
from tests.support.pages import Page
from tests.support.portal import ACCOUNT, PASSWORD, Platform

ADA = "ada@example.com"
CHOSEN = "Canary-of-the-file-4711"
ENROLLED = "nine-Canary-bottles-hang"


def database() -> str:
    """Return all data of the portal's own tables; those of sessions are decoded."""
    tables = [serializers.serialize("json", model._default_manager.all()) for model in apps.get_models()]
    sessions = apps.get_model("sessions", "Session")
    return "".join([*tables, *(str(one.get_decoded()) for one in sessions._default_manager.all())])


@pytest.fixture
def authority(settings: Any, tmp_path: Path) -> None:
    """An authority that issues client certificates."""
    settings.CLIENT_CA_FILE = str(tmp_path / "authority.pem")
    call_command("make_client_authority", settings.CLIENT_CA_FILE, stdout=io.StringIO())
    settings.CLIENT_CERTIFICATE_HEADER = "X-Client-Certificate"
    settings.CERTIFICATE_PROXIES = [ipaddress.ip_network("192.0.2.1/32")]


def api_token(people: dict[str, Client], _world: Platform) -> str:
    api = make_token(people["operator"])
    assert api.get("domains").status_code == 200
    return str(api.secret)


def phone_link(people: dict[str, Client], _world: Platform) -> str:
    url, browser = f"/accounts/{ADA}/softphone/automatic/", people["subscriber"]
    browser.post(f"{url}link/", {"kind": "linphone", "mac": "", "current_password": ACCOUNT["password"]})
    (code,) = Page(browser.get(url)).root.xpath("//code[@id='phone-link']")
    token = str(code.text).rstrip("/").rpartition("/")[2]
    assert Client().get(f"/accounts/softphone/settings/{token}").status_code == 200
    return token


def file_password(people: dict[str, Client], _world: Platform) -> str:
    typed = {"name": "laptop", "file_password": CHOSEN, "current_password": ACCOUNT["password"]}
    assert people["subscriber"].post(f"/accounts/{ADA}/programs/certificates/add/", typed).status_code == 200
    return CHOSEN


def voucher_number(people: dict[str, Client], world: Platform) -> str:
    world.ngnpro.sip.update_account(replace(world.account(), prepaid=True))
    batch = world.ngnpro.watch.add_voucher_batch(VoucherBatch(name="canary", value=5.0, count=1))
    answer: Any = people["operator"].post(f"/vouchers/{batch.id}/export/", {"current_password": PASSWORD})
    (row,) = csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
    number = row["Secret number"]
    assert people["operator"].post("/vouchers/find/", {"number": number}).status_code == 200
    for status in (302, 422):  # the second time, NGNPro refuses it
        card = {"id": row["Serial number"], "number": number}
        assert people["subscriber"].post(f"/accounts/{ADA}/credit/voucher/", card).status_code == status
    return number


def register(world: Platform, settings: Any, tmp_path: Path) -> None:
    file = tmp_path / "enrolment.ini"
    file.write_text("[example.com]\nreseller = 1\n")
    settings.ENROLMENT_FILE = str(file)
    person = {"email": "grace@mail.example", "display_name": "Grace Hopper", "username": "grace", "password": ENROLLED}
    assert Client().post("/sip_enrollment.phtml", person).json()["success"] is True


@pytest.mark.usefixtures("authority")
@pytest.mark.parametrize("make", [api_token, phone_link, file_password, voucher_number])
def test_a_secret_is_in_no_log_and_no_table(
    make: Any, people: dict[str, Client], world: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    secret = make(people, world)
    assert len(secret) >= 14
    assert secret not in caplog.text
    assert secret not in database()


def test_the_password_and_the_link_of_a_registration_are_in_no_log_and_no_table(
    world: Platform, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    register(world, settings, tmp_path)
    (message,) = OutboxMessage.objects.filter(kind="confirm-registration")
    deliver_mail(str(message.pk))
    (token,) = re.findall(r"/registration/link/([\w-]+)", str(mail.outbox[-1].body))
    assert hash_of_token(token) in database()
    for step in ("waiting", "confirmed"):
        if step == "confirmed":
            browser = Client()
            assert browser.get(f"/registration/link/{token}/", follow=True).status_code == 200
            assert browser.post("/registration/confirm/").status_code == 200
        for secret in (ENROLLED, token):
            assert secret not in database(), step
    assert ENROLLED not in caplog.text
    assert token not in caplog.text


def test_the_search_of_the_database_finds_what_is_there(world: Platform, people: dict[str, Client]) -> None:
    people["operator"].post(f"/accounts/{ADA}/edit/", {"last_name": "x"})
    assert "ines" in database()
