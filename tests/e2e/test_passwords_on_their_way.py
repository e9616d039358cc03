"""Passwords and links that are sent by mail: readable in the mail, and never in clear text anywhere else."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.e2e.mail_house import MailHouse
from tests.support.brokers import RedisServer
from tests.support.mail_server import MailServer, mail_server
from tests.support.needs import REDIS
from tests.support.processes import Program
from tests.support.search import found_in

pytestmark = [pytest.mark.real]

PASSWORD = f"CanaryOnItsWay{secrets.token_hex(8)}"
QUEUE = """
from django.db import transaction
from portal.people import links
from portal.mail.kinds.account_information import queue_account_information
from portal.people.operators.models import Operator
operator = Operator.objects.get()
operator.email = "ines@mail.example"
operator.save()
with transaction.atomic():
    queue_account_information("ada@example.com", "ada@mail.example", password="{password}", reseller=0)
    links.invite_operator(operator)
"""
DUE = """
from django.utils import timezone
from portal.mail.outbox.models import OutboxMessage
OutboxMessage.objects.update(due_at=timezone.now())
"""


class Places:
    """Places where a secret may be left: all files and logs, Redis, and what the system shows of running programs."""

    def __init__(self, folder: Path, redis: RedisServer | None) -> None:
        self.folder = folder
        self.redis = redis
        self.seen: list[Mapping[str, bytes]] = []

    def remember(self, *programs: Program) -> None:
        """Copy the current contents of all places."""
        files = {str(path.relative_to(self.folder)): path.read_bytes() for path in self._files()}
        proc = {
            f"{name} of {pid}": Path(f"/proc/{pid}/{name}").read_bytes()
            for program in programs
            for pid in program.group_members()
            for name in ("cmdline", "environ")
        }
        self.seen.append(files | proc | (self.redis.contents() if self.redis else {}))

    def _files(self) -> Iterator[Path]:
        return (path for path in self.folder.rglob("*") if path.is_file())

    def with_any_of(self, *wanted: str) -> set[str]:
        """Return the names of the places that held one of the secrets at any moment."""
        named = dict(zip(map(str, range(len(wanted))), wanted, strict=True))
        return {name for moment in self.seen for name, data in moment.items() if found_in(data, named)}


@pytest.fixture(params=["files", pytest.param("redis", marks=pytest.mark.needs(REDIS))])
def redis(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RedisServer | None]:
    if request.param == "files":
        yield None
        return
    with RedisServer(tmp_path) as server:
        yield server


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def text_of(mails: MailServer, recipient: str) -> str:
    [mail] = [mail for mail in mails.mails if mail["To"] == recipient]
    body = mail.get_body(("plain",))
    assert body
    return str(body.get_content())


def is_refused(house: MailHouse) -> Callable[[], bool]:
    return lambda: sum("451" in error for (error,) in house.rows("error")) == 2


def test_they_are_in_the_mail_and_nowhere_else_at_any_moment(
    tmp_path: Path, mails: MailServer, redis: RedisServer | None
) -> None:
    house = MailHouse(tmp_path, mails, **({"PORTAL_REDIS_URL": redis.url} if redis else {}))
    places = Places(tmp_path, redis)
    mails.refusals = dict.fromkeys(("ada@mail.example", "ines@mail.example"), "451 Come back later")
    house.prepare()
    with house.server() as server:
        house.add_account(PASSWORD)
        house.manage("shell", "--no-imports", "-c", QUEUE.format(password=PASSWORD))
        places.remember(server)  # queued while no worker is running
        with house.worker() as worker:
            worker.wait_until(is_refused(house), "both mails are refused for now")
            places.remember(server, worker)  # between two attempts
            mails.refusals.clear()
            house.manage("shell", "--no-imports", "-c", DUE)
            worker.wait_until(lambda: house.states() == {"sent": 2}, "both mails are sent")
            places.remember(server, worker)
    places.remember()
    assert PASSWORD in text_of(mails, "ada@mail.example")
    [token] = set(re.findall(r"/session/password/\S*?([\w-]{43})/", text_of(mails, "ines@mail.example")))
    assert places.with_any_of(PASSWORD, token) == set()
    assert house.rows("sealed") == [("",), ("",)]


def test_the_search_finds_what_it_looks_for(tmp_path: Path, redis: RedisServer | None) -> None:
    places = Places(tmp_path, redis)
    (tmp_path / "left-behind.log").write_text(f"Password: {PASSWORD}")
    places.remember()
    assert "left-behind.log" in places.with_any_of("something else", PASSWORD)
