"""Second factors of resellers and customers, and the page of their account."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import pyotp
import pytest
from django.core.management import call_command
from django.test import Client

from portal.core import sealing
from portal.people.customer_factors import add_factor, factor_of
from portal.people.factors import new_totp_key
from portal.people.models import CustomerFactor, SignInTry
from tests.support.clock import Clock
from tests.support.journal import latest
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, Platform, signed_in

ROOM, SIGN_IN, STEP = "/session/account/", "/session/sign-in/", "/session/second/"
SECRET = CUSTOMER["password"]


def login(name: str) -> dict[str, str]:
    return {"username": name, "password": SECRET}


def app_of(platform: Platform, username: str) -> pyotp.TOTP:
    """Add an unused authenticator app to a customer."""
    customer, secret = platform.ngnpro.customers.find_account(username), new_totp_key()
    assert customer is not None
    engine = platform.ngnpro.engine.name
    CustomerFactor.objects.create(
        engine=engine, customer=customer.id, login=username, sealed=sealing.seal(secret), last_step=0
    )
    return pyotp.TOTP(secret)


@pytest.mark.parametrize("name", ["meridian", "harbour"])
def test_an_app_is_added_with_the_password_and_asked_for_from_then_on(world: Platform, name: str) -> None:
    browser, other = signed_in(name, SECRET), signed_in(name, SECRET)
    assert "Your password alone" in Page(browser.get(ROOM)).text
    letters = Page(browser.get(f"{ROOM}app/")).root.xpath("//code")[0].text_content().replace(" ", "")
    app = pyotp.TOTP(letters)
    assert browser.post(f"{ROOM}app/", {"code": app.now()}).status_code == 422
    typed = {"code": app.now(), "current_password": SECRET}
    page = Page(browser.post(f"{ROOM}app/", typed, follow=True))
    assert len(page.root.xpath("//ol[@class='codes']/li")) == 10
    assert latest().operation == "addAuthenticatorApp"
    assert other.get("/domains/").status_code == 302
    assert browser.get("/domains/").status_code == 200
    assert letters not in str(list(CustomerFactor.objects.values()))

    half = Client()
    assert half.post(SIGN_IN, login(name)).headers["Location"].startswith(STEP)
    assert half.get("/domains/").headers["Location"].startswith(SIGN_IN)


def test_a_code_signs_in_once(world: Platform) -> None:
    app = app_of(world, "harbour")
    code = app.now()
    for expected in (302, 422):
        half = Client()
        half.post(SIGN_IN, login("harbour"))
        assert half.post(f"{STEP}?next=/domains/", {"code": code}).status_code == expected
    assert half.get("/domains/").status_code == 302


def test_a_recovery_code_works_in_place_of_the_app_once(world: Platform) -> None:
    browser = signed_in("harbour", SECRET)
    person = browser.session["person"]
    secret = new_totp_key()
    codes = add_factor(person, secret, pyotp.TOTP(secret).now())
    assert codes is not None
    for expected in (302, 422):
        half = Client()
        half.post(SIGN_IN, login("harbour"))
        assert half.post(STEP, {"code": codes[0].upper()}).status_code == expected
    factor = factor_of(person)
    assert factor is not None
    assert factor.codes.count() == 9


def test_wrong_codes_count_as_failed_sign_ins_and_are_locked_out(world: Platform, settings: Any) -> None:
    app_of(world, "harbour")
    settings.SIGN_IN_TRIES = 3
    half = Client()
    half.post(SIGN_IN, login("harbour"))
    answers = [half.post(STEP, {"code": "abcd-efgh"}).status_code for _try in range(4)]
    assert answers[0] == 422
    assert answers[-1] == 429
    assert SignInTry.objects.filter(name="harbour").exists()
    assert half.get("/domains/").status_code == 302


def test_the_second_step_ends_after_five_minutes(world: Platform, clock: Clock) -> None:
    app = app_of(world, "harbour")
    half = Client()
    half.post(SIGN_IN, login("harbour"))
    clock.advance(301)
    assert half.post(STEP, {"code": app.now()}).headers["Location"] == SIGN_IN
    assert half.get("/domains/").status_code == 302


def test_an_app_is_removed_with_the_password(world: Platform) -> None:
    browser = signed_in("harbour", SECRET)
    app_of(world, "harbour")
    assert browser.post(f"{ROOM}app/remove/", {"current_password": "wrong"}).status_code == 422
    assert browser.post(f"{ROOM}app/remove/", {"current_password": SECRET}).status_code == 302
    assert not CustomerFactor.objects.exists()
    assert browser.get(f"{ROOM}app/remove/").status_code == 404


def test_a_lost_factor_is_removed_by_a_command(world: Platform) -> None:
    app_of(world, "harbour")
    output = StringIO()
    call_command("remove_second_factor", "Harbour", stdout=output)
    assert re.search("signs in with the password alone", output.getvalue())
    assert signed_in("harbour", SECRET).get("/domains/").status_code == 200


def test_resellers_must_add_one_if_the_portal_requires_it(world: Platform, settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR_OF_RESELLERS = True
    reseller, customer = signed_in("meridian", SECRET), signed_in("harbour", SECRET)
    assert reseller.get("/domains/").headers["Location"] == ROOM
    assert customer.get("/domains/").status_code == 200
    app_of(world, "meridian")
    assert reseller.get("/domains/").status_code == 200
    assert reseller.post(f"{ROOM}app/remove/", {"current_password": SECRET}).status_code == 422
    assert CustomerFactor.objects.exists()


def test_subscribers_and_operators_have_other_pages(people: dict[str, Client]) -> None:
    assert people["subscriber"].get(ROOM).status_code == 404
    assert people["operator"].get(ROOM).status_code == 404


def test_a_customer_with_the_number_of_a_deleted_one_has_no_factor(browser: Client, world: Platform) -> None:
    customer = world.add_customer("Short Lived")
    app_of(world, "short.lived")
    page = f"/customers/{customer.id}/delete/"
    browser.post(page, Page(browser.get(page)).form_data() | {"name": "Short Lived"})
    assert not CustomerFactor.objects.exists()
