"""`make soak COUNT=1000000`: mixed calls to server and pages; whether memory, open files or tables grow without end."""

from __future__ import annotations

import random
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests
import sqlalchemy

from benchmarks.machine import machine
from ngnpro_server.config import load_config
from ngnpro_wire.codec import encode_request
from ngnpro_wire.schema import load_schema
from tests.support.brokers import RedisServer
from tests.support.database_servers import DatabaseServer, database_server
from tests.support.processes import House, Program, first_password

from .clients import TIMEOUT, Writer
from .house import QUICKLY

CLIENTS = 4
SAMPLES = 20
# By how much a part may grow in the second half of a run, however long: bytes of all its processes, and open files.
MOST_BYTES, MOST_FILES = 20_000_000, 20
PAGES = ("accounts/", "domains/", "lcr/carriers/", "journal/", "jobs/", "mail/outbox/", "")
ACCOUNTS = 200


@dataclass
class Sample:
    """The state after a number of calls: bytes of memory and open files of each part, and rows of each table."""

    calls: int
    memory: dict[str, int]
    files: dict[str, int]
    rows: dict[str, int]


@dataclass
class Soaker(threading.Thread):
    """A client that makes mixed calls until ``stopping`` is set; ``answers`` counts their status codes by kind."""

    house: House
    number: int
    password: str
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self._chance = random.Random(self.number)
        self._writer = Writer(self.house, "page", self.number, self.password)
        self._soap = requests.Session()
        login = load_config(self.house.config, {}).administrator
        self._auth = {"username": login.username, "password": login.password, "admin": True}

    def __hash__(self) -> int:
        return self.number

    def enter(self) -> None:
        """Sign in."""
        self._writer.enter()

    def run(self) -> None:
        for kind, status in self._calls():
            self.answers[kind, status] += 1
            if self.stopping.is_set():
                return

    def _calls(self) -> Iterator[tuple[str, int]]:
        while True:
            drawn = self._chance.random()
            if drawn < 0.6:
                yield "list", self._call("getAccounts", query={"filter": {"domain": "example.com"}, "range": _range()})
            elif drawn < 0.8:
                name = f"s{self._chance.randrange(ACCOUNTS)}"
                yield "record", self._call("getAccount", id={"username": name, "domain": "example.com"})
            elif drawn < 0.85:
                sip_id = {"username": f"n{self.number}x{self._chance.randrange(10**9)}", "domain": "example.com"}
                yield "add", self._call("addAccount", account=new_account(sip_id))
                yield "delete", self._call("deleteAccount", id=sip_id)
            elif drawn < 0.99:
                yield "page", self._page(self._chance.choice(PAGES))
            elif drawn < 0.995:
                typed = {"name": f"soak {self.number} {self._chance.randrange(10**9)}"}
                yield "form", self._writer._submit(self._writer.session, "lcr/carriers/add/", typed).status_code
            else:
                self._writer.enter()
                yield "sign-in", 200

    def _call(self, name: str, **arguments: Any) -> int:
        schema = load_schema()
        body = encode_request(schema, schema.operation("Sip", name), arguments, self._auth)
        answer = self._soap.post(self.house.server_url, body, headers={"Content-Type": "text/xml"}, timeout=TIMEOUT)
        return answer.status_code

    def _page(self, path: str) -> int:
        return self._writer.session.get(self.house.portal_url + path, timeout=TIMEOUT).status_code


def _range() -> dict[str, int]:
    return {"start": 0, "count": 25}


def new_account(sip_id: Mapping[str, str]) -> dict[str, Any]:
    """Return an account as a program adds one."""
    known = {"firstName": "Ada", "lastName": "Byron", "password": "pw-of-soak-2026", "timezone": "Europe/Paris"}
    return {"id": sip_id, **known, "email": f"{sip_id['username']}@mail.example"}


def main(count: int) -> int:
    """Make ``count`` calls, print what grew meanwhile, and return 1 if something grew that must not."""
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    print(f"{machine()}; {count:,} calls", flush=True)
    with ExitStack() as stack:
        database = stack.enter_context(database_server("postgresql", durable=True))
        redis = stack.enter_context(RedisServer(folder))
        for name in ("portal", "platform"):
            database.create(name)
        at = quote(str(database.folder), safe="")
        urls = {
            "PORTAL_DATABASE_URL": f"postgres://ngnpro@{at}/portal",
            "NGNPRO_DATABASE_URL": database.url("platform"),
        }
        house = House(folder, settings={**QUICKLY, **urls, "PORTAL_REDIS_URL": redis.url})
        password = prepared(house)
        programs = {part: stack.enter_context(getattr(house, part)()) for part in ("server", "portal", "worker")}
        soakers = [Soaker(house, number, password) for number in range(CLIENTS)]
        for soaker in soakers:
            soaker.enter()
        bad = report(soak(soakers, count, programs, database), soakers)
    shutil.rmtree(folder)
    return 1 if bad else 0


