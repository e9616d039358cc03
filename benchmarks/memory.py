"""`make bench-memory`: the memory of the processes that `make run` starts, at first and after many pages.

Lists, records, forms and the overview are opened in all languages by several browsers at once. *Resident* is what the
kernel shows for a process (``VmRSS``); *share* divides what processes have in common among them (``Pss`` in proc(5)),
so that the shares of all processes add up to what the machine needs. ``REQUESTS`` in the environment changes the scale.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from benchmarks.machine import machine
from benchmarks.pages import fill, sign_in
from tests.support.processes import House, Program

REQUESTS = int(os.environ.get("REQUESTS", "20000"))
BROWSERS = 4
STEPS = 10
LANGUAGES = ("en", "de", "es", "nl", "ro")
PATHS = (
    *("", "accounts/?size=100", "accounts/", "accounts/{account}/", "accounts/{account}/edit/", "accounts/add/"),
    *("customers/", "domains/", "aliases/", "enum/ranges/", "search/?q=user", "help/", "journal/", "jobs/"),
)


def memory(process: int) -> tuple[float, float]:
    """Return the resident memory of a process and its share, in MB of 1,000,000 bytes."""
    told = Path(f"/proc/{process}/smaps_rollup").read_text()
    found = {name: int(kilobytes) for name, kilobytes in re.findall(r"^(\w+): +(\d+) kB", told, re.MULTILINE)}
    return found["Rss"] * 1024 / 1e6, found["Pss"] * 1024 / 1e6


def largest(program: Program) -> tuple[float, float]:
    """Return the memory of the largest process of a program."""
    return max(memory(process) for process in program.group_members())


def open_pages(session: requests.Session, url: str, account: str, numbers: range) -> int:
    """Open pages one after the other, and return how many; raises ``HTTPError`` if one of them fails."""
    for number in numbers:
        language = LANGUAGES[number // len(PATHS) % len(LANGUAGES)]
        path = PATHS[number % len(PATHS)].format(account=account)
        session.get(url + path, headers={"Accept-Language": language}).raise_for_status()
    return len(numbers)


def measure(house: House, programs: Mapping[str, Program], password: str) -> Iterator[tuple[int, list[str]]]:
    """Open the pages in steps; yield how many there were, and the memory of each program."""
    account, sessions = fill(house), [sign_in(house, password) for _number in range(BROWSERS)]
    each = REQUESTS // STEPS // BROWSERS
    done = 0
    yield done, _shown(programs)
    with ThreadPoolExecutor(BROWSERS) as threads:
        for step in range(STEPS):
            numbers = range(step * each, (step + 1) * each)
            jobs = [threads.submit(open_pages, one, house.portal_url, account, numbers) for one in sessions]
            done += sum(job.result() for job in jobs)
            yield done, _shown(programs)


def _shown(programs: Mapping[str, Program]) -> list[str]:
    return ["{:.0f} / {:.0f}".format(*largest(program)) for program in programs.values()]


def main() -> None:
    """Run the programs, open the pages, and print the table."""
    print(machine(), "\n")
    with tempfile.TemporaryDirectory(prefix="bench-memory-") as folder:
        house = House(Path(folder))
        password = house.prepare(with_demo=True)
        with house.server() as server, house.portal() as portal, house.worker() as worker:
            programs = {"a process of the portal": portal, "Celery worker": worker, "NGNPro server": server}
            print(f"Resident memory / share of the memory, MB\n\n| requests | {' | '.join(programs)} |")
            print(f"|---:|{'---:|' * len(programs)}")
            for requests_made, shown in measure(house, programs, password):
                print(f"| {requests_made:,} | {' | '.join(shown)} |", flush=True)


if __name__ == "__main__":
    main()
