"""One-use links end when one of them is used, and when the person's password or e-mail address changes by any path."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client

from portal.core.viewer import Role, Viewer
from portal.core.writes import Author, Write
from portal.installed import FILES
from portal.mail.outbox.models import OutboxMessage
from portal.ngnpro import CallReport, errors
from portal.ngnpro.records import SipAccountProperty
from portal.people import links, revocation, tasks
from portal.people.models import OneUseLink
from portal.people.operators.models import FirstSignIn, Operator
from portal.people.operators.services import set_first_sign_in, set_operator_password
from portal.people.password_reset import services
from tests.support.portal import PASSWORD, Platform, signed_in
from tests.support.reset_links import answer_requests, last_mailed_link

ADA, ANOTHER = "ada@example.com", "a-quite-different-secret"


@pytest.fixture
def asked(world: Platform, operator: Operator) -> Platform:
    Operator.objects.update(email="ines@example.net")
    return world


def link_for(typed: str) -> str:
    assert services.request_password_link(typed, "192.0.2.1")
    answer_requests()
    return last_mailed_link()


def is_good(link: str) -> bool:
    return Client().get(link).status_code == 302


def refuses(browser: Client) -> bool:
    """Return whether a browser that opened a link earlier can no longer set a password with it."""
    answer = browser.post("/session/password/new/", {"new_password": ANOTHER, "again": ANOTHER})
    return answer.status_code == 404


def another_client_sets_web_password(world: Platform) -> None:
    prop = SipAccountProperty(name="web_password", value="set-elsewhere")
    world.ngnpro.sip.update_account(dataclasses.replace(world.account(), properties=(prop,)))


def another_client_sets_sip_password(world: Platform) -> None:
    world.ngnpro.sip.update_account(dataclasses.replace(world.account(), password="set-elsewhere"))


def another_client_sets_email(world: Platform) -> None:
    world.ngnpro.sip.update_account(dataclasses.replace(world.account(), email="eve@mail.example"))


def staff_sets_web_password(world: Platform) -> None:
    data = {"which": "web", "password": "set-by-the-staff"}
    answer = signed_in("ines", PASSWORD).post(f"/accounts/{ADA}/passwords/", data)
    assert answer.status_code == 302


def user_sets_web_password(world: Platform) -> None:
    data = {"which": "web", "password": "set-by-the-user", "current_password": "a-secret-of-ada"}
    answer = signed_in(ADA, "a-secret-of-ada").post(f"/accounts/{ADA}/passwords/", data)
    assert answer.status_code == 302


PATHS: list[Callable[[Platform], None]] = [
    another_client_sets_web_password,
    another_client_sets_sip_password,
    another_client_sets_email,
    staff_sets_web_password,
    user_sets_web_password,
]


@pytest.mark.parametrize("change", PATHS)
def test_a_change_by_any_path_ends_a_subscribers_links(asked: Platform, change: Callable[[Platform], None]) -> None:
    link = link_for(ADA)
    opened = Client()
    assert opened.get(link).status_code == 302
    change(asked)
    assert not is_good(link)
    assert refuses(opened)


@pytest.mark.parametrize("change", PATHS)
def test_a_change_by_any_path_ends_the_links_about_an_account(
    asked: Platform, change: Callable[[Platform], None]
) -> None:
    engine = asked.ngnpro.gate.engine.name
    made = [links.make_account_link(purpose, asked.account(), engine) for purpose in links.ACCOUNT_LINKS_PER_HOUR]
    tokens = [links.issue_token(link, asked.account()) for link in made]
    change(asked)
    found = [
        links.find_account_link(purpose, token)
        for purpose, token in zip(links.ACCOUNT_LINKS_PER_HOUR, tokens, strict=True)
    ]
    assert [link and links.account_of(link) for link in found] == [None, None]


@pytest.mark.parametrize("values", [{"password": "set-elsewhere-now"}, {"email": "eve@mail.example"}])
def test_a_change_made_outside_the_portal_ends_a_customers_link(asked: Platform, values: dict[str, str]) -> None:
    link = link_for("harbour")
    opened = Client()
    assert opened.get(link).status_code == 302
    customer = asked.ngnpro.customers.find_account("harbour")
    assert customer is not None
    asked.ngnpro.customers.update_account(dataclasses.replace(customer, **values))
    assert not is_good(link)
    assert refuses(opened)


@pytest.mark.parametrize("field", ["password", "email"])
def test_an_operators_link_ends_with_the_password_and_the_address_that_it_was_written_for(
    asked: Platform, operator: Operator, field: str
) -> None:
    link = link_for("ines")
    opened = Client()
    assert opened.get(link).status_code == 302
    operator.refresh_from_db()
    if field == "password":
        set_operator_password(operator, ANOTHER)
    else:
        Operator.objects.update(email="eve@mail.example")
    assert not is_good(link)
    assert refuses(opened)


def test_an_invitation_ends_when_the_address_of_the_operator_changes(asked: Platform) -> None:
    new = Operator.objects.create_user("nora", None, email="nora@example.net")
    set_first_sign_in(new, FirstSignIn.MAIL)
    answer_requests()
    link = last_mailed_link()
    assert is_good(link)
    Operator.objects.filter(pk=new.pk).update(email="eve@mail.example")
    assert not is_good(link)


def test_no_link_is_written_to_an_address_that_the_person_has_left(asked: Platform) -> None:
    assert services.request_password_link(ADA, "192.0.2.1")
    for pk in services.pending_requests():
        tasks.answer_link_request(pk)
    another_client_sets_email(asked)
    answer_requests()
    assert mail.outbox == []
    message = OutboxMessage.objects.get()
    assert (message.state, message.error) == (
        OutboxMessage.State.FAILED,
        "The mail cannot be written: None of the links is still valid.",
    )


def test_a_mail_that_is_written_again_does_not_revive_a_link_that_has_ended(asked: Platform) -> None:
    link_for(ADA)
    another_client_sets_web_password(asked)
    OutboxMessage.objects.update(state=OutboxMessage.State.QUEUED)
    answer_requests()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(("error", "ends"), [(errors.Uncertain, True), (errors.NotPermitted, False)])
def test_an_uncertain_change_ends_links_and_a_refused_one_does_not(
    asked: Platform, error: type[errors.NgnproError], ends: bool
) -> None:
    link = link_for(ADA)
    account = asked.account()
    author = Author(Viewer(Role.OPERATOR, login="ines"))
    call = CallReport(asked.ngnpro.gate.engine.name, "Sip", "updateAccount", 0.1, "not ok")
    failed = error(0, "no") if issubclass(error, errors.Refusal) else error("no")
    wanted = dataclasses.replace(account, email="eve@mail.example")
    revocation.end_outdated_sessions(None, Write(author, account, wanted, calls=[call], error=failed))
    assert is_good(link) is not ends


def test_a_link_about_an_account_of_one_server_leaves_that_of_another_server(asked: Platform) -> None:
    first = links.make_account_link(OneUseLink.Purpose.REMOVAL, asked.account(), "")
    OneUseLink.objects.update(engine="another")
    links.make_account_link(OneUseLink.Purpose.REMOVAL, asked.account(), "")
    first.refresh_from_db()
    assert first.used_at is None
    with links.account_link_lock(OneUseLink.Purpose.REMOVAL, ADA, "") as may_make:
        assert may_make


def test_using_one_link_ends_all_links_of_the_same_person(asked: Platform) -> None:
    link_for(ADA)
    link_for(ADA)
    link_for("harbour")
    first, second, other = OneUseLink.objects.order_by("created_at")
    assert links.spend_link(first)
    assert not links.spend_link(second)
    assert links.spend_link(other)


PARALLEL = """
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
call_command("migrate", "identity", verbosity=0)
from portal.people import links
from portal.people.models import OneUseLink
soon = timezone.now() + timedelta(minutes=5)
def use(link):
    try:
        return links.spend_link(link)
    finally:
        connection.close()
for turn in range(10):
    same = {"role": "subscriber", "subject": f"ada{turn}@example.com", "expires_at": soon}
    pairs = [OneUseLink.objects.create(purpose="forgotten", **same) for _ in range(4)] * 2
    others = [OneUseLink.objects.create(purpose="removal", **same) for _ in range(4)] * 2
    with ThreadPoolExecutor(8) as pool:
        print(sum(pool.map(use, pairs)), sum(pool.map(use, others)))
"""


def test_a_link_used_many_times_at_once_works_once(tmp_path: Path) -> None:
    """Eight threads use four links of one person, two threads per link; the database is a file, as in production."""
    environment = os.environ | {
        "PORTAL_VAR": str(tmp_path),
        "PORTAL_SECRET_KEY": "only-for-tests-" + "k" * 50,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", PARALLEL],
        env=environment,
        cwd=FILES,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout.splitlines() == ["1 1"] * 10, done.stderr
