"""Customers of a reseller sign in with the reseller's provider, at the reseller's host name only."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from portal.core import sealing
from portal.mail.text.models import MailBrand
from portal.ngnpro.records import CustomerAccount
from portal.people.operators.models import Operator
from portal.people.single_sign_on.models import ResellerProvider
from portal.people.tokens.models import ApiToken
from portal.people.viewers import PERSON
from tests.support import journal
from tests.support.api import make_token
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, PASSWORD, Platform, signed_in
from tests.support.sign_on import SECRET, START, Forger, forger, sign_on, use_for_operators

SETTINGS, HOST = "/session/sso/settings/", "voice.example.com"
AT_HOST = {"HTTP_HOST": HOST}
pytestmark = pytest.mark.real


@pytest.fixture
def reseller(platform: Platform) -> CustomerAccount:
    return platform.add_customer("Harbour Voice", reseller_active=True)


@pytest.fixture
def customer(platform: Platform, reseller: CustomerAccount) -> CustomerAccount:
    return platform.add_customer("Harbour Clinic", reseller=reseller.id, email="bo@clinic.example")


@pytest.fixture
def provider(settings: Any, reseller: CustomerAccount) -> Iterator[Forger]:
    """The reseller's provider, at which Bo of the clinic signs in."""
    settings.ALLOWED_HOSTS, settings.SSO_NETWORKS = ["*"], [ip_network("127.0.0.0/8")]
    with forger() as found:
        found.claims = {"sub": "bo", "email": "Bo@clinic.example", "email_verified": True, "groups": ["clinic"]}
        MailBrand.objects.create(engine="ngnpro", reseller=reseller.id, name="Harbour", host=HOST)
        ResellerProvider.objects.create(
            engine="ngnpro",
            reseller=reseller.id,
            name="Harbour ID",
            issuer=found.url,
            client_id="portal",
            sealed=sealing.seal(SECRET),
            reseller_groups="owners\nstaff",
            customer_groups="clinic",
        )
        cache.clear()
        yield found


def test_a_customer_signs_in_without_a_password_and_ngnpro_gives_them_their_own_rights_only(
    client: Client, provider: Forger, customer: CustomerAccount, platform: Platform, reseller: CustomerAccount
) -> None:
    platform.add_domain("clinic.example", customer=customer.id, reseller=reseller.id)
    platform.add_domain("foreign.example", customer=reseller.id, reseller=reseller.id)
    assert sign_on(client, provider, "/domains/", **AT_HOST).headers["Location"] == "/domains/"
    shown = client.get("/domains/", **AT_HOST).content.decode()
    assert "clinic.example" in shown
    assert "foreign.example" not in shown
    assert client.get("/operators/", **AT_HOST).status_code == 404
    assert client.get("/domains/foreign.example/", **AT_HOST).status_code == 404
    assert client.session[PERSON]["sealed"] == ""
    requests = [str(request.body) for request in platform.adapter.requests]
    assert re.search(rf"<impersonate[^>]*>{customer.id}</impersonate>", requests[-1])


def test_what_a_customer_changes_is_in_the_journal_as_theirs(
    client: Client, provider: Forger, customer: CustomerAccount
) -> None:
    sign_on(client, provider, **AT_HOST)
    entry = journal.latest()
    assert (entry.operation, entry.author.role) == ("signInWithProvider", "customer")
    assert (entry.author.login, entry.key) == (customer.username, "Harbour ID")


