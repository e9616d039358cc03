"""`make bench-pages`: wall-clock and CPU time of the list of accounts and of a record page, split into parts.

It runs the real portal and the real NGNPro server with the demo platform in a temporary folder; one browser fetches
one page after the other. The results are medians.
"""

from __future__ import annotations

import configparser
import json
import re
import secrets
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import requests

from benchmarks.machine import machine, processor_seconds
from portal.ngnpro import Engine, Ngnpro
from portal.ngnpro.records import SipAccount, SipDomain, SipId
from portal.running.commands import accepts_connections, portal_command
from tests.support.processes import House, Program, running

PAGES_EACH = 40
DOMAIN = "twenty.example"
PARTS = ("call", "decode", "view", "template")
TITLES = ("page", "calls", "whole page", "NGNPro call", "its server", "decode", "view", "template", "view + template")


class Cost(NamedTuple):
    """The cost of a page: number of calls, and wall-clock and CPU time in milliseconds, in total and by part.

    ``server``: CPU time of the NGNPro server in milliseconds.
    """

    calls: int
    total: tuple[float, float]
    server: float
    parts: dict[str, tuple[float, float]]

    @property
    def own(self) -> tuple[float, float]:
        """The cost of view and template, without NGNPro."""
        view, template = self.parts["view"], self.parts["template"]
        return view[0] + template[0], view[1] + template[1]


@contextmanager
def portal(house: House) -> Iterator[Program]:
    """Run the portal as `make run` does, but with the header that has the times of the parts."""
    usual = portal_command(house.portal_port)
    command = [word.replace("portal.running.web", "benchmarks.pages_wsgi") for word in usual]
    with running(command, house.environment, house.folder / "portal.log") as program:
        program.wait_until(lambda: accepts_connections(house.portal_port), "the portal answers")
        yield program


def sign_in(house: House, password: str) -> requests.Session:
    """Sign the operator in with the sign-in page; return the session."""
    browser, url = requests.Session(), f"{house.portal_url}session/sign-in/"
    form = browser.get(url)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.text)
    assert token
    words = {"username": "operator", "password": password, "csrfmiddlewaretoken": token[1]}
    answer = browser.post(url, words, headers={"Referer": url}, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    return browser


def fill(house: House) -> str:
    """Add a domain with twenty accounts; return the address of an account with phones and call forwarding."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(house.config)
    login = parser["administrator"]
    sip = Ngnpro(Engine(url=house.server_url, username=login["username"], password=login["password"])).sip
    sip.add_domain(SipDomain(domain=DOMAIN))
    for number in range(20):
        person = {"first_name": "Zoë", "last_name": f"Müller {number}", "email": f"user{number}@{DOMAIN}"}
        groups = ("free-pstn", "anonymous", "missed-calls")
        one = SipId(username=f"user{number}", domain=DOMAIN)
        sip.add_account(
            SipAccount(id=one, password=secrets.token_urlsafe(12), timezone="Europe/Amsterdam", groups=groups, **person)
        )
    for account in sip.iter_accounts():
        if sip.get_sip_device_locations([account.id])[0].locations and sip.get_call_diversions(account.id).fnoa:
            return str(account.id)
    raise SystemExit("The demo platform has no account with a phone and forwarding.")


def measure(browser: requests.Session, programs: tuple[Program, Program], url: str) -> Cost:
    """Fetch a page many times, after some runs to warm up, and return its cost."""
    for _time in range(6):
        browser.get(url).raise_for_status()
    before = [processor_seconds(program.group_members()) for program in programs]
    answers = [browser.get(url) for _time in range(PAGES_EACH)]
    after = [processor_seconds(program.group_members()) for program in programs]
    own, servers = ((end - begin) / PAGES_EACH * 1000 for begin, end in zip(before, after, strict=True))
    told = [json.loads(answer.headers["X-Parts"]) for answer in answers]
    clock = statistics.median(answer.elapsed.total_seconds() for answer in answers) * 1000
    parts = {
        name: (
            statistics.median(one.get(name, (0, 0))[0] for one in told),
            statistics.median(one.get(name, (0, 0))[1] for one in told),
        )
        for name in PARTS
    }
    return Cost(told[-1]["calls"], (clock, own), servers, parts)


def show(costs: dict[str, Cost]) -> None:
    """Print the table as Markdown."""
    print(machine())
    print(f"Middle of {PAGES_EACH}: ms on the clock / ms of the portal's processor\n")
    print(f"| {' | '.join(TITLES)} |")
    print(f"|---|{'---:|' * (len(TITLES) - 1)}")
    for name, cost in costs.items():
        whole, call, *others = (
            f"{clock:.1f} / {cpu:.1f}" for clock, cpu in (cost.total, *(cost.parts[part] for part in PARTS), cost.own)
        )
        print(f"| {' | '.join([name, str(cost.calls), whole, call, f'{cost.server:.1f}', *others])} |")


def main() -> None:
    """Start the programs, measure each page, and print the table."""
    with tempfile.TemporaryDirectory(prefix="bench-pages-") as folder:
        house = House(Path(folder), settings={"NGNPRO_CALLS_AT_ONCE": "1"})  # parts are counted in one thread
        password = house.prepare(with_demo=True)
        with house.server() as server, portal(house) as program:
            account, browser = fill(house), sign_in(house, password)
            pages = {
                "accounts, 20 rows": f"accounts/?domain={DOMAIN}",
                "accounts, 100 rows": "accounts/?size=100",
                "an account": f"accounts/{account}/",
            }
            show({name: measure(browser, (program, server), house.portal_url + path) for name, path in pages.items()})


if __name__ == "__main__":
    main()
