"""`make bench-bulk`: accounts added by the job engine, beside plain loops of zeep and of PHP's SOAP extension.

For SQLite and for PostgreSQL (the portal and the server with one database each), and for a server with and without
the batch operation, it plans an import of accounts and applies it with 1, 2 and 4 Celery workers. The rate is that
between the start and the end of the job as the portal's database has them; the CPU time is that of the workers and of
the server. The loops add accounts to the same server, one call after the other over one connection.
"""

from __future__ import annotations

import configparser
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from lxml import etree

from benchmarks.machine import machine, processor_seconds
from ngnpro_wire.schema import WSDL_PATH
from portal.running.commands import worker_command
from tests.support.another_client import AnotherClient
from tests.support.database_servers import database_server
from tests.support.processes import House, Program, running

ROWS = 10_000
WORKERS = (1, 2, 4)
LOOP = 1000  # accounts of the plain loops
PHP = Path(__file__).with_name("adds.php")
HEADINGS = "id,firstName,lastName,email,timezone,groups\n"
STATE = """
import json
from portal.jobs.models import Job
job = next(job for job in Job.objects.order_by("-made").iterator() if str(job.pk).startswith(BEGINNING))
seconds = (job.ended - job.since).total_seconds() if job.ended else 0
print(json.dumps([job.state, job.counts(), seconds]))
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """A measured way: accounts per second, and the CPU time of the client and the server in ms per account."""

    way: str
    rate: float
    client: float
    server: float

    def line(self, php: float) -> str:
        """Return the row of the table; ``php`` is the rate of the loop of PHP in the same run."""
        ratio = f"{self.rate / php:.1f}" if php else ""
        return f"| {self.way} | {self.rate:,.0f} | {ratio} | {self.client:.2f} | {self.server:.2f} |"


class BulkHouse(House):
    """A house whose programs are measured."""

    server_program: Program

    def login(self) -> tuple[str, str]:
        """Return the name and the password of the SOAP administrator."""
        parser = configparser.ConfigParser(interpolation=None)
        parser.read(self.config)
        return parser["administrator"]["username"], parser["administrator"]["password"]

    def server_seconds(self) -> float:
        """Return the CPU time that the processes of the server have used."""
        return processor_seconds(self.server_program.group_members())

    def php_loop(self, count: int) -> Rate:
        """Add accounts with PHP's SOAP extension."""
        before, own = self.server_seconds(), os.times()
        command = ["php", str(PHP), self.server_url, str(WSDL_PATH), *self.login(), str(count)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        now = os.times()
        used = now.children_user + now.children_system - own.children_user - own.children_system
        return self.rate("loop of PHP", count, float(done.stdout), used, before)

    def zeep_loop(self, count: int) -> Rate:
        """Add accounts with plain zeep."""
        with AnotherClient(self.server_url, self.config, "Sip") as client:
            before, begun, own = self.server_seconds(), time.perf_counter(), time.process_time()
            for number in range(count):
                account = {
                    "id": {"username": f"zeep{number}", "domain": "example.com"},
                    "password": "a-Secret-2026",
                    "firstName": "User",
                    "lastName": "Number",
                    "email": f"u{number}@mail.example",
                    "timezone": "Europe/Paris",
                    "groups": ["sms"],
                }
                client.call("addAccount", account=account)
            seconds, used = time.perf_counter() - begun, time.process_time() - own
        return self.rate("loop of zeep", count, seconds, used, before)

    def rate(self, way: str, count: int, seconds: float, client: float, before: float) -> Rate:
        server = self.server_seconds() - before
        return Rate(way, count / seconds, client / count * 1000, server / count * 1000)

    def job(self, name: str, rows: int, workers: int) -> Iterator[Rate]:
        """Plan and apply an import; yield the rates of both."""
        first = self.plan_of(self.file_of(f"{name}-first", 200 * workers))
        file = self.file_of(name, rows)
        before, begun, own = self.server_seconds(), time.perf_counter(), os.times()
        job = self.plan_of(file)
        now = os.times()
        used = now.children_user + now.children_system - own.children_user - own.children_system
        yield self.rate("plan", rows, time.perf_counter() - begun, used, before)
        with self.celery(workers) as programs:
            self.warm_up(first)
            before, used = self.server_seconds(), self.seconds_of(programs)
            self.long("apply", job)
            state, counts, seconds = self.state()
            while state == "running":
                time.sleep(1)
                state, counts, seconds = self.state()
            client = self.seconds_of(programs) - used
            assert counts == {"done": rows}, counts
            yield self.rate(f"job, {workers} worker{'s'[: workers > 1]}", rows, seconds, client, before)

    def file_of(self, name: str, rows: int) -> Path:
        """Write a file of accounts to import."""
        file = self.folder / f"{name}.csv"
        lines = (f"{name}{n}@example.com,User,Number,u{n}@mail.example,Europe/Paris,sms\n" for n in range(rows))
        file.write_text(HEADINGS + "".join(lines))
        return file

    def warm_up(self, job: str) -> None:
        """Let all workers load what they need for a job, so that their start is not measured."""
        self.long("apply", job)
        while self.state(job)[0] == "running":
            time.sleep(1)

    def plan_of(self, file: Path) -> str:
        """Plan an import, and return the id of the plan."""
        return self.long("plan", str(file), "--kind", "account", "--operator", "operator").splitlines()[-1].split()[0]

    def seconds_of(self, programs: list[Program]) -> float:
        return sum(processor_seconds(program.group_members()) for program in programs)

    def state(self, job: str = "") -> tuple[str, dict[str, int], float]:
        """Return the state of the newest job, or of one by its id, its counts, and how many seconds it took."""
        found: tuple[str, dict[str, int], float] = json.loads(
            self.manage("shell", "--no-imports", "-c", f"BEGINNING = {job!r}\n{STATE}").splitlines()[-1]
        )
        return found

    def job_id(self) -> str:
        """Return the beginning of the id of the newest job."""
        return self.manage("jobs").splitlines()[0].split()[0]

    def long(self, *words: str) -> str:
        """Run a management command, however long it takes."""
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(command, check=True, env=self.environment, capture_output=True, text=True).stdout

    @contextlib.contextmanager
    def celery(self, workers: int) -> Iterator[list[Program]]:
        """Run Celery workers, each a process that works on one job at a time."""
        command = worker_command()
        command[command.index("--concurrency") + 1] = "1"
        environment = {**self.environment, "PORTAL_JOB_WORKERS": str(workers)}
        with contextlib.ExitStack() as stack:
            yield [
                stack.enter_context(
                    running([*command, "--hostname", f"worker{number}"], environment, self.folder / f"worker{number}")
                )
                for number in range(workers)
            ]


def without_batches(folder: Path) -> Path:
    """Return a WSDL like that of a server without the batch operation."""
    tree = etree.parse(WSDL_PATH)
    for part in tree.xpath("//*[starts-with(@name, 'Batch') and namespace-uri() = 'http://schemas.xmlsoap.org/wsdl/']"):
        part.getparent().remove(part)
    file = folder / "without-batches.wsdl"
    tree.write(file, encoding="utf-8")
    return file


@contextlib.contextmanager
def databases(kind: str) -> Iterator[dict[str, str]]:
    """Yield the settings of the databases of the portal and of the server."""
    if kind == "SQLite":
        yield {}
        return
    with database_server("postgresql", durable=True) as server:
        url = server.create("ngnpro")
        server.create("portal")
        portal = f"postgresql://ngnpro@{quote(str(server.folder), safe='')}/portal"
        yield {"PORTAL_DATABASE_URL": portal, "NGNPRO_DATABASE_URL": url, "NGNPRO_DATABASE_PROXY_URL": url}


def rates(kind: str, rows: int, workers: tuple[int, ...] = WORKERS) -> Iterator[Rate]:
    """Measure all ways on one kind of database."""
    with tempfile.TemporaryDirectory(prefix="portal-bulk-") as name, databases(kind) as settings:
        house = BulkHouse(Path(name), settings=settings)
        house.create(with_demo=False)
        with house.server() as house.server_program:
            with AnotherClient(house.server_url, house.config, "Sip") as client:
                client.call("addDomain", domain={"domain": "example.com"})
            if shutil.which("php"):
                yield house.php_loop(min(LOOP, rows))
            yield house.zeep_loop(min(LOOP, rows))
            for count in workers:
                yield from house.job(f"batch{count}", rows, count)
            house.settings["NGNPRO_WSDL"] = str(without_batches(house.folder))
            for count in workers:
                plan, job = house.job(f"single{count}", min(rows, 2 * LOOP), count)
                yield Rate(f"without batches: {plan.way}", plan.rate, plan.client, plan.server)
                yield Rate(f"without batches: {job.way}", job.rate, job.client, job.server)


def main(words: list[str]) -> None:
    """Print a table for each kind of database; the argument is the number of rows."""
    rows = int(words[0]) if words else ROWS
    print(machine())
    for kind in words[1:] or ("SQLite", "PostgreSQL"):
        print(f"\n{rows:,} accounts, {kind}\n\n| way | accounts/s | of PHP's loop | client, ms CPU | server, ms CPU |")
        print("|---|---:|---:|---:|---:|")
        php = 0.0
        for rate in rates(kind, rows):
            php = php or (rate.rate if rate.way == "loop of PHP" else 0.0)
            print(rate.line(php), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
