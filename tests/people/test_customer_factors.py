"""Second factors of resellers and customers, and the page of their account."""

from __future__ import annotations

import json
import re
from io import StringIO
from typing import Any

import pyotp
import pytest
from django.core.management import call_command
from django.test import Client

from portal.core import sealing
from portal.people.customer_factors import add_app, factor_of, renew_codes
from portal.people.factors import new_totp_key
from portal.people.models import CustomerFactor, FactorDuty, Passkey, SignInTry
from tests.support.clock import Clock
from tests.support.factors import SoftwareKey
from tests.support.journal import latest
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, PASSWORD, Platform, signed_in

ROOM, SIGN_IN, STEP = "/session/account/", "/session/sign-in/", "/session/second/"
SECRET = CUSTOMER["password"]
HOST: dict[str, Any] = {"SERVER_NAME": "localhost"}


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
    assert add_app(person, secret, pyotp.TOTP(secret).now())
    factor = factor_of(person)
    assert factor is not None
    codes = renew_codes(factor)
    for expected in (302, 422):
        half = Client()
        half.post(SIGN_IN, login("harbour"))
        assert half.post(STEP, {"code": codes[0].upper()}).status_code == expected
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


def add_key(browser: Client, key: SoftwareKey) -> Page:
    """Add a passkey on its page, and return the page that is shown then."""
    url = f"{ROOM}passkey/"
    typed = {"name": "laptop", "passkey": key.create(options_of(browser, url)), "current_password": SECRET}
    return Page(browser.post(url, typed, follow=True, **HOST))


def options_of(browser: Client, url: str) -> dict[str, Any]:
    form = Page(browser.get(url, **HOST)).root.xpath("//form[@data-passkey]")[0]
    return dict(json.loads(form.get("data-options")))


@pytest.mark.parametrize("name", ["meridian", "harbour"])
def test_a_passkey_is_added_signs_in_once_and_is_removed(world: Platform, name: str) -> None:
    browser, key = signed_in(name, SECRET), SoftwareKey()
    page = add_key(browser, key)
    assert len(page.root.xpath("//ol[@class='codes']/li")) == 10
    assert latest().operation == "addPasskey"
    half = Client()
    half.post(SIGN_IN, login(name), **HOST)
    proof = key.prove(options_of(half, STEP))
    assert half.post(STEP, {"passkey": proof}, **HOST).status_code == 302
    assert half.get("/domains/", **HOST).status_code == 200
    again = Client()
    again.post(SIGN_IN, login(name), **HOST)
    assert again.post(STEP, {"passkey": proof}, **HOST).status_code == 422
    number = CustomerFactor.objects.get().passkeys.get().pk
    assert "laptop" in Page(browser.get(ROOM)).text
    assert browser.post(f"{ROOM}passkey/{number}/remove/", {"current_password": SECRET}).status_code == 302
    assert signed_in(name, SECRET).get("/domains/").status_code == 200


def test_nobody_signs_in_with_or_removes_the_passkey_of_somebody_else(world: Platform) -> None:
    reseller, customer, key = signed_in("meridian", SECRET), signed_in("harbour", SECRET), SoftwareKey()
    add_key(reseller, key)
    add_key(customer, SoftwareKey())
    theirs = Passkey.objects.get(factor__login="meridian")
    half = Client()
    half.post(SIGN_IN, login("harbour"), **HOST)
    assert half.post(STEP, {"passkey": key.prove(options_of(half, STEP))}, **HOST).status_code == 422
    assert customer.post(f"{ROOM}passkey/{theirs.pk}/remove/", {"current_password": SECRET}).status_code == 404
    assert Passkey.objects.filter(pk=theirs.pk).exists()


def test_with_an_app_and_a_passkey_either_can_be_removed(world: Platform) -> None:
    browser = signed_in("harbour", SECRET)
    add_key(browser, SoftwareKey())
    secret = new_totp_key()
    assert add_app(browser.session["person"], secret, pyotp.TOTP(secret).now())
    assert "Your other second factors stay." in Page(browser.get(f"{ROOM}app/remove/")).text
    assert browser.post(f"{ROOM}app/remove/", {"current_password": SECRET}).status_code == 302
    left = factor_of(browser.session["person"])
    assert left is not None
    assert (left.sealed, left.passkeys.count(), left.codes.count()) == ("", 1, 10)


class TestDuties:
    @pytest.mark.parametrize(
        ("who", "held"), [("of_reseller", "meridian"), ("of_customers", "harbour")], ids=["reseller", "customers"]
    )
    def test_a_reseller_requires_one_of_themselves_or_of_their_customers(
        self, world: Platform, who: str, held: str
    ) -> None:
        people = {name: signed_in(name, SECRET) for name in ("meridian", "harbour", "lindenfunk", "oakline")}
        reseller = world.ngnpro.customers.find_account("meridian")
        assert reseller is not None
        url = f"{ROOM}second-factors/{reseller.id}/"
        assert people["meridian"].post(url, {who: "on"}).status_code == 422
        assert people["meridian"].post(url, {who: "on", "current_password": SECRET}).status_code == 302
        for name, browser in people.items():
            assert (browser.get("/domains/").status_code == 302) is (name == held), name
        assert people[held].get(f"{ROOM}sessions/").status_code in (302, 404)
        assert "requires one" in Page(people[held].get("/domains/", follow=True)).text
        key = SoftwareKey()
        add_key(people[held], key)
        assert people[held].get("/domains/").status_code == 200
        number = Passkey.objects.get().pk
        assert people[held].post(f"{ROOM}passkey/{number}/remove/", {"current_password": SECRET}).status_code == 422
        assert Passkey.objects.exists()

    def test_it_is_in_the_journal_and_others_may_not_set_it(self, world: Platform, people: dict[str, Client]) -> None:
        reseller = world.ngnpro.customers.find_account("meridian")
        assert reseller is not None
        url, typed = f"{ROOM}second-factors/{reseller.id}/", {"of_customers": "on", "current_password": SECRET}
        for person in ("customer", "another reseller", "subscriber"):
            assert people[person].post(url, typed).status_code in (403, 404), person
        assert not FactorDuty.objects.exists()
        assert people["operator"].post(url, typed | {"current_password": PASSWORD}).status_code == 302
        assert FactorDuty.objects.get().of_customers
        assert latest().operation == "requireFactor"
        text = Page(people["operator"].get(f"/journal/{latest().pk}/")).text
        assert "Second factor of customers No Yes" in text
        assert people["operator"].get(f"{ROOM}second-factors/{world.account().customer}/").status_code == 404

    def test_whoever_owes_one_cannot_lift_the_duty_first(self, world: Platform) -> None:
        browser = signed_in("meridian", SECRET)
        engine, reseller = browser.session["person"]["engine"], browser.session["person"]["customer"]
        FactorDuty.objects.create(engine=engine, reseller=reseller, of_reseller=True)
        url = f"{ROOM}second-factors/{reseller}/"
        assert browser.post(url, {"current_password": SECRET}).headers["Location"] == ROOM
        assert FactorDuty.objects.get().of_reseller

    def test_the_duty_of_a_deleted_reseller_is_forgotten(self, browser: Client, world: Platform) -> None:
        reseller = world.add_customer("Short Lived")
        FactorDuty.objects.create(engine=world.ngnpro.engine.name, reseller=reseller.id, of_customers=True)
        page = f"/customers/{reseller.id}/delete/"
        browser.post(page, Page(browser.get(page)).form_data() | {"name": "Short Lived"})
        assert not FactorDuty.objects.exists()
