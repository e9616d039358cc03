"""Operators sign in with their provider: the flow, who they are, what their groups let them do, and forged answers."""

from __future__ import annotations

import logging
import time
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from django.test import Client

from portal.people.operators.models import Operator
from portal.people.single_sign_on.models import OperatorLink
from tests.support import journal
from tests.support.factors import app_of
from tests.support.pages import Page
from tests.support.portal import PASSWORD
from tests.support.sign_on import BACK, SECRET, START, Forger, mock_provider, path_of, sign_on, use_for_operators

SIGN_IN = "/session/sign-in/"
pytestmark = [pytest.mark.real, pytest.mark.usefixtures("platform")]


def test_a_real_provider_signs_in_an_operator_who_is_added_then_with_code_pkce_state_and_nonce(
    client: Client, operator: Operator, settings: Any, tmp_path: Path
) -> None:
    with mock_provider(tmp_path) as provider:
        use_for_operators(settings, provider.url)
        provider.know("a1", email="anna@example.com", email_verified=True, name="Anna Lind", groups=["noc"])
        assert "Sign in with Example" in Page(client.get(SIGN_IN)).text
        begun = client.get(START, {"next": "/domains/"})
        asked = parse_qs(urlsplit(begun.headers["Location"]).query)
        assert asked["response_type"] == ["code"]
        assert asked["code_challenge_method"] == ["S256"]
        assert len(asked["state"][0]) == len(asked["nonce"][0]) == 43
        assert asked["redirect_uri"] == ["http://testserver/session/sso/back/"]
        back = path_of(provider.answer(begun.headers["Location"], "a1"))
        answer = client.get(back)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/domains/")
        assert "Anna Lind" in client.get("/domains/").content.decode()
        anna = Operator.objects.get(email="anna@example.com")
        assert (anna.username, anna.is_full, anna.has_usable_password()) == ("anna@example.com", True, False)
        assert client.get(back).status_code == 403  # the code and the state were used
        client.post("/session/sign-out/")
        assert f"{provider.url}/oauth2/end_session?client_id=portal" in client.get(
            "/session/sso/signed-out/"
        ).content.decode().replace("&amp;", "&")


def test_the_journal_says_who_was_added_and_with_which_provider_they_signed_in(
    client: Client, provider: Forger
) -> None:
    assert sign_on(client, provider).status_code == 302
    signed, added = journal.JournalEntry.objects.select_related("author").order_by("-pk")[:2]
    assert (signed.operation, signed.author.login, signed.key) == ("signInWithProvider", "anna", "Example")
    assert (added.operation, added.author.name, added.key) == ("addOperator", "Example", "anna")
    assert journal.changes(added)["may_change"] == (None, True)


def test_an_operator_is_recognized_by_the_e_mail_address_and_from_then_on_by_the_subject(
    client: Client, operator: Operator, provider: Forger
) -> None:
    Operator.objects.update(email="Anna@example.com")
    assert sign_on(client, provider).status_code == 302
    assert OperatorLink.objects.get().operator == operator
    provider.claims |= {"email": "other@example.com"}
    sign_on(Client(), provider)
    assert Operator.objects.count() == 1
    provider.claims |= {"sub": "2", "email": "anna@example.com"}
    refused = sign_on(Client(), provider)
    assert "belongs to another person" in Page(refused).text


def test_the_groups_decide_about_permissions_at_every_sign_in(client: Client, provider: Forger) -> None:
    sign_on(client, provider)
    provider.claims |= {"groups": ["desk", "others"]}
    sign_on(client, provider)
    anna = Operator.objects.get(username="anna")
    assert (anna.may_change, anna.may_see_passwords, anna.may_see_calls) == (False, False, False)
    assert journal.changes(journal.JournalEntry.objects.order_by("-pk")[1])["may_change"] == (True, False)
    assert client.get("/operators/").status_code == 404


def test_the_last_operator_with_all_permissions_does_not_lose_them_and_is_not_signed_in_either(
    client: Client, operator: Operator, provider: Forger
) -> None:
    operator.delete()
    sign_on(client, provider)
    provider.claims |= {"groups": ["desk"]}
    refused = sign_on(Client(), provider)
    assert "no operator with all permissions would be left" in Page(refused).text
    assert Operator.objects.get().is_full


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"groups": ["sales"]}, "in none of the groups"),
        ({"groups": None}, "in none of the groups"),
        ({"email_verified": False}, "e-mail address is verified"),
        ({"email_verified": "false"}, "e-mail address is verified"),
        ({"email": None}, "e-mail address is verified"),
        ({"preferred_username": "ines"}, "it is taken"),
        ({"preferred_username": "a b<script>"}, "it is taken, or has other characters"),
    ],
)
def test_a_person_who_may_not_sign_in_reads_why_and_is_not_added(
    client: Client, provider: Forger, claims: dict[str, Any], said: str
) -> None:
    provider.claims |= claims
    answer = sign_on(client, provider)
    assert answer.status_code == 403
    assert said in Page(answer).text
    assert Operator.objects.count() == 1
    assert client.get("/domains/").status_code == 302


