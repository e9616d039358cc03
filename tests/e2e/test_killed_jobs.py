"""Jobs whose worker, broker and NGNPro server are killed while they run: every row is written exactly once."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from portal.running.commands import accepts_connections
from tests.support.another_client import AnotherClient
from tests.support.brokers import RedisServer
from tests.support.needs import REDIS
from tests.support.processes import ROOT, House, Program, wait_until

pytestmark = [pytest.mark.real, pytest.mark.needs(REDIS)]

# JOB_ACCOUNTS=10000 is the large run (`make prove-jobs`).
ACCOUNTS = int(os.environ.get("JOB_ACCOUNTS", "150"))
# The large run is for machines that do other work as well: there, a call with a hundred rows takes longer.
QUICKLY = {
    "PORTAL_JOB_CLAIM_SECONDS": "4" if ACCOUNTS < 1000 else "20",
    "NGNPRO_READ_SECONDS": "3" if ACCOUNTS < 1000 else "15",
    "PORTAL_JOB_SLICE_SECONDS": "1",
    "PORTAL_JOB_ROWS": str(min(100, ACCOUNTS // 30)),
}
PAGE = 500
HEADINGS = "id,firstName,lastName,email,timezone\n"
JOBS = "SELECT id, state, strftime('%s', ended) - strftime('%s', started) FROM job ORDER BY made"
COUNTS = "SELECT state, COUNT(*) FROM job_row WHERE job_id = ? GROUP BY state"
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
    """A house whose worker and NGNPro server can be killed and started again; ``kills`` and ``restarts`` count."""

    def __init__(self, folder: Path, redis: RedisServer) -> None:
        super().__init__(folder, settings={**QUICKLY, "PORTAL_REDIS_URL": redis.url})
        self.redis = redis
        self.kills: Counter[str] = Counter()
        self.restarts: Counter[str] = Counter()
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

    def restart_ended(self) -> None:
        """Start parts that have ended by themselves again, as a supervisor does: Celery's worker may, without Redis."""
        for part, program in self.program.items():
            if program.process.poll() is not None:
                self._parts[part].close()
                self.start(part)
                self.restarts[part] += 1

    def end(self) -> None:
        for stack in self._parts.values():
            stack.close()

    def ask(self, query: str, *values: str) -> list[Any]:
        """Return the rows of a query in the portal's database, which costs the programs nothing."""
        with closing(sqlite3.connect(f"file:{self.var / 'portal.sqlite3'}?mode=ro", uri=True, timeout=60)) as opened:
            return opened.execute(query, values).fetchall()

    def jobs(self) -> list[tuple[str, str, dict[str, int], int]]:
        """List the jobs: their ids, states, numbers of rows by state, and the seconds that they took."""
        return [(job, state, dict(self.ask(COUNTS, job)), took) for job, state, took in self.ask(JOBS)]

    def done(self) -> int:
        """Return how many rows of the newest job are written."""
        return self.jobs()[-1][2].get("done", 0)

    def accounts(self) -> list[str]:
        """List the addresses of the accounts on the platform, as another client sees them."""
        found: list[str] = []
        with AnotherClient(self.server_url, self.config, "Sip") as client:
            for start in range(0, 2 * ACCOUNTS, PAGE):
                rows = client.call("getAccounts", query={"range": {"start": start, "count": PAGE}})["accounts"]
                found += [f"{row['id']['username']}@{row['id']['domain']}" for row in rows]
                if len(rows) < PAGE:
                    break
        return found

    def long(self, *words: str) -> None:
        """Run a management command, however long it takes."""
        command = [sys.executable, "manage.py", *words]
        subprocess.run(command, check=True, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL)

    def wait_for(self, condition: Callable[[], object], what: str) -> None:
        """Wait as long as the job makes progress; ``wait_until`` gives up when nothing was written for a minute."""
        while not condition():
            before = self.progress()
            wait_until(lambda before=before: condition() or self.progress() != before, what)  # type: ignore[misc]

    def progress(self) -> list[Any]:
        self.restart_ended()
        return self.ask("SELECT job_id, state, COUNT(*) FROM job_row GROUP BY 1, 2")

    def answers(self) -> bool:
        """Return whether the server takes calls, after what has ended was started again."""
        self.restart_ended()
        return accepts_connections(self.server_port)

    def run_with_kills(self, seed: int) -> None:
        """Kill each part twice, each time after some more rows, and wait for the end of the newest job."""
        parts = ["worker", "redis", "server"] * 2
        random.Random(seed).shuffle(parts)
        for number, part in enumerate(parts, 1):
            share = ACCOUNTS * number // (len(parts) + 2)
            self.wait_for(lambda share=share: self.done() >= share, f"{share} rows")  # type: ignore[misc]
            self.kill(part)
        self.wait_for(lambda: self.jobs()[-1][1] == "finished", "the end of the job")
        wait_until(self.answers, "the server that was killed last answers")


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
        house.long("plan", str(file), "--kind", "account", "--operator", "operator")
        house.start("worker")
        [(job, state, counts, _took)] = house.jobs()
        assert (state, counts) == ("planned", {"ready": ACCOUNTS})

        house.manage("apply", job)
        house.run_with_kills(seed=1)

        assert sorted(house.accounts()) == sorted(f"user{number}@example.com" for number in range(ACCOUNTS))
        assert house.jobs()[0][2] == {"done": ACCOUNTS}
        took, ended = house.jobs()[0][3], dict(house.restarts)
        print(f"\n{ACCOUNTS:,} accounts added once each in {took} s; killed: {dict(house.kills)}; ended: {ended}")

        house.long("shell", "--no-imports", "-c", UNDO)
        house.wait_for(lambda: house.jobs()[-1][1] == "planned", "the plan of the undo")
        assert house.jobs()[-1][2] == {"ready": ACCOUNTS}
        print(f"{ACCOUNTS:,} rows can be undone")
    finally:
        house.end()