def test_a_member_of_the_reseller_s_group_signs_in_as_the_reseller(
    client: Client, provider: Forger, customer: CustomerAccount, reseller: CustomerAccount
) -> None:
    provider.claims |= {"groups": ["staff"], "email_verified": False}
    assert sign_on(client, provider, **AT_HOST).status_code == 302
    assert (client.session[PERSON]["role"], client.session[PERSON]["customer"]) == ("reseller", reseller.id)
    assert "Harbour Clinic" in client.get("/customers/all/", **AT_HOST).content.decode()


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"email_verified": False}, "e-mail address is verified"),
        ({"groups": ["others"]}, "in none of the groups"),
        ({"email": "nobody@clinic.example"}, "no single customer"),
        ({"email": "other@example.com"}, "no single customer"),  # a customer of another reseller
        ({"email": "harbour.voice@example.com"}, "no single customer"),  # the reseller itself
        ({"email": "%"}, "no single customer"),
        ({"email": "clinic.example"}, "no single customer"),
    ],
)
def test_a_reseller_s_provider_signs_in_nobody_but_their_customers(
    client: Client, provider: Forger, customer: CustomerAccount, platform: Platform, claims: dict[str, Any], said: str
) -> None:
    platform.add_customer("Other Clinic", email="other@example.com")
    provider.claims |= claims
    answer = sign_on(client, provider, **AT_HOST)
    assert answer.status_code == 403
    assert said in Page(answer).text
    assert client.get("/domains/", **AT_HOST).status_code == 302


def test_two_customers_with_the_same_e_mail_address_are_not_confused(
    client: Client, provider: Forger, customer: CustomerAccount, platform: Platform, reseller: CustomerAccount
) -> None:
    platform.add_customer("Second Clinic", reseller=reseller.id, email="bo@clinic.example")
    assert sign_on(client, provider, **AT_HOST).status_code == 403


def test_customers_can_be_recognized_by_their_username(
    client: Client, provider: Forger, customer: CustomerAccount
) -> None:
    ResellerProvider.objects.update(match="preferred_username")
    provider.claims |= {"preferred_username": customer.username, "email_verified": False}
    assert sign_on(client, provider, **AT_HOST).status_code == 302
    assert client.session[PERSON]["customer"] == customer.id


def test_the_button_is_on_the_pages_of_that_reseller_only(client: Client, provider: Forger, settings: Any) -> None:
    assert "Sign in with Harbour ID" in Page(client.get("/session/sign-in/", **AT_HOST)).text
    assert "Harbour ID" not in Page(client.get("/session/sign-in/")).text
    use_for_operators(settings, "https://login.example.com")
    assert "Sign in with Example" in Page(client.get("/session/sign-in/")).text
    assert "Example" not in Page(client.get("/session/sign-in/", **AT_HOST)).text
    ResellerProvider.objects.update(is_active=False)
    assert client.get(START, **AT_HOST).status_code == 404


def test_a_sign_in_begun_at_a_reseller_s_pages_cannot_end_at_those_of_the_operators(
    client: Client, provider: Forger, operator: Operator, settings: Any
) -> None:
    use_for_operators(settings, provider.url)
    Operator.objects.update(email="bo@clinic.example")
    provider.claims |= {"groups": ["noc"]}
    url = provider.answer(client.get(START, **AT_HOST).headers["Location"])
    answer = client.get(url.partition(HOST)[2])
    assert answer.status_code == 403
    assert client.get("/operators/").status_code == 302


def test_a_provider_in_a_private_network_is_not_asked_unless_a_setting_allows_it(
    client: Client, provider: Forger, settings: Any
) -> None:
    settings.SSO_NETWORKS = []
    cache.clear()
    answer = client.get(START, **AT_HOST)
    assert answer.status_code == 503
    ResellerProvider.objects.update(issuer=provider.url.replace("http://127.0.0.1", "https://localhost"))
    answer = client.get(START, **AT_HOST)
    assert answer.status_code == 503
    assert "is an address of a private network" in Page(answer).text


def test_endpoints_in_a_private_network_are_not_asked_either(client: Client, provider: Forger, settings: Any) -> None:
    settings.SSO_NETWORKS = [ip_network("127.0.0.1/32")]
    provider.metadata = {"token_endpoint": provider.url.replace("127.0.0.1", "127.0.0.2") + "/token"}
    answer = sign_on(client, provider, **AT_HOST)
    assert answer.status_code == 503
    assert "is an address of a private network" in Page(answer).text


