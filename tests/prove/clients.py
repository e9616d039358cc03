"""The eight writers of `make prove`: people on pages, programs of the API, and programs that speak SOAP."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import requests
import zeep.exceptions
from lxml import html

from tests.support.another_client import AnotherClient

PAUSE = 0.2
TIMEOUT = 30


class Addressed(Protocol):
    """Where the clients find portal and NGNPro server, and the file with the login of the latter."""

    @property
    def portal_url(self) -> str:
        """The URL of the portal."""

    @property
    def server_url(self) -> str:
        """The URL of the NGNPro server."""

    @property
    def config(self) -> Path:
        """The server's configuration file."""


@dataclass
class Write:
    """An addition with a name of its own: a carrier, which NGNPro gives a number, or an account.

    ``answer`` is ``done`` (acknowledged) or ``doubtful`` (refused, or unclear). ``mailed``: its user gets a mail.
    ``begun`` and ``ended`` are times of the monotonic clock.
    """

    kind: str
    name: str
    door: str
    mailed: bool = False
    answer: str = "doubtful"
    begun: float = 0.0
    ended: float = 0.0


@dataclass
class Writer(threading.Thread):
    """Writes until it is stopped, one write after the other; ``writes`` lists them with their answers."""

    house: Addressed
    door: str
    number: int
    password: str
    writes: list[Write] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.stopping = threading.Event()
        self.failure = ""

    def __hash__(self) -> int:
        return self.number

    def enter(self) -> None:
        """Sign in, one writer after the other: sign-ins at the same time look like an attack."""
        if self.door != "soap":
            self.session = self._signed_in()
        if self.door == "api":
            self.session.headers["Authorization"] = f"Bearer {self._token()}"

    def run(self) -> None:
        try:
            self._write_on()
        except Exception as error:
            self.failure = f"{type(error).__name__}: {error}"
            raise

    def _write_on(self) -> None:
        send = {"page": self._on_page, "api": self._by_api, "soap": self._by_soap}[self.door]
        for write in self._plans():
            if self.stopping.wait(PAUSE):
                return
            self.writes.append(write)
            write.begun = time.monotonic()
            send(write)
            write.ended = time.monotonic()

    def _plans(self) -> Iterator[Write]:
        chance = random.Random(self.number)
        for count in range(1_000_000):
            name = f"{self.door}{self.number}x{count}"
            is_account = chance.random() < 0.6
            yield Write("account" if is_account else "carrier", name, self.door, is_account and self.door == "page")

    def _signed_in(self) -> requests.Session:
        session = requests.Session()
        answer = self._submit(session, "session/sign-in/", {"username": "operator", "password": self.password})
        assert answer.status_code == 302, answer.text
        return session

    def _token(self) -> str:
        typed = {"name": f"Program {self.number}", "access": "write", "days": "30", "current_password": self.password}
        page = self._submit(self.session, "tokens/add/", typed)
        assert page.status_code == 302, page.text
        secret = session_page(self.session, self.house.portal_url + page.headers["Location"].lstrip("/"))
        self.session = requests.Session()
        return str(html.fromstring(secret).get_element_by_id("secret").text)

    def _submit(self, session: requests.Session, path: str, typed: dict[str, str]) -> requests.Response:
        """Open a page and send its form; raise if the page cannot be opened."""
        url = self.house.portal_url + path
        form = max(html.fromstring(session_page(session, url)).forms, key=lambda one: len({*typed} & {*one.fields}))
        known = dict(form.form_values()) | typed
        return self._post(session, url, known)

    def _post(self, session: requests.Session, url: str, known: dict[str, str]) -> requests.Response:
        """Send a form; if the answer is lost, send the same form again, as a person does with “reload”."""
        for _try in range(40):
            try:
                return session.post(url, known, allow_redirects=False, timeout=TIMEOUT)
            except requests.RequestException:
                time.sleep(1)
        raise TimeoutError(url)

    def _on_page(self, write: Write) -> None:
        if write.kind == "account":
            typed = {**account(write.name), "domain": "example.com", "username": write.name}
            answer = self._submit(self.session, "accounts/add/", {**typed, "naming": "", "send_information": "on"})
        else:
            answer = self._submit(self.session, "lcr/carriers/add/", {"name": write.name})
        if answer.status_code == 302 and "sign-in" not in answer.headers["Location"]:
            write.answer = "done"

    def _by_api(self, write: Write) -> None:
        """Send a request with a key, and repeat it with the same key until the answer is clear."""
        path, body = "lcr/carriers", {"name": write.name}
        if write.kind == "account":
            path, typed = "accounts", account(write.name)
            body = {"id": f"{write.name}@example.com", "firstName": typed["first_name"], "email": typed["email"]}
            body |= {"lastName": typed["last_name"], "timezone": "Europe/Paris"}
        for _try in range(60):
            if self.stopping.is_set() and _try > 30:
                return
            try:
                answer = self.session.post(
                    f"{self.house.portal_url}api/v1/{path}",
                    json=body,
                    headers={"Idempotency-Key": write.name},
                    timeout=TIMEOUT,
                )
            except requests.RequestException:
                time.sleep(1)
                continue
            if answer.status_code == 201:
                write.answer = "done"
                return
            if answer.status_code in (400, 401, 403, 404, 422):
                raise AssertionError(answer.text)
            if answer.status_code == 409 and answer.json().get("stored") != "unknown":
                return
            time.sleep(1)

    def _by_soap(self, write: Write) -> None:
        try:
            with AnotherClient(self.house.server_url, self.house.config) as client:
                if write.kind == "carrier":
                    client.call("addCarrier", carrier={"name": write.name})
                else:
                    known = {"firstName": "Ada", "lastName": "Byron", "password": "pw", "timezone": "Europe/Paris"}
                    place = {"username": write.name, "domain": "example.com"}
                    client.call("addAccount", account={"id": place, **known, "email": f"{write.name}@mail.example"})
        except (requests.RequestException, zeep.exceptions.Error):
            return
        write.answer = "done"


def session_page(session: requests.Session, url: str) -> str:
    """Open a page, again and again while it cannot be opened."""
    for _try in range(60):
        try:
            answer = session.get(url, timeout=TIMEOUT)
        except requests.RequestException:
            answer = None
        if answer is not None and answer.status_code == 200:
            return answer.text
        time.sleep(1)
    raise TimeoutError(url)


def account(name: str) -> dict[str, str]:
    """Return the name and address of the user of an account."""
    return {
        "first_name": "Ada",
        "last_name": "Byron",
        "email": f"{name}@mail.example",
        "timezone": "Europe/Paris",
        "password": "correct-horse-battery",
    }
