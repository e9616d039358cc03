"""Requests to providers: no redirects, a limit of time and size, and only to addresses that are allowed.

A reseller sets the URL of their provider, and the provider those of its endpoints. So for each request the name is
looked up once, and the connection goes to the address that was checked (``core.outgoing``).
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import requests
from django.utils.translation import gettext as _
from requests.adapters import HTTPAdapter

from portal.core.outgoing import Forbidden, Networks, checked_target

from .providers import Provider

TIMEOUTS = (5, 10)
WHOLE_SECONDS = 15
MOST_BYTES = 500_000


class ProviderDown(Exception):
    """A provider gives no usable answer; the text says what happened."""


class _CheckedAdapter(HTTPAdapter):
    """Connects to the checked address of a URL, with the name of the host for TLS and HTTP."""

    def __init__(self, networks: Networks) -> None:
        super().__init__()
        self.networks = networks

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: bool | str, cert: Any = None
    ) -> tuple[Any, Any]:
        host, kept = super().build_connection_pool_key_attributes(request, verify, cert)
        pool: dict[str, Any] = dict(kept)
        target = checked_target(request.url or "", self.networks)
        request.headers["Host"] = target.authority
        if target.scheme == "https":
            pool |= {"server_hostname": target.host, "assert_hostname": target.host}
        return {**host, "host": target.address}, pool


def fetch_json(
    provider: Provider,
    url: str,
    form: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
    token: str = "",
) -> tuple[int, dict[str, Any]]:
    """Return the status and the JSON object of a provider's answer to GET, or to POST with a form.

    Raises ``ProviderDown`` if it does not answer, or not with a JSON object.
    """
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    with requests.Session() as session:
        session.trust_env = provider.networks is None  # a proxy would look up the name itself
        session.max_redirects = 0
        if provider.networks is not None:
            for scheme in ("https://", "http://"):
                session.mount(scheme, _CheckedAdapter(provider.networks))
        try:
            answer = session.request(
                "POST" if form is not None else "GET",
                _require_scheme(provider, url),
                data=form,
                auth=auth,
                headers=headers,
                timeout=TIMEOUTS,
                allow_redirects=False,
                stream=True,
            )
            found = json.loads(_read(answer))
        except Forbidden as error:
            raise ProviderDown(str(error)) from None
        except (requests.RequestException, OSError) as error:
            raise ProviderDown(_("The connection failed: %(reason)s.") % {"reason": type(error).__name__}) from error
        except ValueError:
            raise ProviderDown(_("The answer is not the one of a provider for OpenID Connect.")) from None
    if not isinstance(found, dict):
        raise ProviderDown(_("The answer is not the one of a provider for OpenID Connect."))
    return answer.status_code, found


def _require_scheme(provider: Provider, url: str) -> str:
    if url.startswith("https://") or (url.startswith("http://") and provider.may_be_plain):
        return url
    raise ProviderDown(_("Its address does not begin with https://."))


def _read(answer: requests.Response) -> bytes:
    end, body = time.monotonic() + WHOLE_SECONDS, b""
    for part in answer.iter_content(8192):
        body += part
        if len(body) > MOST_BYTES or time.monotonic() > end:
            raise ValueError("This answer is too long.")
    return body
