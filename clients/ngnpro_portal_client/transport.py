"""Sends requests, repeats those whose answer was lost, and turns refusals into errors."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import requests

from .errors import BY_STATUS, PortalAway, PortalError

READS = ("GET", "HEAD")
# Statuses after which the same request may succeed later.
LATER = (429, 502, 503, 504)


class Transport:
    """One portal and one token. ``tries`` is how often a request is sent at most, with longer and longer pauses."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        session: requests.Session | None = None,
        timeout: float = 60,
        tries: int = 4,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base = url.rstrip("/") + "/api/v1/"
        self.session = session or requests.Session()
        self.token, self.timeout, self.tries, self.sleep = token, timeout, tries, sleep

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send a request and return its answer; raises ``PortalError`` if it is refused.

        A write has an idempotency key, with which it is carried out once, however often it is sent.
        """
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        if method not in READS:
            sent.setdefault("Idempotency-Key", str(uuid.uuid4()))
        for attempt in range(1, self.tries + 1):
            answer = self._send(method, path, params, body, sent)
            is_final = answer is not None and answer.status_code not in LATER
            if is_final or attempt == self.tries:
                return _checked(answer)
            self.sleep(_pause(answer, attempt))
        raise ValueError("A request has to be tried at least once.")

    def _send(
        self, method: str, path: str, params: Mapping[str, Any] | None, body: Any, headers: Mapping[str, str]
    ) -> requests.Response | None:
        """Send a request once; ``None`` if there is no answer."""
        try:
            return self.session.request(
                method, self.base + path, params=params, json=body, headers=dict(headers), timeout=self.timeout
            )
        except (requests.ConnectionError, requests.Timeout):
            return None


def _checked(answer: requests.Response | None) -> requests.Response:
    if answer is None:
        raise PortalAway(0, {"detail": "The portal does not answer.", "stored": "unknown"})
    if answer.ok:
        return answer
    try:
        problem = answer.json()
    except requests.JSONDecodeError:
        problem = {}
    raise BY_STATUS.get(answer.status_code, PortalError)(answer.status_code, problem)


def _pause(answer: requests.Response | None, attempt: int) -> float:
    """Return the seconds before the next try: what the portal says, else 1, 2, 4, …"""
    said = answer.headers.get("Retry-After", "") if answer is not None else ""
    return float(said) if said.isascii() and said.isdecimal() else float(2 ** (attempt - 1))
