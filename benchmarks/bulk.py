"""`make bench-bulk`: accounts added by the job engine, beside plain loops of zeep and of PHP's SOAP extension.

For SQLite and for PostgreSQL (the portal and the server with one database each), and for a server with and without
the batch operation, it plans an import of accounts and applies it with 1, 2 and 4 Celery workers. The rate is that
between the start and the end of the job as the portal's database has them; the CPU time is that of the workers, of the
server, and of PostgreSQL for both. The loops add accounts to the same server, one call after the other over one
connection. While a job is measured, nothing else is started: the process that waits for its end only asks the database.
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
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from lxml import etree

from benchmarks.machine import family_seconds, machine, processor_seconds
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
job = Job.objects.latest("made")
seconds = (job.ended - job.since).total_seconds() if job.ended else 0
print(json.dumps([job.state, job.counts(), seconds]))
"""
# Started before the measurement, because loading Django takes a processor for a second.
APPLY = """
import json, time
from portal.jobs.models import Job
from portal.jobs.services import apply_plan
job = next(job for job in Job.objects.order_by("-made").iterator() if str(job.pk).startswith(BEGINNING))
print("ready", flush=True)
input()
apply_plan(job)
while Job.objects.filter(pk=job.pk, state="running").exists():
    time.sleep(0.1)
job.refresh_from_db()
print(json.dumps([job.state, job.counts(), (job.ended - job.since).total_seconds()]))
"""


@dataclass(frozen=True, slots=True)
class Used:
    """The CPU time in seconds that programs have used: the client, the server, and the database server of both."""

    client: float
    server: float
    database: float

    def since(self, earlier: Used) -> Used:
        """Return what was used between two moments."""
        return Used(self.client - earlier.client, self.server - earlier.server, self.database - earlier.database)


@dataclass(frozen=True, slots=True)
class Rate:
    """A measured way: accounts per second, and the CPU time of all accounts."""

    way: str
    count: int
    seconds: float
    used: Used

    @property
    def rate(self) -> float:
        return self.count / self.seconds

    def line(self, php: float) -> str:
        """Return the row of the table; ``php`` is the rate of the loop of PHP in the same run."""
        ratio = f"{self.rate / php:.1f}" if php else ""
        parts = (self.used.client, self.used.server, self.used.database)
        costs = " | ".join(f"{seconds / self.count * 1000:.2f}" for seconds in (*parts, sum(parts)))
        return f"| {self.way} | {self.rate:,.0f} | {ratio} | {costs} |"


