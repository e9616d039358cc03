"""The second step of signing in."""

from __future__ import annotations

import json

import pyotp
import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from portal.people import factors, login
from portal.people.models import SignInTry
from portal.people.operators.models import Operator
from tests.support.clock import Clock
from tests.support.factors import SoftwareKey, app_of
from tests.support.pages import Page
from tests.support.portal import PASSWORD, Platform

SIGN_IN, STEP = "/session/sign-in/", "/session/second/"
LOGIN = {"username": "ines", "password": PASSWORD}


@pytest.fixture
def app(operator: Operator) -> pyotp.TOTP:
    return app_of(operator)


@pytest.fixture
def half(client: Client, app: pyotp.TOTP, platform: Platform) -> Client:
    """A browser in which the operator has entered the right password, but no second factor."""
    assert client.post(SIGN_IN, LOGIN).status_code == 302
    return client


def wrong(app: pyotp.TOTP) -> str:
    return "000000" if app.now() != "000000" else "111111"


def test_a_password_alone_opens_no_page_if_there_is_a_second_factor(
    client: Client, app: pyotp.TOTP, platform: Platform
) -> None:
    answer = client.post(SIGN_IN, {**LOGIN, "next": "/domains/?sort=domain"})
    assert answer.headers["Location"] == "/session/second/?next=%2Fdomains%2F%3Fsort%3Ddomain"
    assert client.get("/domains/").headers["Location"].startswith(SIGN_IN)
    asked = client.get(answer.headers["Location"])
    assert "Your password was right" in Page(asked).text
    signed_in = client.post(answer.headers["Location"], {"code": app.now()})
    assert signed_in.headers["Location"] == "/domains/?sort=domain"
    assert client.get("/domains/").status_code == 200


def test_a_recovery_code_works_in_place_of_the_app(half: Client, operator: Operator) -> None:
    code = factors.make_recovery_codes(operator)[0]
    assert half.post(STEP, {"code": code}).status_code == 302
    assert half.get("/domains/").status_code == 200
    assert operator.recovery_codes.count() == 9


def test_a_wrong_code_is_reported_and_opens_no_page(half: Client, app: pyotp.TOTP) -> None:
    answer = half.post(STEP, {"code": wrong(app)})
    assert answer.status_code == 422
    assert "is not valid, or was used already" in Page(answer).error_of("code")
    assert half.get("/domains/").status_code == 302
    assert half.post(STEP, {"code": app.now()}).status_code == 302


def test_nothing_typed_is_only_wrong(half: Client) -> None:
    assert half.post(STEP, {}).status_code == 422
    assert half.post(STEP, {"code": "x" * 100}).status_code == 422


def test_a_code_signs_in_once_also_in_another_browser(half: Client, app: pyotp.TOTP, operator: Operator) -> None:
    other, code = Client(), app.now()
    other.post(SIGN_IN, LOGIN)
    assert half.post(STEP, {"code": code}).status_code == 302
    assert other.post(STEP, {"code": code}).status_code == 422


def test_the_second_step_has_to_come_within_five_minutes(half: Client, app: pyotp.TOTP, clock: Clock) -> None:
    code = app.now()
    clock.advance(login.SECOND_STEP_SECONDS + 1)
    assert half.post(STEP, {"code": code}).headers["Location"] == SIGN_IN
    assert half.get(STEP).headers["Location"] == SIGN_IN
    assert half.get("/domains/").status_code == 302


def test_the_session_key_changes_at_both_steps(client: Client, app: pyotp.TOTP, platform: Platform) -> None:
    client.get(SIGN_IN)
    keys = {client.session.session_key}
    client.post(SIGN_IN, LOGIN)
    keys.add(client.session.session_key)
    client.post(STEP, {"code": app.now()})
    keys.add(client.session.session_key)
    assert len(keys) == 3
    assert login.HALF_SIGN_IN not in client.session
    assert Session.objects.count() == 1


def test_a_password_that_is_changed_meanwhile_ends_the_half_session(
    half: Client, app: pyotp.TOTP, operator: Operator
) -> None:
    operator.set_password("another-long-secret")
    operator.save()
    assert half.post(STEP, {"code": app.now()}).headers["Location"] == SIGN_IN


def test_an_operator_who_is_disabled_meanwhile_cannot_sign_in(half: Client, app: pyotp.TOTP) -> None:
    Operator.objects.update(is_active=False)
    assert half.post(STEP, {"code": app.now()}).headers["Location"] == SIGN_IN


def test_wrong_codes_pause_the_name_as_wrong_passwords_do_and_the_password_does_not_reset_that(
    client: Client, app: pyotp.TOTP, platform: Platform
) -> None:
    for _try in range(4):
        assert client.post(SIGN_IN, LOGIN).status_code == 302
        assert client.post(STEP, {"code": wrong(app)}).status_code == 422
    client.post(SIGN_IN, LOGIN)
    answer = client.post(STEP, {"code": wrong(app)})
    assert answer.status_code == 429
    assert "locked for 2 minutes" in Page(answer).text
    assert client.post(STEP, {"code": app.now()}).status_code == 429
    assert client.post(SIGN_IN, LOGIN).status_code == 429


def test_a_locked_name_cannot_finish_the_second_step(half: Client, app: pyotp.TOTP, operator: Operator) -> None:
    for _try in range(5):
        Client().post(SIGN_IN, {**LOGIN, "password": "wrong"})
    assert half.post(STEP, {"code": app.now()}).status_code == 429
    assert half.get("/domains/").status_code == 302


def test_entered_codes_are_stored_nowhere(half: Client, app: pyotp.TOTP) -> None:
    half.post(STEP, {"code": "some-recovery-code", "passkey": "proof"})
    kept = str(list(SignInTry.objects.values()))
    assert "ines" in kept
    assert "some-recovery-code" not in kept
    assert "proof" not in kept


def test_without_a_password_before_there_is_no_second_step(client: Client, app: pyotp.TOTP) -> None:
    assert client.get(STEP).headers["Location"] == SIGN_IN
    assert client.post(STEP, {"code": app.now()}).headers["Location"] == SIGN_IN


def test_a_passkey_is_proved_on_the_page(operator: Operator, platform: Platform) -> None:
    key, browser = SoftwareKey(), Client(headers={"Host": "localhost"})
    browser.force_login(operator, backend="django.contrib.auth.backends.ModelBackend")
    page = Page(browser.get("/operators/own/passkey/"))
    options = json.loads(page.root.xpath("//form/@data-options")[0])
    made = {"name": "blue key", "password": PASSWORD, "passkey": key.create(options)}
    assert browser.post("/operators/own/passkey/", made).headers["Location"] == "/operators/own/codes/"
    browser.post("/session/sign-out/")
    browser.post(SIGN_IN, LOGIN)
    options = json.loads(Page(browser.get(STEP)).root.xpath("//form/@data-options")[0])
    assert [item["type"] for item in options["allowCredentials"]] == ["public-key"]
    assert browser.post(STEP, {"code": "", "passkey": key.prove(options)}).status_code == 302
    assert browser.get("/domains/").status_code == 200


def test_signing_in_anew_forgets_a_half_session(half: Client, operator: Operator) -> None:
    Operator.objects.create_user("plain", PASSWORD)
    assert half.post(SIGN_IN, {"username": "plain", "password": PASSWORD}).headers["Location"] == "/"
    assert login.HALF_SIGN_IN not in half.session
