"""Signing in and out, the lockout after too many attempts, and the theme."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from ngnpro_server.config import Platform as PlatformSection
from portal.ngnpro.records import CustomerProperty, SipAccountProperty
from portal.people.operators.models import Operator
from portal.people.sessions import session_hash
from tests.support.api import make_token
from tests.support.jobs import do, plan
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, PASSWORD, Platform, signed_in
from tests.support.server import make_server

SIGN_IN = "/session/sign-in/"
pytestmark = pytest.mark.usefixtures("platform")


def test_after_signing_in_an_operator_lands_on_the_requested_page(
    client: Client, operator: Operator, platform: Platform
) -> None:
    asked = client.get("/domains/?sort=domain")
    assert asked.headers["Location"] == "/session/sign-in/?next=/domains/%3Fsort%3Ddomain"
    answer = client.post(SIGN_IN, {"username": "ines", "password": PASSWORD, "next": "/domains/?sort=domain"})
    assert answer.headers["Location"] == "/domains/?sort=domain"
    assert "Ines Okafor" in client.get("/domains/").content.decode()


def test_a_name_is_accepted_in_any_case(client: Client, operator: Operator) -> None:
    assert client.post(SIGN_IN, {"username": "INES", "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize("login", [("ines", "wrong"), ("nobody", PASSWORD), ("ines", PASSWORD.upper())])
def test_a_wrong_login_never_says_which_half_is_wrong(
    client: Client, operator: Operator, platform: Platform, login: tuple[str, str]
) -> None:
    answer = client.post(SIGN_IN, {"username": login[0], "password": login[1]})
    page = Page(answer)
    assert answer.status_code == 422
    assert "Name and password do not match." in page.text
    assert page.value_of("username") == login[0]
    assert login[1] not in answer.content.decode()


def test_an_operator_who_may_no_longer_sign_in_gets_the_same_answer(
    client: Client, operator: Operator, platform: Platform
) -> None:
    Operator.objects.update(is_active=False)
    answer = client.post(SIGN_IN, {"username": "ines", "password": PASSWORD})
    assert "Name and password do not match." in Page(answer).text


def test_after_five_failures_the_name_is_paused_there_even_with_the_right_password(
    client: Client, operator: Operator, platform: Platform
) -> None:
    for _try in range(4):
        assert client.post(SIGN_IN, {"username": "ines", "password": "wrong"}).status_code == 422
    answer = client.post(SIGN_IN, {"username": "ines", "password": "wrong"})
    assert answer.status_code == 429
    assert "locked for 2 minutes" in Page(answer).text
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


def test_a_disabled_operator_is_signed_out_at_once(browser: Client, platform: Platform) -> None:
    Operator.objects.update(is_active=False)
    assert browser.get("/domains/").headers["Location"].startswith(SIGN_IN)


def test_forms_without_a_csrf_token_are_refused_with_an_explanation(operator: Operator) -> None:
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


def people_of(platform: Platform, **values: Any) -> None:
    customer = platform.add_customer("Harbour Clinic")
    platform.add_domain("example.com", customer=customer.id, reseller=customer.reseller)
    platform.add_account("ada@example.com", owner=customer.id, **values)


def signs_in(name: str, password: str) -> bool:
    return Client().post(SIGN_IN, {"username": name, "password": password}).status_code == 302


def test_a_customer_signs_in_with_their_ngnpro_login(platform: Platform, operator: Operator) -> None:
    people_of(platform)
    browser = signed_in("harbour.clinic", "secret-of-customer")
    assert "Harbour Clinic" in browser.get("/domains/").content.decode()
    assert Page(browser.get("/domains/")).rows()[0][0] == "example.com"
    assert not signs_in("harbour.clinic", "wrong")
    assert not signs_in("harbour.clinic", "")


def test_a_customers_password_is_in_no_cookie_and_no_session_row_in_clear(platform: Platform) -> None:
    people_of(platform)
    browser = signed_in("harbour.clinic", "secret-of-customer")
    cookies = " ".join(morsel.value for morsel in browser.cookies.values())
    rows = str(Session.objects.get(pk=session_hash(browser.session.session_key)).get_decoded())
    assert "secret-of-customer" not in cookies + rows


def test_a_changed_password_ends_the_customers_session_at_the_next_call(platform: Platform) -> None:
    people_of(platform)
    browser = signed_in("harbour.clinic", "secret-of-customer")
    customer = platform.ngnpro.customers.find_account("harbour.clinic")
    assert customer is not None
    platform.ngnpro.customers.update_account(dataclasses.replace(customer, password="another-secret"))
    answer = browser.get("/domains/", follow=True)
    assert answer.redirect_chain[0][0].startswith(SIGN_IN)
    assert "Please sign in again" in answer.content.decode()
    assert browser.get("/domains/").status_code == 302


HASHED = hashlib.md5(b"ada:example.com:web-secret", usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(
    ("web_password", "works", "fails"),
    [
        ("", ["a-secret-of-ada"], ["", "wrong"]),
        ("web-secret", ["web-secret"], ["", "a-secret-of-ada", "WEB-SECRET"]),
        (f"{HASHED}:{'0' * 32}", ["web-secret"], ["", "a-secret-of-ada", f"{HASHED}:{'0' * 32}", HASHED]),
    ],
)
def test_subscribers_sign_in_with_their_web_password_or_else_the_sip_password(
    platform: Platform, operator: Operator, web_password: str, works: list[str], fails: list[str]
) -> None:
    properties = (SipAccountProperty(name="web_password", value=web_password),) if web_password else ()
    people_of(platform, properties=properties)
    for password in works:
        assert signs_in("ada@example.com", password)
        assert signs_in("sip:ADA@Example.com", password)
    for password in fails:
        assert not signs_in("ada@example.com", password)
    assert not signs_in("nobody@example.com", "")
    assert not signs_in("@", works[0])


def test_a_subscriber_of_a_platform_with_clear_text_signs_in(
    platform: Platform, tmp_path_factory: pytest.TempPathFactory
) -> None:
    section = PlatformSection(store_clear_text_passwords=True)
    platform.adapter.app = make_server(tmp_path_factory.mktemp("clear"), platform=section).app
    people_of(platform)
    assert signs_in("ada@example.com", "a-secret-of-ada")
    assert not signs_in("ada@example.com", "wrong")


def test_subscribers_land_on_their_own_account(platform: Platform) -> None:
    people_of(platform)
    answer = signed_in("ada@example.com", "a-secret-of-ada").get("/", follow=True)
    assert answer.redirect_chain == [("/accounts/ada@example.com/home/", 302)]
    assert "/accounts/ada@example.com/edit/" not in answer.content.decode()


def test_a_customer_is_paused_after_too_many_failures_as_operators_are(platform: Platform) -> None:
    people_of(platform)
    client = Client()
    for _try in range(5):
        client.post(SIGN_IN, {"username": "harbour.clinic", "password": "wrong"})
    answer = client.post(SIGN_IN, {"username": "harbour.clinic", "password": "secret-of-customer"})
    assert answer.status_code == 429


def test_during_an_outage_operators_sign_in_and_others_see_why_they_cannot(
    platform: Platform, operator: Operator
) -> None:
    platform.cut()
    assert signs_in("ines", PASSWORD)
    answer = Client().post(SIGN_IN, {"username": "harbour.clinic", "password": "secret-of-customer"})
    assert answer.status_code == 503
    assert "NGNPro does not answer" in Page(answer).text


def test_signing_in_as_someone_else_leaves_nothing_of_the_first(platform: Platform, operator: Operator) -> None:
    people_of(platform)
    browser = signed_in("harbour.clinic", "secret-of-customer")
    browser.session["once x"] = "y"
    browser.post(SIGN_IN, {"username": "ines", "password": PASSWORD})
    assert "person" not in browser.session
    assert "Operator" in browser.get("/domains/").content.decode()


class TestUsingTheRightsOfAnother:
    @pytest.fixture
    def deputy(self, platform: Platform) -> Client:
        """A customer who uses the rights of their reseller."""
        rights = tuple(CustomerProperty(name=name, value="1") for name in ("pstn_access", "pstn_changes"))
        reseller = platform.add_customer("North", reseller_active=True)
        platform.ngnpro.customers.set_properties(reseller.id, list(rights))
        platform.add_customer("Deputy", reseller=reseller.id, impersonate=reseller.id)
        platform.add_domain("example.com", customer=reseller.id, reseller=reseller.id)
        platform.add_account("ada@example.com")
        return signed_in("deputy", CUSTOMER["password"])

    def test_a_deputy_of_the_reseller_opens_and_changes_what_the_reseller_may(
        self, deputy: Client, platform: Platform
    ) -> None:
        for page in ("/customers/all/", "/customers/add/", "/lcr/carriers/", "/enum/ranges/add/"):
            assert deputy.get(page).status_code == 200, page
        data = Page(deputy.get("/accounts/ada@example.com/edit/")).form_data()
        assert deputy.post("/accounts/ada@example.com/edit/", data | {"quota": "30"}).status_code == 302
        assert platform.account().quota == 30

    def test_their_jobs_and_programs_have_the_rights_of_the_reseller(self, deputy: Client, platform: Platform) -> None:
        job = plan(deputy, "accounts:list", "quota", {"address": ["ada@example.com"]}, value="25")
        do(deputy, job, "apply")
        assert platform.account().quota == 25
        program = make_token(deputy, CUSTOMER["password"])
        assert program.patch("accounts/ada@example.com", {"quota": 30}).status_code == 200
        assert platform.account().quota == 30

    def test_their_own_password_still_is_theirs(self, deputy: Client, platform: Platform) -> None:
        own = platform.ngnpro.customers.find_account("deputy")
        assert own
        assert "Your current password" in Page(deputy.get(f"/customers/{own.id}/edit/")).text

    def test_a_session_from_before_an_update_that_names_no_holder_has_only_its_own_rights(
        self, platform: Platform
    ) -> None:
        platform.add_customer("Deputy", reseller=platform.add_customer("North", reseller_active=True).id)
        browser = signed_in("deputy", CUSTOMER["password"])
        session = browser.session
        del session["person"]["holder"]
        session.save()
        assert "Deputy" in browser.get("/domains/").content.decode()
        assert browser.get("/customers/add/").status_code == 404

    def test_a_server_that_leaves_it_to_its_clients_is_called_with_the_other_login(self, platform: Platform) -> None:
        reseller = platform.add_customer("North", reseller_active=True)
        deputy = platform.add_customer("Deputy", reseller=reseller.id)

        def say_whose_rights(found: dict[str, Any]) -> dict[str, Any]:
            for account in found["accounts"]:
                account["impersonate"] = reseller.id if account["id"] == deputy.id else 0
            return found

        platform.change_answer("getCustomers", say_whose_rights)
        browser = signed_in("deputy", CUSTOMER["password"])
        assert browser.get("/customers/add/").status_code == 200
        platform.forget_calls()
        browser.get("/domains/")
        names = re.findall(rb"<username[^>]*>([^<]*)<", platform.adapter.requests[0].body)
        assert names[0] == b"north"
