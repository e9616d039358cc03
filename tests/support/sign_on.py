"""Providers for OpenID Connect: a real one in a process of its own, and one of ours that can be told to forge."""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from django.test import Client
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.support.processes import Program, free_port, wait_until

START, BACK = "/session/sso/start/", "/session/sso/back/"
SECRET = "the secret of the client"


@dataclass
class MockProvider:
    """oidc-provider-mock, which runs as a process."""

    url: str

    def know(self, subject: str, **claims: Any) -> None:
        """Add a person."""
        requests.put(f"{self.url}/users/{subject}", json=claims, timeout=10).raise_for_status()

    def answer(self, url: str, subject: str) -> str:
        """Sign a person in on the page that a browser was redirected to; return where it is redirected then."""
        answer = requests.post(url, data={"sub": subject}, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]


@contextmanager
def mock_provider(folder: Path) -> Iterator[MockProvider]:
    """Start a provider, and stop it at the end."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true"]
    program = Program(command, {"PATH": "/usr/bin:/bin"}, folder / "provider.log")
    found = MockProvider(f"http://127.0.0.1:{port}")
    try:
        wait_until(lambda: _answers(found.url), "the provider answers")
        yield found
    finally:
        program.end()


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/.well-known/openid-configuration", timeout=5).ok
    except requests.RequestException:
        return False


@dataclass
class Forger:
    """A provider that checks client, code and PKCE, and whose ID tokens are as a test wants them.

    ``claims`` replace those of the ID token, ``metadata`` those of the metadata; ``sign`` makes the token of its
    claims. ``codes`` are the codes that were not redeemed yet, with the query of their request.
    """

    url: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    algorithm: str = "RS256"
    status: int = 200

    def answer(self, url: str) -> str:
        """Return where a browser that was redirected to the provider is redirected after signing in there."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = f"code-{len(self.codes)}-{time.monotonic_ns()}"
        self.codes[code] = query
        return f"{query['redirect_uri']}?code={code}&state={query['state']}"

    def document(self) -> dict[str, Any]:
        ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        ends["end_session_endpoint"] = "end"
        return {"issuer": self.url, **{name: f"{self.url}/{end}" for name, end in ends.items()}, **self.metadata}

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Redeem a code, once, for the client with its secret and with the verifier that fits the challenge."""
        query = self.codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        client = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if (
            query is None
            or query["code_challenge"] != challenge.decode()
            or client != f"portal:{requests.utils.quote(SECRET)}"
            or form["redirect_uri"] != query["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.url, "sub": "1", "aud": "portal", "iat": now, "exp": now + 60, "nonce": query["nonce"]}
        return 200, {"token_type": "Bearer", "access_token": "a", "id_token": self.signed({**claims, **self.claims})}

    def signed(self, claims: dict[str, Any]) -> str:
        header = {"alg": self.algorithm, "kid": "one"}
        if self.algorithm == "none":
            parts = (json.dumps(part).encode() for part in (header, claims))
            return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."
        key = OctKey.import_key(SECRET * 2) if self.algorithm == "HS256" else self.key
        return jwt.encode(header, claims, key)


@contextmanager
def forger() -> Iterator[Forger]:
    """Start a provider that forges, and stop it at the end."""
    found = Forger()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_keys = self.path == "/keys"
            self.send({"keys": [found.key.as_dict(private=False)]} if is_keys else found.document(), found.status)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            status, answer = found.token(form, self.headers.get("Authorization", ""))
            self.send(answer, status)

        def send(self, answer: dict[str, Any], status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        found.url = f"http://127.0.0.1:{server.server_port}"
        yield found
        server.shutdown()
        thread.join()


def use_for_operators(settings: Any, url: str, **more: Any) -> None:
    """Make a provider the operators' one."""
    values = {"ISSUER": url, "CLIENT_ID": "portal", "CLIENT_SECRET": SECRET, "NAME": "Example"}
    for name, value in {**values, "GROUPS": {"noc": "full", "desk": "read"}, **more}.items():
        setattr(settings, f"SSO_{name}", value)


def path_of(url: str) -> str:
    """Return path and query of a URL, as Django's client opens it."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def sign_on(client: Client, provider: Forger, page: str = "/", **headers: Any) -> Any:
    """Sign in with a provider that forges; return the answer to the browser that comes back."""
    begun = client.get(START, {"next": page}, **headers)
    assert begun.status_code == 302, begun.content
    return client.get(path_of(provider.answer(begun.headers["Location"])), **headers)