def prepared(house: House) -> str:
    """Prepare both parts with some accounts; return the first operator's password."""
    house.var.mkdir(parents=True)
    server = house.own_server
    server.finish_preparing(server.begin_preparing())
    password = first_password(house.manage("prepare"))
    with house.server():
        adding = Soaker(house, -1, password)
        adding._call("addDomain", domain={"domain": "example.com"})
        for number in range(ACCOUNTS):
            adding._call("addAccount", account=new_account({"username": f"s{number}", "domain": "example.com"}))
    return password


def soak(soakers: list[Soaker], count: int, programs: Mapping[str, Program], database: DatabaseServer) -> list[Sample]:
    """Let the clients make ``count`` calls together; return what was seen in equal distances, without the beginning."""
    began = time.monotonic()
    for soaker in soakers:
        soaker.start()
    samples = []
    for step in range(1, SAMPLES + 1):
        wanted = count * step // SAMPLES
        wait_until_made(soakers, wanted)
        samples.append(look(wanted, programs, database))
        print(f"{wanted:>10,} calls, {time.monotonic() - began:.0f} s: {in_words(samples[-1])}", flush=True)
    for soaker in soakers:
        soaker.stopping.set()
    for soaker in soakers:
        soaker.join()
    return samples


def wait_until_made(soakers: list[Soaker], wanted: int) -> None:
    """Wait until so many calls were made; ``AssertionError`` if a client has ended."""
    while sum(soaker.answers.total() for soaker in soakers) < wanted:
        assert all(soaker.is_alive() for soaker in soakers), "a client ended"
        time.sleep(0.2)


def look(calls: int, programs: Mapping[str, Program], database: DatabaseServer) -> Sample:
    """Return the state of the parts and the databases."""
    memory, files = {}, {}
    for part, program in programs.items():
        processes = [Path(f"/proc/{number}") for number in program.group_members()]
        memory[part] = sum(_resident(process) for process in processes)
        files[part] = sum(len(list((process / "fd").iterdir())) for process in processes)
    rows = {name: number for one in ("portal", "platform") for name, number in _rows(database.url(one)).items()}
    return Sample(calls, memory, files, rows)


def _resident(process: Path) -> int:
    """Return the memory of a process in bytes; what processes share is divided among them."""
    line = next(line for line in (process / "smaps_rollup").read_text().splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) * 1024


def _rows(url: str) -> dict[str, int]:
    engine = sqlalchemy.create_engine(url)
    with engine.connect() as connection:
        names = sqlalchemy.inspect(connection).get_table_names()
        counted = {
            name: sqlalchemy.select(sqlalchemy.func.count()).select_from(sqlalchemy.table(name)) for name in names
        }
        found = {name: connection.execute(query).scalar_one() for name, query in counted.items()}
    engine.dispose()
    return found


def in_words(sample: Sample) -> str:
    """Return memory and files of a sample."""
    parts = [f"{part} {sample.memory[part] / 1e6:.0f} MB {sample.files[part]} files" for part in sample.memory]
    return ", ".join(parts)


def report(samples: list[Sample], soakers: list[Soaker]) -> list[str]:
    """Print what grew in the second half, and return what must not have."""
    answers = sum((soaker.answers for soaker in soakers), Counter())
    print(", ".join(f"{kind} {status}: {number:,}" for (kind, status), number in sorted(answers.items())))
    bad = [f"{kind} was answered with {status}" for kind, status in answers if status >= 400]
    half = samples[len(samples) // 2 :]
    for part in samples[0].memory:
        per_call = slope([(one.calls, one.memory[part]) for one in half])
        files = half[-1].files[part] - half[0].files[part]
        print(f"{part}: memory {per_call:+.1f} bytes per call, {files:+d} open files in the second half")
        grown = per_call * (half[-1].calls - half[0].calls)
        bad += [f"memory of {part}"] * (grown > MOST_BYTES) + [f"open files of {part}"] * (files > MOST_FILES)
    made = half[-1].calls - half[0].calls
    for name, number in sorted(half[-1].rows.items()):
        if grown := number - half[0].rows.get(name, 0):
            print(f"table {name}: {number:,} rows, {1000 * grown / made:+.1f} per 1,000 calls in the second half")
    print(f"grew or failed: {'; '.join(bad) or 'nothing'}")
    return bad


def slope(points: list[tuple[int, int]]) -> float:
    """Return by how much the second number grows with the first, by the line that fits best."""
    return statistics.linear_regression(*zip(*points, strict=True)).slope


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
