"""`make prove-pair`: two of everything restarted one after the other, then a machine is lost; the figures of both."""

from __future__ import annotations

import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import requests

from benchmarks.machine import machine
from tests.support.another_client import AnotherClient
from tests.support.brokers import RedisServer
from tests.support.database_pair import NAMES, database_pair
from tests.support.mail_server import mail_server

from .clients import TIMEOUT, Write, Writer
from .counting import found_at_the_end
from .pair_house import PARTS, PairHouse

DOORS = ("page", "page", "api", "api", "soap", "soap")
READERS = 2
LIMIT_SECONDS = 30.0


class Reader(threading.Thread):
    """Reads the list of accounts; ``answers`` counts the status codes, ``good`` has the times of 200."""

    def __init__(self, url: str, session: requests.Session) -> None:
        super().__init__(daemon=True)
        self._url, self._session = url, session
        self.answers: Counter[str] = Counter()
        self.good: list[float] = []
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.wait(0.2):
            try:
                status = str(self._session.get(self._url, timeout=TIMEOUT, allow_redirects=False).status_code)
            except requests.RequestException as error:
                status = type(error).__name__
            self.answers[status] += 1
            if status == "200":
                self.good.append(time.monotonic())


class Load:
    """Writers and readers at work."""

    def __init__(self, house: PairHouse, password: str) -> None:
        self.writers = [Writer(house, door, number, password) for number, door in enumerate(DOORS)]
        for writer in self.writers:
            writer.enter()
        self.readers = [Reader(f"{house.portal_url}accounts/", copy_of(one)) for one in self.writers[:READERS]]
        self._threads: list[Writer | Reader] = [*self.writers, *self.readers]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End after what is under way."""
        for thread in self._threads:
            thread.stopping.set()
        for thread in self._threads:
            thread.join()

    def writes(self) -> list[Write]:
        """Return all writes so far."""
        return [write for writer in self.writers for write in writer.writes]

    def failures(self) -> Counter[str]:
        """Return what failed so far as the clients saw it: writes without an acknowledgement, and pages but 200."""
        found = Counter(f"{one.door} write" for one in self.writes() if one.ended and one.answer != "done")
        for reader in self.readers:
            found.update({f"page {status}": count for status, count in reader.answers.items() if status != "200"})
        found.update(f"{one.door} client: {one.failure}" for one in self.writers if one.failure)
        return found

    def longest_pause(self, since: float, until: float) -> dict[str, float]:
        """Return for each kind of client the longest time, in seconds, in which none of them had success."""
        times = {f"{door} writes": [since, until] for door in dict.fromkeys(DOORS)} | {"pages": [since, until]}
        for write in self.writes():
            if write.answer == "done" and since < write.ended < until:
                times[f"{write.door} writes"].append(write.ended)
        times["pages"] += [one for reader in self.readers for one in reader.good if since < one < until]
        return {name: max(b - a for a, b in pairwise(sorted(all_times))) for name, all_times in times.items()}


def copy_of(writer: Writer) -> requests.Session:
    """Return another session of the same person."""
    session = requests.Session()
    session.cookies.update(writer.session.cookies)
    return session


def main(steady: float) -> int:
    """Restart and lose parts with ``steady`` seconds between; print the figures; return 1 if a promise was broken."""
    folder = Path(tempfile.mkdtemp(prefix="prove-pair-"))
    print(f"{machine()}; folder {folder}", flush=True)
    with ExitStack() as stack:
        pair = stack.enter_context(database_pair("portal", "platform"))
        redis, mails = stack.enter_context(RedisServer(folder)), stack.enter_context(mail_server())
        house = PairHouse(folder, pair, redis, mails)
        stack.callback(house.end)
        password = house.begin()
        with AnotherClient(house.server_url, house.config) as client:
            client.call("addDomain", domain={"domain": "example.com"})
        load = Load(house, password)
        load.start()
        stack.callback(load.stop)
        broken = [*restart_all(house, load, steady), *lose_a_machine(house, load, steady)]
        load.stop()
        found = found_at_the_end(house, mails, load.writes())
    for what, names in found.items():
        print(f"{what}: {len(names)}{' ' + '; '.join(names[:10]) if names else ''}")
    said = Counter(f"{one.door} {one.answer}" for one in load.writes())
    print(f"{len(load.writes()):,} writes: {', '.join(f'{what} {count}' for what, count in sorted(said.items()))}")
    broken += [what for what, names in found.items() if names]
    print(f"broken: {'; '.join(broken) or 'nothing'}")
    if not broken:
        shutil.rmtree(folder)
    return 1 if broken else 0


def restart_all(house: PairHouse, load: Load, steady: float) -> list[str]:
    """Restart each part in order, one after the other, under load; return what was broken: nothing may fail."""
    time.sleep(steady)
    since, before, failed = time.monotonic(), house.balancer.counts(), load.failures()
    for part in PARTS:
        for name in NAMES:
            house.restart(name, part)
            time.sleep(steady / 4)
    until, after, failures = time.monotonic(), house.balancer.counts(), load.failures() - failed
    counted = {what: after[what] - before[what] for what in after}
    print(f"rolling restart of {' and '.join(NAMES)}, {until - since:.0f} s: {_in_words(counted)}", flush=True)
    print(f"  failed: {_in_words(failures) or 'nothing'}; longest pause: {_in_words(load.longest_pause(since, until))}")
    return ["requests failed during the rolling restart"] if failures or counted["errors"] else []


def lose_a_machine(house: PairHouse, load: Load, steady: float) -> list[str]:
    """Lose a machine with the primary, promote the standby, and let the machine come back; return what was broken."""
    failed, since = load.failures(), time.monotonic()
    lost = house.pair.primary
    house.lose(lost)
    took = house.pair.promote()
    time.sleep(max(steady, LIMIT_SECONDS + 5))
    until, failures = time.monotonic(), load.failures() - failed
    pauses = load.longest_pause(since, until)
    print(f"machine {lost} with the primary lost, standby promoted in {took:.1f} s", flush=True)
    print(f"  without an answer or in doubt: {_in_words(failures)}; longest pause: {_in_words(pauses)}", flush=True)
    before = load.failures()
    house.pair.add_standby()
    house.start(lost)
    time.sleep(steady)
    back = load.failures() - before
    print(f"machine {lost} is back as the standby; failed meanwhile: {_in_words(back) or 'nothing'}", flush=True)
    return [f"{what} paused for {seconds:.0f} s" for what, seconds in pauses.items() if seconds > LIMIT_SECONDS] + (
        ["requests failed while the machine came back"] if back else []
    )


def _in_words(figures: Mapping[str, float]) -> str:
    return ", ".join(f"{what} {round(figure, 1):g}" for what, figure in sorted(figures.items()))


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 20.0))
