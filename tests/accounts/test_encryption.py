"""No clear text of a SIP password leaves the portal where the engine, the reseller or the customer stores none.

The messages are read as they go from the portal to NGNPro.
"""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.jobs.models import Job
from portal.ngnpro.gate import Gate
from portal.ngnpro.hashes import has_password, hashed_password
from portal.ngnpro.records import CustomerProperty, SipAccount
from tests.accounts.phones import test_set_up
from tests.jobs.test_account_actions import downloaded
from tests.jobs.test_generating import WISH, passwords
from tests.support.jobs import do, plan, worked
from tests.support.pages import Page
from tests.support.portal import ACCOUNT, Connect, Platform

TYPED = "Quay-canary-71-harbour"
ADA = "ada@example.com"
PERSON = {
    "first_name": "Ada",
    "last_name": "Byron",
    "email": "ada@mail.example",
    "timezone": "Europe/London",
    "owner": "",
}
SET = "/accounts/ada@example.com/passwords/"
SHEET = "id,firstName,lastName,email,timezone,password\n"

# A way to a new password: it returns the account's address and the password.
Path = Callable[[Platform, dict[str, Client]], tuple[str, str]]


def wire_of(platform: Platform) -> str:
    """Return all messages so far, without the logins in their headers; batches are unpacked."""
    bodies = [request.body for request in platform.adapter.requests]
    texts = [body if isinstance(body, str) else bytes(body or b"").decode() for body in bodies]
    return html.unescape("".join(text.partition("Header>")[2].partition("Header>")[2] or text for text in texts))


def added(platform: Platform, people: dict[str, Client]) -> tuple[str, str]:
    data = PERSON | {"domain": "example.com", "username": "new", "password": TYPED, "naming": ""}
    assert people["operator"].post("/accounts/add/", data).status_code == 302
    return "new@example.com", TYPED


def numbered(platform: Platform, people: dict[str, Client]) -> tuple[str, str]:
    data = PERSON | {"domain": "example.com", "username": "", "password": TYPED, "naming": "server"}
    answer = people["operator"].post("/accounts/add/", data)
    return answer.headers["Location"].split("/")[2], TYPED


def edited(platform: Platform, people: dict[str, Client]) -> tuple[str, str]:
    url = "/accounts/ada@example.com/edit/"
    page = Page(people["operator"].get(url))
    marks = {name: page.field(name).get("value", "") for name in ("digest", "opened")}
    typed = PERSON | marks | {"timeout": "35", "password": TYPED}
    assert people["operator"].post(url, typed).status_code == 302
    return ADA, TYPED


def set_on_the_page(platform: Platform, people: dict[str, Client]) -> tuple[str, str]:
    assert people["customer"].post(SET, {"which": "sip", "password": TYPED}).status_code == 302
    return ADA, TYPED


def set_by_the_subscriber(platform: Platform, people: dict[str, Client]) -> tuple[str, str]:
    data = {"which": "sip", "password": TYPED, "current_password": ACCOUNT["password"]}
    assert people["subscriber"].post(SET, data).status_code == 302
    return ADA, TYPED


def set_by_a_link(platform: Platform, people: dict[str, Client]) -> tuple[str, str]:
    phone = test_set_up.scanned(test_set_up.link_for(people["subscriber"]))
    page = Page(phone.post(test_set_up.PHONE, {"password": ""}, follow=True))
    (shown,) = page.root.xpath("//code[@id='setting-password']/text()")
    return ADA, str(shown)


def set_in_bulk(platform: Platform, people: dict[str, Client]) -> tuple[str, str]:
    job = do(
        people["operator"],
        plan(people["operator"], "accounts:list", "password", {"address": [ADA]}, hand_out="file"),
        "apply",
    )
    return ADA, downloaded(people["operator"], job)[ADA]


def imported(platform: Platform, people: dict[str, Client]) -> tuple[str, str]:
    content = f"{SHEET}new@example.com,Eve,Byron,eve@mail.example,Europe/London,{TYPED}\n"
    file = SimpleUploadedFile("list.csv", content.encode())
    answer = people["operator"].post("/jobs/import/account/", {"file": file, "mode": "update"})
    do(people["operator"], worked(Job.objects.get(pk=answer.headers["Location"].split("/")[2])), "apply")
    return "new@example.com", TYPED


