"""Workers killed while they send, and a broker that is restarted: no mail is lost, and few are sent twice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.mail.outbox.smtp import SENT_AGAIN
from tests.e2e.mail_house import MailHouse
from tests.support.brokers import RedisServer
from tests.support.mail_server import MailServer, mail_server
from tests.support.needs import REDIS
from tests.support.processes import Program, wait_until

pytestmark = [pytest.mark.real]

MAILS = 200
QUEUE = """
from django.db import transaction
from portal.mail.kinds.account_information import queue_account_information
with transaction.atomic():
    for number in range({mails}):
        recipient, key = f"user{{number}}@mail.example", f"bulk 7, item {{number}}"
        queue_account_information("ada@example.com", recipient, key=key, reseller=0)
"""


class Killer:
    """Kills the worker at the worst moment: the mail server has accepted a mail, and the worker does not know yet."""

    def __init__(self) -> None:
        self.at = 0
        self.worker: Program
        self.done = threading.Event()

    def on_mail(self, number: int) -> None:
        if number == self.at:
            self.worker.kill()
            self.done.set()

    def kill_at(self, number: int, worker: Program) -> None:
        self.worker, self.at = worker, number
        self.done.clear()


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path) as server:
        yield server


def proof(house: MailHouse, redis: RedisServer | None, number: int) -> int:
    """Send this number of mails with three kills, one of them at any moment, and a broker restart; return the kills."""
    killer = Killer()
    house.mails.on_mail = killer.on_mail
    house.prepare()
    with house.server():
        house.add_account()
        house.manage("shell", "--no-imports", "-c", QUEUE.format(mails=number))
        assert house.states() == {"queued": number}
        for share in (0.2, 0.5):
            with house.worker() as worker:
                killer.kill_at(int(number * share), worker)
                house.wait_for_mails(int(number * share))
                assert killer.done.wait(180)
        with house.worker() as worker:
            house.wait_for_mails(int(number * 0.6))
            if redis:
                redis.restart()
            house.wait_for_mails(int(number * 0.8))
            worker.kill()
        with house.worker():
            house.wait_for_mails(number)
            wait_until(lambda: house.states() == {"sent": number}, "every row is settled")
    return 3


def check(house: MailHouse, number: int, kills: int) -> None:
    """Check that no mail is lost, that there are no more duplicates than kills, and that each duplicate is marked."""
    came = Counter(house.mails.recipients)
    assert set(came) == {f"user{each}@mail.example" for each in range(number)}
    twice = {recipient for recipient, times in came.items() if times > 1}
    assert len(house.mails.mails) - number <= kills
    # killed twice after the mail server had accepted a mail and before the worker recorded it
    assert len(twice) >= 2
    marked = {recipient for duplicate, recipient in house.rows("duplicate, recipient") if duplicate}
    assert twice <= marked
    assert len(marked) <= kills
    for recipient in twice:
        first, second = (mail for mail in house.mails.mails if mail["To"] == recipient)
        assert first["Message-ID"] == second["Message-ID"]
        assert SENT_AGAIN not in first
        assert SENT_AGAIN in second
    once = [mail for mail in house.mails.mails if mail["To"] not in marked]
    assert not [mail for mail in once if SENT_AGAIN in mail]


@pytest.mark.needs(REDIS)
def test_with_redis_no_mail_is_lost_and_few_come_twice(tmp_path: Path, mails: MailServer, redis: RedisServer) -> None:
    house = MailHouse(tmp_path, mails, PORTAL_REDIS_URL=redis.url)
    check(house, MAILS, proof(house, redis, MAILS))


def test_without_redis_no_mail_is_lost_and_few_come_twice(tmp_path: Path, mails: MailServer) -> None:
    house = MailHouse(tmp_path, mails)
    check(house, 100, proof(house, None, 100))
