"""Signing in and out, the pause after too many tries, and the theme."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.operators.models import Operator
from tests.support.pages import Page
from tests.support.portal import PASSWORD, Platform

SIGN_IN = "/session/sign-in/"


def test_an_operator_signs_in_and_lands_where_he_wanted(client: Client, operator: Operator, platform: Platform) -> None:
    asked = client.get("/domains/?sort=domain")
    assert asked.headers["Location"] == "/session/sign-in/?next=/domains/%3Fsort%3Ddomain"
    answer = client.post(SIGN_IN, {"username": "ines", "password": PASSWORD, "next": "/domains/?sort=domain"})
    assert answer.headers["Location"] == "/domains/?sort=domain"
    assert "Ines Okafor" in client.get("/domains/").content.decode()


def test_a_name_is_accepted_in_any_case(client: Client, operator: Operator) -> None:
    assert client.post(SIGN_IN, {"username": "INES", "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize("login", [("ines", "wrong"), ("nobody", PASSWORD), ("ines", PASSWORD.upper())])
def test_a_wrong_login_never_says_which_half_is_wrong(
    client: Client, operator: Operator, login: tuple[str, str]
) -> None:
    answer = client.post(SIGN_IN, {"username": login[0], "password": login[1]})
    page = Page(answer)
    assert answer.status_code == 422
    assert "Name and password do not match." in page.text
    assert page.value_of("username") == login[0]
    assert login[1] not in answer.content.decode()


def test_an_operator_who_may_no_longer_sign_in_gets_the_same_answer(client: Client, operator: Operator) -> None:
    Operator.objects.update(is_active=False)
    answer = client.post(SIGN_IN, {"username": "ines", "password": PASSWORD})
    assert "Name and password do not match." in Page(answer).text


def test_after_five_failures_the_name_is_paused_there_even_with_the_right_password(
    client: Client, operator: Operator
) -> None:
    for _try in range(4):
        assert client.post(SIGN_IN, {"username": "ines", "password": "wrong"}).status_code == 422
    answer = client.post(SIGN_IN, {"username": "ines", "password": "wrong"})
    assert answer.status_code == 429
    assert "a pause of 2 minutes" in Page(answer).text
    assert client.post(SIGN_IN, {"username": "ines", "password": PASSWORD}).status_code == 429
    elsewhere = client.post(SIGN_IN, {"username": "ines", "password": PASSWORD}, REMOTE_ADDR="192.0.2.9")
    assert elsewhere.status_code == 302


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(client: Client, operator: Operator, target: str) -> None:
    answer = client.post(SIGN_IN, {"username": "ines", "password": PASSWORD, "next": target})
    assert answer.headers["Location"] == "/"


def test_signing_in_gives_a_new_session_key(client: Client, operator: Operator) -> None:
    client.get(SIGN_IN)
    client.session["seen"] = True
    before = client.session.session_key
    client.post(SIGN_IN, {"username": "ines", "password": PASSWORD})
    assert client.session.session_key != before


def test_signing_out_takes_a_post_and_ends_the_session(browser: Client, platform: Platform) -> None:
    assert browser.get("/session/sign-out/").status_code == 405
    assert browser.get("/domains/").status_code == 200
    browser.post("/session/sign-out/")
    assert browser.get("/domains/").status_code == 302


def test_an_operator_who_is_switched_off_is_out_at_once(browser: Client, platform: Platform) -> None:
    Operator.objects.update(is_active=False)
    assert browser.get("/domains/").headers["Location"].startswith(SIGN_IN)


def test_forms_without_their_proof_are_refused_kindly(operator: Operator) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(SIGN_IN, {"username": "ines", "password": PASSWORD})
    assert answer.status_code == 403
    assert "Nothing was changed" in Page(answer).text


def test_light_and_dark_are_remembered(browser: Client, platform: Platform) -> None:
    answer = browser.post("/session/theme/", {"theme": "dark", "next": "/domains/"}, follow=True)
    assert Page(answer).root.get("data-bs-theme") == "dark"
    answer = browser.post("/session/theme/", {"theme": "", "next": "/domains/"}, follow=True)
    assert Page(answer).root.get("data-bs-theme") is None
    assert browser.post("/session/theme/", {"theme": "dark", "next": "//evil.example"}).headers["Location"] == "/"
