"""`make bench-flat COUNT=1000000`: accounts planned, imported and exported once, and the memory that this takes.

It runs the real programs on SQLite files: `manage.py plan` compares a file with that many rows, the Celery worker adds
the accounts, and the portal exports their list as CSV. Every few moments it reads the resident memory of all of them,
and prints it at the beginning, in the middle and at the end of each part. The export must stay below 200 MB.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
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


def plan(house: BulkHouse, file: Path) -> str:
    """Plan the import in a process of its own; return the id of the job."""
    command = [sys.executable, "manage.py", "plan", str(file), "--kind", "account", "--operator", "operator"]
    with tempfile.TemporaryFile("w+") as output:
        begun = time.monotonic()
        process = subprocess.Popen(command, env=house.environment, stdout=output)
        memory = Memory(lambda: [process.pid])
        while process.poll() is None:
            memory.look()
            time.sleep(EVERY)
        assert process.returncode == 0
        print(f"| planned | {time.monotonic() - begun:,.0f} | manage.py plan: {memory} |", flush=True)
        output.seek(0)
        return output.read().splitlines()[-1].split()[0]


def apply(house: BulkHouse, job: str, rows: int) -> None:
    """Let a worker carry out the job."""
    with house.celery(1) as [worker]:
        house.long("apply", job)
        worker_memory, server = Memory(worker.group_members), Memory(house.server_program.group_members)
        state, counts, seconds = house.state()
        while state == "running":
            for _look in range(20):
                worker_memory.look()
                server.look()
                time.sleep(EVERY)
            state, counts, seconds = house.state()
        assert counts == {"done": rows}, counts
        print(f"| imported | {seconds:,.0f} | worker: {worker_memory}; server: {server} |", flush=True)


def export(house: BulkHouse, password: str, portal: Program, rows: int) -> float:
    """Export the list of accounts; return the most memory that the portal had."""
    browser: requests.Session = sign_in(house, password)
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


def main(words: list[str]) -> None:
    """Run all three parts; exit with status 1 if the export took too much memory."""
    rows = int(words[0]) if words else COUNT
    print(f"{machine()}\n\n{rows:,} accounts; memory: the most in each third of the time\n")
    print("| part | seconds | resident memory |\n|---|---:|---|", flush=True)
    with tempfile.TemporaryDirectory(prefix="portal-flat-") as name:
        house = BulkHouse(Path(name))
        password = house.prepare()
        file = house.folder / "accounts.csv"
        with file.open("w") as opened:
            opened.write(HEADINGS)
            opened.writelines(f"u{n}@example.com,User,Number,u{n}@mail.example,Europe/Paris,sms\n" for n in range(rows))
        with house.server() as house.server_program:
            with AnotherClient(house.server_url, house.config, "Sip") as client:
                client.call("addDomain", domain={"domain": "example.com"})
            apply(house, plan(house, file), rows)
            with house.portal() as portal:
                most = export(house, password, portal, rows)
    if most > MOST_MEGABYTES:
        raise SystemExit(f"The export took {most:.0f} MB, more than {MOST_MEGABYTES}.")


if __name__ == "__main__":
    main(sys.argv[1:])
