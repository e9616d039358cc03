"""`make bench-api`: what a read by the API costs beside the NGNPro call that it makes.

The real portal and the real NGNPro server run with the demo platform in a temporary folder. A program with a token and
a client of NGNPro read the same account, and the same list, in turn, so that disturbances affect both.
"""

from __future__ import annotations

import configparser
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import requests

from benchmarks.machine import machine
from benchmarks.pages import fill, sign_in
from benchmarks.ratios import Ratio
from portal.ngnpro import Engine, Ngnpro, Query, Range
from portal.ngnpro.records import SipId
from portal.running.commands import accepts_connections, portal_command
from tests.support.processes import House, running

ROUNDS = 200
WARM_UP = 20
GOAL = 1.3
LIST = 20


def ratios() -> Iterator[Ratio]:
    """Measure one account and a list, on the clock: the request of the API against the call alone."""
    with tempfile.TemporaryDirectory(prefix="bench-api-") as folder:
        house = House(Path(folder), settings={"PORTAL_API_REQUESTS": "1000000"})
        password = house.prepare(with_demo=True)
        command = portal_command(house.portal_port)
        with house.server(), running(command, house.environment, house.folder / "portal.log") as program:
            program.wait_until(lambda: accepts_connections(house.portal_port), "the portal answers")
            account, browser = fill(house), sign_in(house, password)
            program_with_token, sip = token_of(house, browser, password), client(house).sip
            address, first = SipId.parse(account), Query(range=Range(0, LIST))
            url = f"{house.portal_url}api/v1/accounts"
            yield Ratio(
                "an account by the API: time against the NGNPro call",
                ratio(lambda: get(program_with_token, f"{url}/{account}"), lambda: sip.get_account(address)),
                GOAL,
            )
            yield Ratio(
                f"{LIST} accounts by the API: time against the NGNPro call",
                ratio(lambda: get(program_with_token, f"{url}?limit={LIST}"), lambda: sip.get_accounts(first)),
                GOAL,
            )


def client(house: House) -> Ngnpro:
    """Return a client of NGNPro with the administrator's login."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(house.config)
    login = parser["administrator"]
    return Ngnpro(Engine(url=house.server_url, username=login["username"], password=login["password"]))


def token_of(house: House, browser: requests.Session, password: str) -> requests.Session:
    """Make a token on its page, and return a session that sends it."""
    url = f"{house.portal_url}tokens/add/"
    field = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get(url).text)
    assert field
    form = {"name": "bench", "access": "read", "networks": "", "days": "30", "current_password": password}
    page = browser.post(url, {**form, "csrfmiddlewaretoken": field[1]}, headers={"Referer": url})
    program = requests.Session()
    secret = page.text.partition('<code id="secret">')[2].partition("<")[0]
    program.headers["Authorization"] = f"Bearer {secret}"
    return program


def get(program: requests.Session, url: str) -> None:
    program.get(url).raise_for_status()


def ratio(request: Callable[[], object], call: Callable[[], object]) -> float:
    """Return the median time of requests against that of calls, made in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(WARM_UP + ROUNDS):
        for way, run in enumerate((request, call)):
            begun = time.perf_counter()
            run()
            if number >= WARM_UP:
                times[way].append(time.perf_counter() - begun)
    asked, called = (statistics.median(one) * 1000 for one in times)
    print(f"  {asked:.2f} ms against {called:.2f} ms")
    return asked / called


def main() -> None:
    """Print the machine and the ratios."""
    print(machine())
    for one in ratios():
        print(f"{one.measure}: {one.value:.2f} (goal {one.wanted})")


if __name__ == "__main__":
    main()