def test_unverified_e_mail_addresses_count_only_where_a_setting_trusts_the_provider(
    client: Client, provider: Forger, settings: Any
) -> None:
    del provider.claims["email_verified"]
    assert sign_on(client, provider).status_code == 403
    settings.SSO_TRUST_EMAIL = True
    assert sign_on(client, provider).status_code == 302


def test_nobody_is_added_where_the_setting_says_so(client: Client, provider: Forger, settings: Any) -> None:
    settings.SSO_ADD_OPERATORS = False
    assert "Other operators can add you" in Page(sign_on(client, provider)).text


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"networks": "192.0.2.0/24"}, {"expires_on": "2020-01-01"}], ids=str
)
def test_an_operator_who_may_no_longer_sign_in_does_not_get_in_by_the_provider(
    client: Client, provider: Forger, change: dict[str, Any]
) -> None:
    sign_on(client, provider)
    client.post("/session/sign-out/")
    Operator.objects.filter(username="anna").update(**change)
    assert sign_on(client, provider).status_code == 403
    assert client.get("/domains/").status_code == 302


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": ["portal", "another"]},  # without azp
        {"iss": "http://127.0.0.1:1"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"sub": ""},
        {"sub": 7},
    ],
    ids=str,
)
def test_an_id_token_with_other_claims_signs_nobody_in(
    client: Client, provider: Forger, claims: dict[str, Any]
) -> None:
    provider.claims |= claims
    answer = sign_on(client, provider)
    assert answer.status_code == 403
    assert "not valid" in Page(answer).text
    assert Operator.objects.count() == 1


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_that_is_unsigned_or_signed_with_the_client_secret_signs_nobody_in(
    client: Client, provider: Forger, algorithm: str
) -> None:
    provider.algorithm = algorithm
    assert sign_on(client, provider).status_code == 403


def test_a_token_signed_with_another_key_signs_nobody_in_and_a_new_key_is_fetched(
    client: Client, provider: Forger
) -> None:
    sign_on(client, provider)
    published, provider.key = provider.key, Forger().key
    assert sign_on(Client(), provider).status_code == 302  # the provider has changed its key, and says so
    signed_with = Forger().key
    provider.signed = lambda claims: Forger(key=signed_with).signed(claims)  # type: ignore[method-assign]
    assert published is not signed_with
    assert sign_on(Client(), provider).status_code == 403


def test_another_state_another_browser_or_a_second_use_sign_nobody_in(client: Client, provider: Forger) -> None:
    url = provider.answer(client.get(START).headers["Location"])
    assert Client().get(path_of(url)).status_code == 403  # a browser that did not begin it
    assert client.get(path_of(url).replace("state=", "state=x")).status_code == 403
    assert client.get(path_of(url)).status_code == 403  # the wrong answer has used the sign-in up
    url = provider.answer(client.get(START).headers["Location"])
    assert client.get(f"{path_of(url)}&iss=https://evil.example").status_code == 403
    assert client.get(BACK).status_code == 403
    assert client.get("/domains/").status_code == 302


def test_a_code_that_was_redeemed_already_signs_nobody_in(client: Client, provider: Forger) -> None:
    url = provider.answer(client.get(START).headers["Location"])
    provider.codes.clear()
    answer = client.get(path_of(url))
    assert (answer.status_code, Operator.objects.count()) == (403, 1)


def test_after_five_failures_sign_in_with_the_provider_is_paused_there(client: Client, provider: Forger) -> None:
    provider.claims |= {"groups": []}
    for _try in range(5):
        assert sign_on(client, provider).status_code == 403
    assert sign_on(client, provider).status_code == 429
    provider.claims |= {"groups": ["noc"]}
    assert sign_on(client, provider, REMOTE_ADDR="192.0.2.9").status_code == 302


def test_the_key_of_the_session_changes_at_sign_in(client: Client, provider: Forger) -> None:
    url = provider.answer(client.get(START).headers["Location"])
    before = client.cookies["portal-session"].value
    client.get(path_of(url))
    assert client.cookies["portal-session"].value != before
    stranger = Client()
    stranger.cookies["portal-session"] = before
    assert stranger.get("/domains/").status_code == 302


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_signing_in_with_the_provider_never_leads_to_another_site(
    client: Client, provider: Forger, target: str
) -> None:
    assert sign_on(client, provider, target).headers["Location"] == "/"


