"""Client certificates of users: issuing, signing in through the proxy's header, revoking."""

from __future__ import annotations

import base64
import io
import ipaddress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from portal.accounts.programs.certificates import issue_certificate
from portal.accounts.programs.models import ClientCertificate
from portal.accounts.programs.tokens import make_token
from portal.core.sip_accounts import with_web_password
from tests.support.journal import latest
from tests.support.pages import Page
from tests.support.portal import ACCOUNT, Platform

ADA = "ada@example.com"
URL = f"/accounts/{ADA}/programs/"
SIGN_IN = "/accounts/certificate/"
FILE_PASSWORD = "long-enough-for-a-file"
TYPED = {"name": "laptop", "file_password": FILE_PASSWORD, "current_password": ACCOUNT["password"]}
PROXY = "192.0.2.1"


@pytest.fixture
def authority(settings: Any, tmp_path: Path) -> Path:
    """An authority, and a proxy that passes certificates in a header."""
    file = tmp_path / "authority.pem"
    call_command("make_client_authority", str(file), stdout=io.StringIO())
    settings.CLIENT_CA_FILE = str(file)
    settings.CLIENT_CERTIFICATE_HEADER = "X-Client-Certificate"
    settings.CERTIFICATE_PROXIES = [ipaddress.ip_network(f"{PROXY}/32")]
    return file


def pem_in(file: bytes) -> str:
    _key, certificate, _more = pkcs12.load_key_and_certificates(file, FILE_PASSWORD.encode())
    assert isinstance(certificate, x509.Certificate)
    return certificate.public_bytes(Encoding.PEM).decode()


def with_certificate(pem: str, source: str = PROXY) -> Client:
    """Return the browser behind the proxy that has proved a certificate."""
    return Client(REMOTE_ADDR=source, HTTP_X_CLIENT_CERTIFICATE=quote(pem))


def issue(ada: Client) -> str:
    answer = ada.post(f"{URL}certificates/add/", TYPED)
    assert answer.status_code == 200, Page(answer).text
    assert answer.headers["Content-Type"] == "application/x-pkcs12"
    return pem_in(answer.content)


@pytest.mark.usefixtures("authority")
def test_a_user_downloads_a_certificate_and_signs_in_with_it(people: dict[str, Client]) -> None:
    pem = issue(people["subscriber"])
    browser = with_certificate(pem)
    assert ADA in Page(browser.get(SIGN_IN)).text
    assert browser.post(SIGN_IN).status_code == 302
    assert browser.get(f"/accounts/{ADA}/home/").status_code == 200
    answer = with_certificate(pem).get("/sip_settings.phtml", {"action": "get_identity"})
    assert answer.json()["sip_address"] == ADA


@pytest.mark.usefixtures("authority")
def test_only_the_proxy_is_believed_and_only_our_authority(
    people: dict[str, Client], world: Platform, settings: Any, tmp_path: Path
) -> None:
    pem = issue(people["subscriber"])
    assert with_certificate(pem, "203.0.113.5").get(SIGN_IN).status_code == 404
    for nonsense in ("", "x", pem[:200]):
        assert with_certificate(nonsense).post(SIGN_IN).status_code == 404
    ours = settings.CLIENT_CA_FILE
    settings.CLIENT_CA_FILE = str(tmp_path / "other.pem")
    call_command("make_client_authority", settings.CLIENT_CA_FILE, stdout=io.StringIO())
    foreign = pem_in(issue_certificate("", world.account(), "foreign", FILE_PASSWORD))
    settings.CLIENT_CA_FILE = ours
    assert with_certificate(foreign).post(SIGN_IN).status_code == 404
    assert with_certificate(pem).post(SIGN_IN).status_code == 302


@pytest.mark.usefixtures("authority")
def test_a_certificate_ends_when_it_is_revoked_or_a_password_changes(
    people: dict[str, Client], world: Platform
) -> None:
    first, second = issue(people["subscriber"]), issue(people["subscriber"])
    pk = str(ClientCertificate.objects.order_by("pk")[0].pk)
    assert people["another customer"].post(f"{URL}certificates/end/", {"certificate": pk}).status_code == 404
    assert people["customer"].post(f"{URL}certificates/end/", {"certificate": pk}).status_code == 302
    assert with_certificate(first).get(SIGN_IN).status_code == 404
    assert with_certificate(second).get(SIGN_IN).status_code == 200
    world.ngnpro.sip.update_account(with_web_password(world.account(), "another-secret-of-ada"))
    assert with_certificate(second).get(SIGN_IN).status_code == 404
    assert "No longer valid" in Page(people["customer"].get(URL)).text


@pytest.mark.usefixtures("authority")
@pytest.mark.parametrize("values", [{"current_password": "wrong"}, {"file_password": "short"}, {"name": ""}])
def test_a_certificate_needs_the_current_password_and_one_for_its_file(
    people: dict[str, Client], values: dict[str, str]
) -> None:
    assert people["subscriber"].post(f"{URL}certificates/add/", {**TYPED, **values}).status_code == 422
    assert not ClientCertificate.objects.exists()


def test_without_the_settings_there_are_none(people: dict[str, Client]) -> None:
    assert people["subscriber"].post(f"{URL}certificates/add/", TYPED).status_code == 404
    assert "certificate" not in Page(people["subscriber"].get(URL)).text.lower()


@pytest.mark.usefixtures("authority")
def test_the_sign_in_page_leads_to_the_certificate_where_it_is_offered(world: Platform, settings: Any) -> None:
    assert SIGN_IN in Page(Client().get(reverse("people:sign_in:sign-in"))).links().values()
    settings.CLIENT_CERTIFICATE_HEADER = ""
    assert SIGN_IN not in Page(Client().get(reverse("people:sign_in:sign-in"))).links().values()


def basic(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{ADA}:{password}".encode()).decode()}


def get_p12(headers: dict[str, str], **values: str) -> Any:
    return Client().post("/sip_settings.phtml?action=get_p12", values, headers=headers)


@pytest.mark.usefixtures("authority")
def test_a_program_gets_a_certificate_with_the_password_of_the_account(world: Platform) -> None:
    answer = get_p12(basic(ACCOUNT["password"]), file_password=FILE_PASSWORD)
    assert answer.headers["Content-Type"] == "application/x-pkcs12"
    assert with_certificate(pem_in(answer.content)).get(SIGN_IN).status_code == 200
    assert latest().operation == "addCertificate"


@pytest.mark.usefixtures("authority")
def test_a_program_without_the_password_gets_no_certificate(world: Platform) -> None:
    """A token or a certificate that is stolen must not become a certificate that is valid for longer."""
    token = make_token("", world.account(), "Blink")
    answer = get_p12({"Authorization": f"Bearer {token}"}, file_password=FILE_PASSWORD)
    assert answer.json()["success"] is False
    for short in ("", "short"):
        assert get_p12(basic(ACCOUNT["password"]), file_password=short).status_code == 422
    in_url = Client().get(
        "/sip_settings.phtml",
        {"action": "get_p12", "file_password": FILE_PASSWORD},
        headers=basic(ACCOUNT["password"]),
    )
    assert in_url.status_code == 422
    assert not ClientCertificate.objects.exists()


def test_without_an_authority_programs_get_no_certificate(world: Platform) -> None:
    assert get_p12(basic(ACCOUNT["password"]), file_password=FILE_PASSWORD).json()["success"] is False


def test_an_authority_is_never_overwritten_and_its_key_is_private(authority: Path) -> None:
    assert authority.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="Nothing was made"):
        call_command("make_client_authority", str(authority))
