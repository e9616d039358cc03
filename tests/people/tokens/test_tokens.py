"""Tokens: made on a page, shown once, limited, and useless to whoever has only the database."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from portal.journal.models import JournalEntry
from portal.ngnpro.records import CustomerAccount
from portal.people.operators.models import Operator
from portal.people.tokens.keys import hash_of, new_token, open_sealed, public_key_of, seal_for
from portal.people.tokens.models import ApiToken
from portal.people.tokens.using import CHECKED_EVERY
from tests.support.api import answered, make_token
from tests.support.portal import CUSTOMER, Platform, signed_in

SECRET = CUSTOMER["password"]


def test_a_token_is_shown_once_and_stored_as_a_hash(people: dict[str, Client]) -> None:
    browser = people["operator"]
    api = make_token(browser)
    token = ApiToken.objects.get()
    assert token.key_hash == hash_of(api.secret)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM api_token")
        assert api.secret not in str(cursor.fetchall())
    page = browser.get(f"/tokens/{token.pk}/added/").content.decode()
    assert api.secret not in page
    assert f"…{api.secret[-4:]}" in browser.get("/tokens/").content.decode()
    answered(api.get("domains"))
    assert ApiToken.objects.get().used_from == "192.0.2.7"


def test_a_wrong_password_makes_no_token(people: dict[str, Client]) -> None:
    form = {"name": "CRM", "access": "read", "days": "30", "current_password": "not-mine"}
    assert people["operator"].post("/tokens/add/", form).status_code == 422
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("header", ["", "Basic aW5lczpwdw==", "Bearer", "Bearer ngnpro_short", "unknown"])
def test_without_a_valid_token_nothing_is_answered(people: dict[str, Client], header: str) -> None:
    header = f"Bearer {new_token()}" if header == "unknown" else header
    answer = Client().get("/api/v1/domains", headers={"Authorization": header} if header else {})
    assert answered(answer, 401)["status"] == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_session_does_not_open_the_api(people: dict[str, Client]) -> None:
    assert people["operator"].get("/api/v1/domains").status_code == 401
    assert people["operator"].get("/domains/").status_code == 200


def test_the_login_of_a_token_is_useless_without_it(people: dict[str, Client]) -> None:
    api = make_token(people["reseller"], SECRET)
    token = ApiToken.objects.get()
    assert open_sealed(api.secret, token.sealed) == f"meridian\n{SECRET}"
    assert open_sealed(new_token(), token.sealed) == ""
    assert SECRET not in str(token.known)
    assert "sealed" not in token.known


def test_a_login_is_sealed_for_one_token() -> None:
    one, other = new_token(), new_token()
    sealed = seal_for(public_key_of(one), "text")
    assert (open_sealed(one, sealed), open_sealed(other, sealed), open_sealed(one, "")) == ("text", "", "")


def test_scopes_limit_a_token_by_room_and_by_change(people: dict[str, Client]) -> None:
    scopes = {"access": "chosen", "room-domains": "read", "room-aliases": "write"}
    api = make_token(people["operator"], **scopes)
    answered(api.get("domains"))
    assert answered(api.patch("domains/example.com", {"verify_cert": True}), 403)["scope"] == "domains: write"
    assert answered(api.get("accounts"), 403)["scope"] == "accounts: read"
    answered(api.post("aliases", {"id": "desk@example.com", "target": "ada@example.com"}), 201)


def test_a_token_of_someone_who_only_looks_only_looks(people: dict[str, Client]) -> None:
    api = make_token(people["read-only operator"])
    answered(api.get("domains"))
    answered(api.patch("domains/example.com", {"verify_cert": True}), 403)


def test_a_token_is_bound_to_its_networks(people: dict[str, Client]) -> None:
    answered(make_token(people["operator"], networks="192.0.2.0/28\n2001:db8::/32").get("domains"))
    api = make_token(people["operator"], name="Elsewhere", networks="198.51.100.0/24")
    assert "192.0.2.7" in answered(api.get("domains"), 401)["detail"]


def test_a_token_expires(people: dict[str, Client]) -> None:
    api = make_token(people["operator"], days="30")
    ApiToken.objects.update(expires_at=timezone.now())
    assert "expired" in answered(api.get("domains"), 401)["detail"]


def test_a_revoked_token_ends_at_once(people: dict[str, Client]) -> None:
    api = make_token(people["operator"])
    token = ApiToken.objects.get()
    assert people["read-only operator"].post(f"/tokens/{token.pk}/revoke/").status_code == 404
    assert people["operator"].post(f"/tokens/{token.pk}/revoke/").status_code == 302
    answered(api.get("domains"), 401)
    operations = list(JournalEntry.objects.filter(kind="api-token").order_by("pk").values_list("operation", flat=True))
    assert operations == ["addToken", "revokeToken"]


def test_a_token_ends_with_its_operator(people: dict[str, Client]) -> None:
    api = make_token(people["operator"])
    Operator.objects.filter(username="ines").update(is_active=False)
    answered(api.get("domains"), 401)
    Operator.objects.get(username="ines").delete()
    answered(api.get("domains"), 401)


def test_a_token_has_the_limits_of_its_operator(people: dict[str, Client]) -> None:
    api = make_token(people["operator"])
    operators = Operator.objects.filter(username="ines")
    operators.update(domains="other.example")
    answered(api.get("accounts/ada@example.com"), 404)
    answered(api.get("accounts/bob@other.example"))
    operators.update(networks="198.51.100.0/24")
    answered(api.get("domains"), 401)
    operators.update(networks="", expires_on=timezone.localdate() - timedelta(days=1))
    answered(api.get("domains"), 401)


def test_a_changed_password_pauses_the_token_until_it_is_resumed(people: dict[str, Client], world: Platform) -> None:
    api = make_token(people["reseller"], SECRET)
    reseller: CustomerAccount = world.ngnpro.customers.find_account("meridian")  # type: ignore[assignment]
    changed = "another-Secret-of-9"
    world.ngnpro.customers.update_account(dataclasses.replace(reseller, password=changed))
    first = answered(api.get("domains"), 401)["detail"]
    world.forget_calls()
    assert answered(api.get("domains"), 401)["detail"] == first
    assert world.calls == []  # so that NGNPro does not lock the login
    browser = signed_in("meridian", changed)
    assert "Paused" in browser.get("/tokens/").content.decode()
    assert browser.post(f"/tokens/{ApiToken.objects.get().pk}/resume/").status_code == 302
    answered(api.get("domains"))


def test_rights_are_asked_for_again(people: dict[str, Client], world: Platform) -> None:
    api = make_token(people["reseller"], SECRET)
    answered(api.get("lcr/routes"))
    reseller = world.ngnpro.customers.find_account("meridian")
    world.ngnpro.customers.update_account(dataclasses.replace(reseller, reseller_active=False))
    answered(api.get("domains"))
    assert ApiToken.objects.get().known["reseller_active"]
    ApiToken.objects.update(checked_at=timezone.now() - CHECKED_EVERY)
    answered(api.get("lcr/routes"), 403)
    assert not ApiToken.objects.get().known["reseller_active"]


def test_requests_are_limited(people: dict[str, Client], settings: Any) -> None:
    settings.API_REQUESTS = 2
    api = make_token(people["operator"])
    assert api.get("domains").headers["RateLimit-Remaining"] == "1"
    answered(api.get("domains"))
    refused = api.get("domains")
    assert answered(refused, 429)["status"] == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_no_migration_is_missing(db: None) -> None:
    call_command("makemigrations", "tokens", "api", check=True, dry_run=True, verbosity=0)