class BulkHouse(House):
    """A house whose programs are measured."""

    server_program: Program
    database_program: Program | None = None

    def login(self) -> tuple[str, str]:
        """Return the name and the password of the SOAP administrator."""
        parser = configparser.ConfigParser(interpolation=None)
        parser.read(self.config)
        return parser["administrator"]["username"], parser["administrator"]["password"]

    def used(self, client: float) -> Used:
        """Return the CPU time so far; on SQLite, the database is a part of the other programs."""
        server = processor_seconds(self.server_program.group_members())
        return Used(client, server, family_seconds(self.database_program.process.pid) if self.database_program else 0)

    def php_loop(self, count: int) -> Rate:
        """Add accounts with PHP's SOAP extension."""
        before = self.used(_children_seconds())
        command = ["php", str(PHP), self.server_url, str(WSDL_PATH), *self.login(), str(count)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return Rate("loop of PHP", count, float(done.stdout), self.used(_children_seconds()).since(before))

    def zeep_loop(self, count: int) -> Rate:
        """Add accounts with plain zeep."""
        with AnotherClient(self.server_url, self.config, "Sip") as client:
            before, begun = self.used(time.process_time()), time.perf_counter()
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
            seconds = time.perf_counter() - begun
            return Rate("loop of zeep", count, seconds, self.used(time.process_time()).since(before))

    def job(self, name: str, rows: int, workers: int) -> Iterator[Rate]:
        """Plan and apply an import; yield the rates of both."""
        first = self.plan_of(self.file_of(f"{name}-first", 200 * workers))
        file = self.file_of(name, rows)
        before, begun = self.used(_children_seconds()), time.perf_counter()
        job = self.plan_of(file)
        yield Rate("plan", rows, time.perf_counter() - begun, self.used(_children_seconds()).since(before))
        with self.celery(workers) as programs, self.applying(job) as apply:
            with self.applying(first) as warm_up:  # all workers load what they need for a job
                _finish(warm_up)
            before = self.used(_seconds_of(programs))
            counts, seconds = _finish(apply)
            used = self.used(_seconds_of(programs)).since(before)
            assert counts == {"done": rows}, counts
            yield Rate(f"job, {workers} worker{'s'[: workers > 1]}", rows, seconds, used)

    def file_of(self, name: str, rows: int) -> Path:
        """Write a file of accounts to import."""
        file = self.folder / f"{name}.csv"
        lines = (f"{name}{n}@example.com,User,Number,u{n}@mail.example,Europe/Paris,sms\n" for n in range(rows))
        file.write_text(HEADINGS + "".join(lines))
        return file

    def plan_of(self, file: Path) -> str:
        """Plan an import, and return the id of the plan."""
        return self.long("plan", str(file), "--kind", "account", "--operator", "operator").splitlines()[-1].split()[0]

    def state(self) -> tuple[str, dict[str, int], float]:
        """Return the state of the newest job, its counts, and how many seconds it took."""
        printed = self.manage("shell", "--no-imports", "-c", STATE)
        found: tuple[str, dict[str, int], float] = json.loads(printed.splitlines()[-1])
        return found

    def job_id(self) -> str:
        """Return the beginning of the id of the newest job."""
        return self.manage("jobs").splitlines()[0].split()[0]

    @contextlib.contextmanager
    def applying(self, job: str) -> Iterator[subprocess.Popen[str]]:
        """Run a process that is ready to apply a plan, and to wait for the end of its job."""
        words = (sys.executable, "manage.py", "shell", "--no-imports", "-c", f"BEGINNING = {job!r}\n{APPLY}")
        with subprocess.Popen(
            words, env=self.environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process

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


def _children_seconds() -> float:
    """Return the CPU time of the programs that this process has started and that have ended."""
    now = os.times()
    return now.children_user + now.children_system


def _seconds_of(programs: list[Program]) -> float:
    return sum(processor_seconds(program.group_members()) for program in programs)


def _finish(apply: subprocess.Popen[str]) -> tuple[dict[str, int], float]:
    """Apply a plan; return its rows by state, and how many seconds the job took."""
    printed, _errors = apply.communicate("\n")
    state, counts, seconds = json.loads(printed)
    assert state == "finished", state
    return counts, seconds


def without_batches(folder: Path) -> Path:
    """Return a WSDL like that of a server without the batch operation."""
    tree = etree.parse(WSDL_PATH)
    for part in tree.xpath("//*[starts-with(@name, 'Batch') and namespace-uri() = 'http://schemas.xmlsoap.org/wsdl/']"):
        part.getparent().remove(part)
    file = folder / "without-batches.wsdl"
    tree.write(file, encoding="utf-8")
    return file


@contextlib.contextmanager
def databases(kind: str) -> Iterator[tuple[dict[str, str], Program | None]]:
    """Yield the settings of the databases of the portal and of the server, and the database server of both."""
    if kind == "SQLite":
        yield {}, None
        return
    with database_server("postgresql", durable=True) as server:
        url = server.create("ngnpro")
        server.create("portal")
        portal = f"postgresql://ngnpro@{quote(str(server.folder), safe='')}/portal"
        urls = {"PORTAL_DATABASE_URL": portal, "NGNPRO_DATABASE_URL": url, "NGNPRO_DATABASE_PROXY_URL": url}
        yield urls, server.programs[-1]


def rates(kind: str, rows: int, workers: tuple[int, ...] = WORKERS) -> Iterator[Rate]:
    """Measure all ways on one kind of database."""
    with tempfile.TemporaryDirectory(prefix="portal-bulk-") as name, databases(kind) as (settings, program):
        house = BulkHouse(Path(name), settings=settings)
        house.database_program = program
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
                for rate in house.job(f"single{count}", min(rows, 2 * LOOP), count):
                    yield replace(rate, way=f"without batches: {rate.way}")


def main(words: list[str]) -> None:
    """Print a table for each kind of database; the argument is the number of rows."""
    rows = int(words[0]) if words else ROWS
    print(machine())
    for kind in words[1:] or ("SQLite", "PostgreSQL"):
        print(f"\n{rows:,} accounts, {kind}; CPU time in ms per account\n")
        print("| way | accounts/s | of PHP's loop | client | server | database | all |")
        print("|---|---:|---:|---:|---:|---:|---:|")
        php = 0.0
        for rate in rates(kind, rows):
            php = php or (rate.rate if rate.way == "loop of PHP" else 0.0)
            print(rate.line(php), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
