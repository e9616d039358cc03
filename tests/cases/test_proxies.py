"""The portal behind proxies: each page and log line names the setting of ours that has to be changed."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from ngnpro_server.config import Server
from ngnpro_server.soap.envelope import source_address
from portal.people.client_address import client_address
from tests.support.portal import Platform, platform  # noqa: F401 - a server that knows nobody

SIGN_IN = "/session/sign-in/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def strict() -> Client:
    """A browser whose forms are checked for the site that they come from."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def test_a_hidden_origin_is_told_as_such(strict: Client, caplog: pytest.LogCaptureFixture) -> None:
    answer = strict.post(SIGN_IN, headers={"origin": "null"})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "does not say where this form comes from" in page
    for what in ("headers Origin and Referer", "Referrer-Policy: no-referrer", "PORTAL_ORIGINS cannot help"):
        assert what in page
    assert "pass the headers Origin and Referer on" in caplog.text


@pytest.mark.parametrize("origin", ["https://testserver", "https://phones.example"])
def test_another_origin_names_the_settings(strict: Client, caplog: pytest.LogCaptureFixture, origin: str) -> None:
    with caplog.at_level(logging.WARNING):
        page = strict.post(SIGN_IN, headers={"origin": origin}).content.decode()
    for text in (page, caplog.text):
        assert origin in text
        assert "PORTAL_ORIGINS" in text
        assert "PORTAL_BEHIND_TLS_PROXY" in text


def test_a_form_without_a_token_is_too_old(strict: Client) -> None:
    assert "This form was too old" in strict.post(SIGN_IN).content.decode()


def test_another_host_names_the_setting(strict: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        answer = strict.get("/", headers={"host": "<b>other.example"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "&lt;b&gt;other.example" in page
    assert "PORTAL_HOSTS" in page
    assert "PORTAL_HOSTS" in caplog.text


def test_a_lockout_behind_an_unknown_proxy_names_the_setting(
    platform: Platform,  # noqa: F811 - the imported one
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = Client(headers={"x-forwarded-for": "198.51.100.7"})
    for _try in range(settings.SIGN_IN_TRIES + 1):
        answer = client.post(SIGN_IN, {"username": "nobody", "password": "wrong"})
    assert answer.status_code == 429
    assert "PORTAL_PROXIES" in answer.content.decode()
    assert "PORTAL_PROXIES" in caplog.text


@pytest.mark.parametrize(
    "entry",
    ["198.51.100.7", "198.51.100.7:1234", " [::ffff:198.51.100.7]:1234", '"198.51.100.7"', "::ffff:198.51.100.7"],
)
def test_an_entry_of_a_proxy_is_read_with_its_port(settings: Any, entry: str) -> None:
    settings.PROXIES = 1
    request = RequestFactory().get("/", headers={"x-forwarded-for": f"1.2.3.4, {entry}"})
    assert client_address(request) == "198.51.100.7"
    environ = {"REMOTE_ADDR": "::ffff:192.0.2.9", "HTTP_X_FORWARDED_FOR": f"1.2.3.4, {entry}"}
    assert source_address(environ, Server(trusted_proxies="192.0.2.9")) == "198.51.100.7"


def test_a_scheme_from_a_stranger_is_not_believed(strict: Client) -> None:
    page = strict.post(SIGN_IN, headers={"origin": "https://testserver", "x-forwarded-proto": "https"})
    assert page.status_code == 403
