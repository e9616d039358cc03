"""Jobs whose worker, broker and NGNPro server are killed while they run: every row is written exactly once."""

from __future__ import annotations

import os
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from uuid import UUID

import pytest

from tests.support.another_client import AnotherClient
from tests.support.brokers import RedisServer
from tests.support.needs import REDIS
from tests.support.processes import PATIENCE, House, Program, wait_until

pytestmark = [pytest.mark.real, pytest.mark.needs(REDIS)]

# JOB_ACCOUNTS=10000 is the large run (`make prove-jobs`).
ACCOUNTS = int(os.environ.get("JOB_ACCOUNTS", "150"))
QUICKLY = {"PORTAL_JOB_CLAIM_SECONDS": "4", "NGNPRO_READ_SECONDS": "3", "PORTAL_JOB_SLICE_SECONDS": "1"}
HEADINGS = "id,firstName,lastName,email,timezone\n"
UNDO = """
from django.contrib.sessions.backends.base import SessionBase
from portal.jobs import services
from portal.jobs.command_line import job_of
from portal.jobs.models import Job
services.plan_undo(job_of("operator"), Job.objects.get())
"""


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path) as server:
        yield server


class JobHouse(House):
    """A house whose worker and NGNPro server can be killed and started again; ``kills`` counts what was killed."""

    def __init__(self, folder: Path, redis: RedisServer) -> None:
        super().__init__(folder, settings={**QUICKLY, "PORTAL_REDIS_URL": redis.url})
        self.redis = redis
        self.kills: Counter[str] = Counter()
        self.program: dict[str, Program] = {}
        self._parts = {"worker": ExitStack(), "server": ExitStack()}

    def start(self, part: str) -> None:
        run = self.worker if part == "worker" else self.server
        self.program[part] = self._parts[part].enter_context(run())

    def kill(self, part: str) -> None:
        """Kill a part without a warning, and start it again."""
        if part == "redis":
            self.redis.kill()
        else:
            self.program[part].kill()
            self._parts[part].close()
            self.start(part)
        self.kills[part] += 1

    def end(self) -> None:
        for stack in self._parts.values():
            stack.close()

    def jobs(self) -> list[tuple[str, str, dict[str, int]]]:
        """List the jobs: their ids, states, and numbers of rows by state; read without a start of the portal."""
        with closing(sqlite3.connect(self.var / "portal.sqlite3", timeout=PATIENCE)) as database:
            jobs = database.execute("SELECT id, state FROM job ORDER BY made").fetchall()
            rows = database.execute("SELECT job_id, state, COUNT(*) FROM job_row GROUP BY job_id, state").fetchall()
        return [(str(UUID(job)), state, {one: number for of, one, number in rows if of == job}) for job, state in jobs]

    def done(self) -> int:
        """Return how many rows of the newest job are written."""
        return self.jobs()[-1][2].get("done", 0)

    def accounts(self) -> list[str]:
        """List the addresses of the accounts on the platform, as another client sees them."""
        with AnotherClient(self.server_url, self.config, "Sip") as client:
            query = {"range": {"start": 0, "count": 2 * ACCOUNTS}}
            rows = client.call("getAccounts", query=query)["accounts"]
        return [f"{row['id']['username']}@{row['id']['domain']}" for row in rows]

    def run_with_kills(self, seed: int) -> None:
        """Kill each part twice, each time after some more rows, and wait for the end of the newest job."""
        parts = ["worker", "redis", "server"] * 2
        random.Random(seed).shuffle(parts)
        for number, part in enumerate(parts, 1):
            share = ACCOUNTS * number // (len(parts) + 2)
            wait_until(lambda share=share: self.done() >= share, f"{share} rows")  # type: ignore[misc]
            self.kill(part)
        for number in range(len(parts), 2 * len(parts)):
            share = min(ACCOUNTS, ACCOUNTS * number // (len(parts) + 2))
            wait_until(lambda share=share: self.done() >= share, f"{share} rows")  # type: ignore[misc]
        wait_until(lambda: self.jobs()[-1][1] == "finished", "the end of the job")


def test_no_row_is_lost_and_none_written_twice(tmp_path: Path, redis: RedisServer) -> None:
    house = JobHouse(tmp_path, redis)
    house.prepare()
    file = tmp_path / "accounts.csv"
    rows = (f"user{number}@example.com,User,Number,u{number}@mail.example,Europe/Paris\n" for number in range(ACCOUNTS))
    file.write_text(HEADINGS + "".join(rows))
    try:
        house.start("server")
        with AnotherClient(house.server_url, house.config, "Sip") as client:
            client.call("addDomain", domain={"domain": "example.com"})
        house.manage("plan", str(file), "--kind", "account", "--operator", "operator")
        house.start("worker")
        [(job, state, counts)] = house.jobs()
        assert (state, counts) == ("planned", {"ready": ACCOUNTS})

        house.manage("apply", job)
        house.run_with_kills(seed=1)

        assert sorted(house.accounts()) == sorted(f"user{number}@example.com" for number in range(ACCOUNTS))
        assert house.jobs()[0][2] == {"done": ACCOUNTS}
        print(f"\n{ACCOUNTS} accounts added once each; killed: {dict(house.kills)}")

        house.manage("shell", "--no-imports", "-c", UNDO)
        wait_until(lambda: house.jobs()[-1][1] == "planned", "the plan of the undo")
        assert house.jobs()[-1][2] == {"ready": ACCOUNTS}
    finally:
        house.end()
