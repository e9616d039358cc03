"""Secrets that a page shows once."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.core import sealing
from portal.core.middleware import OnceMiddleware
from portal.core.models import OnceSecret
from portal.core.tasks import clean_up_framework

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_() -> HttpRequest:
    """A request of a session in which a secret waits for the next page."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    sealing.keep_secret_once(request, "PIN", "4711")
    return request


def test_a_secret_is_shown_once_and_then_stored_nowhere(request_: HttpRequest) -> None:
    assert sealing.take_secret(request_, "another") == ""
    assert sealing.take_secret(request_, "PIN") == "4711"
    assert sealing.take_secret(request_, "PIN") == ""
    assert not OnceSecret.objects.exists()


def test_neither_the_session_nor_the_table_has_the_secret_in_clear(request_: HttpRequest) -> None:
    assert "4711" not in str(dict(request_.session.items()))
    assert "4711" not in OnceSecret.objects.get().sealed


@pytest.mark.parametrize(("status", "left"), [(200, ""), (422, ""), (500, "4711"), (503, "4711")])
def test_an_error_page_leaves_the_secret_for_the_next_page(request_: HttpRequest, status: int, left: str) -> None:
    before = dict(request_.session.items())

    def page(request: HttpRequest) -> HttpResponse:
        assert sealing.take_secret(request, "PIN") == "4711"
        return HttpResponse(status=status)

    OnceMiddleware(page)(request_)
    request_.session.update(before)  # the session is not saved with an error page
    assert sealing.take_secret(request_, "PIN") == left


def test_secrets_that_no_page_has_shown_are_deleted(request_: HttpRequest) -> None:
    sealing.keep_secret_once(request_, "password", "correct-horse")
    old = timezone.now() - timedelta(seconds=sealing.ONCE_SECONDS + 1)
    OnceSecret.objects.filter(pk=request_.session["once PIN"]).update(kept_at=old)
    clean_up_framework()
    assert sealing.take_secret(request_, "PIN") == ""
    assert sealing.take_secret(request_, "password") == "correct-horse"
