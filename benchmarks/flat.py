"""`make bench-flat COUNT=1000000`: accounts planned, imported and exported once, and the memory that this takes.

It runs the real programs on SQLite files: `manage.py plan` and Celery workers compare a file with that many rows, the
workers add the accounts, and the portal exports their list as CSV. Every few moments it reads the resident memory of
all of them, and prints it at the beginning, in the middle and at the end of each part, and every ten minutes how far it
is. The export must stay below 200 MB.

`FLAT_FOLDER` keeps the files in a folder, so that the parts can be run one by one: `PARTS="prepare plan"`, then
`PARTS=import` and `PARTS=export`. `WORKERS=2` runs that many workers.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import requests

from benchmarks.bulk import HEADINGS, BulkHouse
from benchmarks.machine import machine
from benchmarks.pages import sign_in
from tests.support.another_client import AnotherClient
from tests.support.processes import Program

COUNT = 1_000_000
MOST_MEGABYTES = 200
EVERY = 0.5
LOOKS = 40  # between two looks at the job, which take a second of CPU time
PRINTED_EVERY = 600
WORKERS = int(os.environ.get("WORKERS", "1"))


def megabytes(processes: list[int]) -> float:
    """Return the largest resident memory of some processes, in MB (proc(5))."""
    found = [0]
    for process in processes:
        try:
            status = Path(f"/proc/{process}/status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        found += [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")]
    return max(found) / 1024


class Memory:
    """The memory of a program, measured again and again."""

    def __init__(self, of: Callable[[], list[int]]) -> None:
        self._of = of
        self.measured: list[float] = []

    def look(self) -> None:
        self.measured.append(megabytes(self._of()))

    def __str__(self) -> str:
        third = max(1, len(self.measured) // 3)
        parts = [self.measured[:third], self.measured[third : 2 * third], self.measured[2 * third :]]
        return " → ".join(f"{max(part):.0f}" for part in parts if part) + " MB"


class Watch:
    """Looks at the memory of programs while a part runs, and prints now and then how far it is."""

    def __init__(self, house: BulkHouse, programs: dict[str, Callable[[], list[int]]]) -> None:
        self._house = house
        self.memories = {name: Memory(of) for name, of in programs.items()}
        self.begun = self._printed = time.monotonic()

    def look(self) -> None:
        """Wait for a moment, and look at all programs."""
        time.sleep(EVERY)
        for memory in self.memories.values():
            memory.look()
        if time.monotonic() - self._printed > PRINTED_EVERY:
            self._printed = time.monotonic()
            state, counts, _seconds = self._house.state()
            print(f"| … {state}: {counts} | {self._printed - self.begun:,.0f} | {self} |", flush=True)

    def look_for(self, looks: int) -> None:
        """Look several times."""
        for _look in range(looks):
            self.look()

    def __str__(self) -> str:
        return "; ".join(f"{name}: {memory}" for name, memory in self.memories.items())

    def end(self, part: str, seconds: float | None = None) -> None:
        """Print the row of a part of the table."""
        print(f"| {part} | {seconds or time.monotonic() - self.begun:,.0f} | {self} |", flush=True)


def plan(house: BulkHouse, rows: int) -> None:
    """Plan the import in a process of its own, and with workers."""
    words = ("plan", str(sheet_of(house)), "--kind", "account", "--operator", "operator")
    with house.celery(WORKERS) as workers, tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen([sys.executable, "manage.py", *words], env=house.environment, stdout=output)
        watch = Watch(house, {"manage.py plan": lambda: [process.pid], **watched(house, workers)})
        while process.poll() is None:
            watch.look()
        # If it ended early, e.g. because it waited in vain for the database, the workers go on.
        while (found := house.state())[0] == "planning":
            watch.look_for(LOOKS)
        state, counts, _seconds = found
        assert (state, counts) == ("planned", {"ready": rows}), (state, counts)
        watch.end("planned")


def apply(house: BulkHouse, rows: int) -> None:
    """Let workers carry out the job."""
    with house.celery(WORKERS) as workers:
        house.long("apply", house.job_id())
        watch = Watch(house, watched(house, workers))
        state, counts, seconds = house.state()
        while state == "running":
            watch.look_for(LOOKS)
            state, counts, seconds = house.state()
        assert counts == {"done": rows}, counts
        watch.end("imported", seconds)


def watched(house: BulkHouse, workers: list[Program]) -> dict[str, Callable[[], list[int]]]:
    """Return the programs whose memory is read, with functions that list their processes."""
    own = {f"worker {number}": worker.group_members for number, worker in enumerate(workers, 1)}
    return {**own, "server": house.server_program.group_members}


def sheet_of(house: BulkHouse) -> Path:
    return house.folder / "accounts.csv"


def prepare(house: BulkHouse, rows: int) -> None:
    """Create the databases and the file, and a domain for the accounts."""
    password_of(house).write_text(house.prepare())
    with sheet_of(house).open("w") as opened:
        opened.write(HEADINGS)
        opened.writelines(f"u{n}@example.com,User,Number,u{n}@mail.example,Europe/Paris,sms\n" for n in range(rows))
    with house.server(), AnotherClient(house.server_url, house.config, "Sip") as client:
        client.call("addDomain", domain={"domain": "example.com"})


def password_of(house: BulkHouse) -> Path:
    """Return the file with the password of the operator of this house, whose records are made up."""
    return house.folder / "password"


def export(house: BulkHouse, rows: int) -> None:
    """Export the list of accounts; exit with status 1 if it took too much memory."""
    with house.portal() as portal:
        most = _export(house, portal, rows)
    if most > MOST_MEGABYTES:
        raise SystemExit(f"The export took {most:.0f} MB, more than {MOST_MEGABYTES}.")


def _export(house: BulkHouse, portal: Program, rows: int) -> float:
    """Return the most memory that the portal had."""
    browser: requests.Session = sign_in(house, password_of(house).read_text())
    memory, lines, size, begun, next_look = Memory(portal.group_members), 0, 0, time.monotonic(), 0.0
    with browser.get(f"{house.portal_url}accounts/?as=csv", stream=True, timeout=600) as answer:
        answer.raise_for_status()
        for chunk in answer.iter_content(1 << 16):
            lines, size = lines + chunk.count(b"\n"), size + len(chunk)
            if time.monotonic() > next_look:
                memory.look()
                next_look = time.monotonic() + EVERY
    assert lines == rows + 1, lines
    print(f"| exported, {size / 1e6:,.0f} MB | {time.monotonic() - begun:,.0f} | portal: {memory} |", flush=True)
    return max(memory.measured)


PARTS: dict[str, Callable[[BulkHouse, int], None]] = {"plan": plan, "import": apply, "export": export}


def main(words: list[str]) -> None:
    """Run the parts that are named after the number of accounts, or all."""
    rows = int(words[0]) if words else COUNT
    parts = words[1:] or ["prepare", *PARTS]
    print(f"{machine()}\n\n{rows:,} accounts; memory: the most in each third of the time\n")
    print("| part | seconds | resident memory |\n|---|---:|---|", flush=True)
    with folder() as name:
        house = BulkHouse(Path(name))
        if "prepare" in parts:
            prepare(house, rows)
        with house.server() as house.server_program:
            for part, run in PARTS.items():
                if part in parts:
                    run(house, rows)


@contextlib.contextmanager
def folder() -> Iterator[str]:
    """Yield the folder of the files: one that is kept, or one that is deleted afterwards."""
    if kept := os.environ.get("FLAT_FOLDER"):
        Path(kept).mkdir(parents=True, exist_ok=True)
        yield kept
    else:
        with tempfile.TemporaryDirectory(prefix="portal-flat-") as name:
            yield name


if __name__ == "__main__":
    main(sys.argv[1:])