def generated(platform: Platform, people: dict[str, Client]) -> tuple[str, str]:
    assert people["operator"].post("/jobs/generate/", WISH | {"count": "1", "with_numbers": ""}).status_code == 302
    job = do(people["operator"], worked(Job.objects.get()), "apply")
    ((address, password),) = passwords(people["operator"], job).items()
    return address, password


PATHS: tuple[Path, ...] = (
    added,
    numbered,
    edited,
    set_on_the_page,
    set_by_the_subscriber,
    set_by_a_link,
    set_in_bulk,
    imported,
    generated,
)


def off_for_engine(platform: Platform, connect: Connect) -> None:
    engine = dataclasses.replace(platform.ngnpro.engine, store_clear_text_passwords=False)
    connect(Gate(engine, platform.ngnpro.gate._session))


def off_for(username: str, value: str) -> Callable[[Platform, Connect], None]:
    def switch_off(platform: Platform, _connect: Connect) -> None:
        customer = platform.ngnpro.customers.find_account(username)
        assert customer is not None
        off = CustomerProperty(name="store_clear_text_passwords", value=value)
        platform.ngnpro.customers.set_properties(customer.id, [off])

    return switch_off


OFF = {
    "engine": off_for_engine,
    "reseller": off_for("meridian", "0"),
    "customer": off_for("harbour", "false"),
}


@pytest.fixture(params=OFF)
def encrypting(request: pytest.FixtureRequest, world: Platform, connect: Connect) -> Platform:
    OFF[request.param](world, connect)
    return world


@pytest.mark.parametrize("path", PATHS)
def test_only_hashes_leave_the_portal(encrypting: Platform, people: dict[str, Client], path: Path) -> None:
    encrypting.forget_calls()
    address, password = path(encrypting, people)
    stored = encrypting.account(address)
    assert has_password(stored, password)
    wire = wire_of(encrypting)
    assert hashed_password(stored.id, password) in wire
    assert password not in wire


@pytest.mark.parametrize("path", PATHS)
def test_clear_text_leaves_it_where_it_is_stored(world: Platform, people: dict[str, Client], path: Path) -> None:
    world.forget_calls()
    address, password = path(world, people)
    assert has_password(world.account(address), password)
    assert password in wire_of(world)


def test_a_web_password_in_clear_text_is_hashed_as_well(encrypting: Platform) -> None:
    account = encrypting.account().with_property("web_password", TYPED)
    encrypting.forget_calls()
    gate = Gate(
        dataclasses.replace(encrypting.ngnpro.engine, store_clear_text_passwords=False),
        encrypting.ngnpro.gate._session,
    )
    type(encrypting.ngnpro)(gate.engine, session=gate._session).sip.update_account(account)
    assert TYPED not in wire_of(encrypting)
    assert encrypting.account().get_property("web_password") == hashed_password(account.id, TYPED)


def test_a_domain_and_its_customers_are_looked_at_once_for_many_passwords(world: Platform) -> None:
    world.forget_calls()
    for number in range(3):
        account: Any = SipAccount(id=dataclasses.replace(world.account().id, username=f"many{number}"), password=TYPED)
        world.ngnpro.sip.add_account(account)
    assert world.calls.count("addAccount") == 3
    assert world.calls.count("getDomains") == 1
    assert world.calls.count("getProperties") == 2


def test_if_the_hash_is_refused_a_numbered_account_is_deleted_again(
    encrypting: Platform, people: dict[str, Client]
) -> None:
    encrypting.refuse("updateAccount")
    data = PERSON | {"domain": "example.com", "username": "", "password": TYPED, "naming": "server"}
    assert people["operator"].post("/accounts/add/", data).status_code == 422
    encrypting.mend()
    assert [str(one.id) for one in encrypting.ngnpro.sip.get_accounts() if one.id.domain == "example.com"] == [ADA]
