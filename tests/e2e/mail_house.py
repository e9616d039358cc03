"""A house whose worker sends to a mail server and soon recovers the mails of a worker that was killed."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.support.another_client import AnotherClient
from tests.support.mail_server import MailServer
from tests.support.processes import PATIENCE, House, wait_until

QUICKLY = {"PORTAL_MAIL_STALE_SECONDS": "10", "PORTAL_MAIL_SWEEP_SECONDS": "2"}


class MailHouse(House):
    """A house whose parts are started one by one; ``add_account`` adds ada@example.com."""

    def __init__(self, folder: Path, server: MailServer, **settings: str) -> None:
        mail = {"PORTAL_SMTP_HOST": "127.0.0.1", "PORTAL_SMTP_PORT": str(server.port)}
        super().__init__(folder, settings={**mail, **QUICKLY, **settings})
        self.mails = server

    def add_account(self, password: str = "a-secret-of-ada") -> None:
        with AnotherClient(self.server_url, self.config, "Sip") as client:
            client.call("addDomain", domain={"domain": "example.com"})
            account = {"id": {"username": "ada", "domain": "example.com"}, "email": "ada@mail.example"}
            person = {"password": password, "firstName": "Ada", "lastName": "Byron"}
            client.call("addAccount", account=account | person | {"timezone": "Europe/London"})

    def rows(self, what: str) -> list[tuple[Any, ...]]:
        """Query the outbox in the portal's database."""
        with closing(sqlite3.connect(self.var / "portal.sqlite3", timeout=PATIENCE)) as database:
            return database.execute(f"SELECT {what} FROM mail_outboxmessage").fetchall()  # noqa: S608

    def states(self) -> Counter[str]:
        return Counter(state for (state,) in self.rows("state"))

    def wait_for_mails(self, number: int) -> None:
        """Wait until this number of mails has arrived; wait in steps, so that a slow machine does not fail the test."""
        for step in range(len(self.mails.mails), number + 1, 20):
            wait_until(lambda step=step: len(self.mails.mails) >= step, f"{step} mails")  # type: ignore[misc]
        wait_until(lambda: len(self.mails.mails) >= number, f"{number} mails")