def test_a_provider_that_is_down_or_answers_nonsense_is_named_and_counts_as_no_failure(
    client: Client, provider: Forger, settings: Any
) -> None:
    begun = client.get(START).headers["Location"]
    settings.SSO_ISSUER = "http://127.0.0.1:9"
    down = client.get(START)
    assert down.status_code == 503
    assert "Example does not answer as it should" in Page(down).text
    assert "Please try again in some minutes" in Page(down).text
    settings.SSO_ISSUER = provider.url
    provider.token = lambda *_: (500, {})  # type: ignore[method-assign]
    for _try in range(6):
        assert client.get(path_of(provider.answer(client.get(START).headers["Location"]))).status_code == 503
    assert begun.startswith(provider.url)


@pytest.mark.parametrize(
    "metadata", [{"issuer": "https://evil.example"}, {"jwks_uri": None}, {"authorization_endpoint": "ftp://x"}], ids=str
)
def test_metadata_of_another_issuer_or_without_endpoints_are_refused(
    client: Client, provider: Forger, metadata: dict[str, Any]
) -> None:
    provider.metadata = metadata
    assert client.get(START).status_code == 503


def test_the_secret_is_in_no_log_and_no_page(
    client: Client, provider: Forger, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        provider.algorithm = "none"
        shown = sign_on(client, provider).content.decode()
    assert SECRET not in caplog.text + shown + journal.everything()


def test_an_operator_with_a_second_factor_is_asked_for_it_unless_the_provider_has_checked_one(
    client: Client, provider: Forger, settings: Any
) -> None:
    sign_on(client, provider)
    client.post("/session/sign-out/")
    app = app_of(Operator.objects.get(username="anna"))
    asked = sign_on(client, provider)
    assert asked.headers["Location"] == "/session/second/"
    assert client.get("/domains/").status_code == 302
    provider.claims |= {"amr": ["pwd", "otp"]}
    assert sign_on(client, provider).headers["Location"] == "/session/second/"  # no setting lets it count
    assert client.post("/session/second/", {"code": app.now()}).status_code == 302
    assert journal.latest().operation == "signInWithProvider"
    settings.SSO_SECOND_FACTOR = ["otp"]
    assert sign_on(Client(), provider).headers["Location"] == "/"


def test_who_must_have_a_second_factor_is_let_in_with_the_one_of_the_provider(
    client: Client, provider: Forger, settings: Any
) -> None:
    settings.REQUIRE_SECOND_FACTOR, settings.SSO_SECOND_FACTOR = True, ["https://example.com/two"]
    sign_on(client, provider)
    assert client.get("/domains/").headers["Location"] == "/operators/own/"
    provider.claims |= {"acr": "https://example.com/two"}
    other = Client()
    sign_on(other, provider)
    assert other.get("/domains/").status_code == 200


def test_passwords_can_be_switched_off_and_a_command_lets_an_operator_in_again(
    client: Client, operator: Operator, provider: Forger, settings: Any
) -> None:
    settings.OPERATOR_PASSWORDS = False
    refused = client.post(SIGN_IN, {"username": "ines", "password": PASSWORD})
    assert "Name and password do not match." in Page(refused).text
    said = StringIO()
    call_command("allow_password", "ines", stdout=said)
    password = said.getvalue().split("Password:")[1].split()[0]
    assert client.post(SIGN_IN, {"username": "ines", "password": password}).status_code == 302
    Operator.objects.update(password_until="2020-01-01T00:00:00Z")
    assert Client().post(SIGN_IN, {"username": "ines", "password": password}).status_code == 422


def test_without_a_provider_there_is_no_button_and_no_page(client: Client, operator: Operator) -> None:
    assert "sso" not in client.get(SIGN_IN).content.decode()
    assert client.get(START).status_code == client.get(BACK).status_code == 404


def test_whoever_has_no_password_confirms_a_change_by_signing_in_at_the_provider_again(
    client: Client, provider: Forger
) -> None:
    sign_on(client, provider)
    asked = client.post("/tokens/add/", {"name": "CRM", "access": "read", "days": "30", "current_password": "x"})
    assert asked.status_code == 422
    link = Page(asked).root.xpath("//a[text()='Sign in there again']")[0].get("href")
    begun = client.get(link)
    query = parse_qs(urlsplit(begun.headers["Location"]).query)
    assert (query["prompt"], query["max_age"]) == (["login"], ["0"])
    provider.claims |= {"auth_time": int(time.time())}
    assert client.get(path_of(provider.answer(begun.headers["Location"]))).headers["Location"] == "/tokens/add/"
    made = client.post("/tokens/add/", {"name": "CRM", "access": "read", "days": "30"})
    assert made.status_code == 302
    provider.claims |= {"auth_time": int(time.time()) - 3600}
    other = Client()
    sign_on(other, provider)
    assert other.post("/tokens/add/", {"name": "CRM", "access": "read", "days": "30"}).status_code == 422