def test_whoever_signed_in_with_a_provider_makes_and_resumes_no_token_because_none_could_have_their_login(
    client: Client, provider: Forger, customer: CustomerAccount
) -> None:
    own = signed_in(customer.username, CUSTOMER["password"])
    make_token(own, CUSTOMER["password"])
    ApiToken.objects.update(pause="login")
    before = ApiToken.objects.get()
    provider.claims |= {"auth_time": int(time.time())}  # just asked, which confirms that it is the person
    sign_on(client, provider, **AT_HOST)
    refused = client.post("/tokens/add/", {"name": "CRM", "access": "read", "days": "30"}, **AT_HOST)
    assert refused.status_code == 422
    assert "Sign in with your password" in Page(refused).text
    client.post(f"/tokens/{before.pk}/resume/", **AT_HOST)
    after = ApiToken.objects.get()
    assert (after.sealed, after.pause) == (before.sealed, "login")


def _typed(**values: str) -> dict[str, str]:
    usual = {"name": "Clinic ID", "issuer": "https://login.example.com", "client_id": "portal", "match": "email"}
    return {**usual, "groups_claim": "groups", "is_active": "on", "current_password": CUSTOMER["password"], **values}


def test_a_reseller_sets_their_provider_whose_secret_is_stored_encrypted_and_never_shown(
    reseller: CustomerAccount, settings: Any
) -> None:
    browser = signed_in(reseller.username, CUSTOMER["password"])
    assert browser.post(SETTINGS, _typed(client_secret=SECRET, current_password="wrong")).status_code == 422
    assert browser.post(SETTINGS, _typed(client_secret=SECRET)).status_code == 302
    row = ResellerProvider.objects.get()
    assert (row.reseller, row.name, sealing.unseal(row.sealed)) == (reseller.id, "Clinic ID", SECRET)
    assert SECRET not in row.sealed + journal.everything() + browser.get(SETTINGS).content.decode()
    assert journal.latest().operation == "setProvider"
    assert browser.post(SETTINGS, _typed(name="Clinic")).status_code == 302
    assert sealing.unseal(ResellerProvider.objects.get().sealed) == SECRET
    assert browser.post(SETTINGS, _typed(issuer="https://evil.example")).status_code == 302
    assert ResellerProvider.objects.get().sealed == ""  # it is not sent to another provider


@pytest.mark.parametrize(
    "issuer", ["http://login.example.com", "https://10.0.0.1/", "https://[::1]", "https://a:b@login.example.com", "x"]
)
def test_an_issuer_that_is_private_or_plain_is_refused(reseller: CustomerAccount, issuer: str) -> None:
    browser = signed_in(reseller.username, CUSTOMER["password"])
    assert browser.post(SETTINGS, _typed(issuer=issuer)).status_code == 422
    assert not ResellerProvider.objects.exists()


def test_a_customer_and_an_operator_for_nobody_set_no_provider(customer: CustomerAccount, operator: Operator) -> None:
    browser = signed_in(customer.username, CUSTOMER["password"])
    assert browser.get(SETTINGS).status_code == 404
    assert browser.post(SETTINGS, _typed()).status_code == 404
    browser = signed_in("ines", PASSWORD)
    assert "act for one" in Page(browser.get(SETTINGS)).text
    assert browser.post(SETTINGS, _typed(current_password=PASSWORD)).status_code == 404
    assert not ResellerProvider.objects.exists()


def test_the_provider_of_a_deleted_reseller_is_deleted_with_them(
    provider: Forger, reseller: CustomerAccount, operator: Operator
) -> None:
    browser = signed_in("ines", PASSWORD)
    asked = Page(browser.get(f"/customers/{reseller.id}/delete/"))
    assert "Provider for single sign-on" in asked.text
    assert browser.post(f"/customers/{reseller.id}/delete/", {"confirm": "yes"}).status_code == 302
    assert not ResellerProvider.objects.exists()
