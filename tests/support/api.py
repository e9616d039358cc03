"""Programs that use the API with a token, in the same process."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.test import Client

from portal.people.tokens.models import ApiToken
from tests.support.portal import PASSWORD


@dataclass
class ApiClient:
    """A program with a token; ``headers`` are sent with each request."""

    secret: str
    client: Client = field(default_factory=Client)
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: Any = None, /, **headers: str) -> HttpResponse:
        """Send a request; ``headers`` are written with underscores."""
        sent = {name.replace("_", "-"): value for name, value in (self.headers | headers).items()}
        if self.secret:
            sent["Authorization"] = f"Bearer {self.secret}"
        data = b"" if body is None else json.dumps(body).encode()
        return self.client.generic(
            method, f"/api/v1/{path}", data, "application/json", headers=sent, REMOTE_ADDR="192.0.2.7"
        )

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.call("PATCH", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.call("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        return self.call("DELETE", path, **headers)

    @property
    def token(self) -> ApiToken:
        return ApiToken.objects.get(ending=self.secret[-4:])


def make_token(browser: Client, password: str = PASSWORD, **typed: Any) -> ApiClient:
    """Make a token on its page, and return a program that uses it."""
    form = {"name": "CRM", "access": "write", "networks": "", "days": "30", "current_password": password, **typed}
    answer = browser.post("/tokens/add/", form)
    assert answer.status_code == 302, answer.content.decode()
    page = browser.get(answer.headers["Location"]).content.decode()
    return ApiClient(page.partition('<code id="secret">')[2].partition("<")[0])


def answered(answer: HttpResponse, status: int = 200) -> Any:
    """Return the JSON of an answer with this status."""
    text = answer.content.decode()
    assert answer.status_code == status, text
    return json.loads(text) if text else None
