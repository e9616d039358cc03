"""The portal behind proxies: each page and log line names the setting of ours that has to be changed."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

SIGN_IN = "/session/sign-in/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def strict() -> Client:
    """A browser whose forms are checked for the site that they come from."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def test_a_hidden_origin_is_told_as_such(strict: Client) -> None:
    answer = strict.post(SIGN_IN, headers={"origin": "null"})
    assert answer.status_code == 403
    assert "does not say where this form comes from" in answer.content.decode()


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


def test_a_scheme_from_a_stranger_is_not_believed(strict: Client) -> None:
    page = strict.post(SIGN_IN, headers={"origin": "https://testserver", "x-forwarded-proto": "https"})
    assert page.status_code == 403
