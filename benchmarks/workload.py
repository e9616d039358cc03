"""The calls that `make bench-server` measures: reads of single accounts and of first pages, and three writes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, func, select

from ngnpro_server.store.schema import sip_accounts, sip_domains

CALLS = 300
_PREFIX = "99123"
_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Work:
    """One row of the table: an operation, and the arguments of each of its calls."""

    name: str
    port: str
    operation: str
    arguments: Callable[[], Iterator[dict[str, Any]]]
    writes: bool = False


def everything(engine: Engine) -> list[Work]:
    """List the rows for the platform in a database; each run uses the same accounts and domains."""
    chosen, domains = _accounts(engine), _domains(engine)
    return [
        Work("getAccount", "Sip", "getAccount", lambda: ({"sipId": one} for one in chosen)),
        Work("getAccounts, first 20", "Sip", "getAccounts", lambda: _pages(20)),
        Work("getAccounts, first 100", "Sip", "getAccounts", lambda: _pages(100)),
        Work("getAccounts of a domain, first 20", "Sip", "getAccounts", lambda: _pages(20, "domain", domains)),
        Work("getDomains, first 20", "Sip", "getDomains", lambda: _pages(20)),
        Work("getAliases, first 20", "Sip", "getAliases", lambda: _pages(20)),
        Work("getNumbers, first 20", "Enum", "getNumbers", lambda: _pages(20)),
        Work("addAccount", "Sip", "addAccount", lambda: _new_accounts(domains), writes=True),
        Work("updateAccount", "Sip", "updateAccount", lambda: _changed(chosen), writes=True),
        Work("addNumber", "Enum", "addNumber", _new_numbers, writes=True),
    ]


def range_of_numbers() -> dict[str, Any]:
    """Return the ENUM range that contains the numbers of ``addNumber``."""
    digits = {"minDigits": _DIGITS, "maxDigits": _DIGITS}
    return {"id": {"prefix": _PREFIX, "tld": "e164.arpa"}, "size": 10_000_000, **digits}


def _accounts(engine: Engine) -> list[dict[str, Any]]:
    columns = (sip_accounts.c.username, sip_accounts.c.domain)
    with engine.connect() as connection:
        last = connection.execute(select(func.max(sip_accounts.c.id))).scalar_one()
        numbers = random.Random(1).sample(range(1, last + 1), min(CALLS, last))
        found = connection.execute(select(*columns).where(sip_accounts.c.id.in_(numbers))).all()
    return [{"username": username, "domain": domain} for username, domain in found]


def _domains(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        found = list(connection.execute(select(sip_domains.c.domain).limit(2000)).scalars())
    return random.Random(1).choices(found, k=CALLS)


def _pages(count: int, member: str = "", values: list[str] | None = None) -> Iterator[dict[str, Any]]:
    window = {"range": {"start": 0, "count": count}}
    for value in values or [""] * CALLS:
        yield {"query": {**window, "filter": {member: value}} if member else window}


def _person(username: str, domain: str) -> dict[str, Any]:
    return {
        "id": {"username": username, "domain": domain},
        "firstName": "Zoë",
        "lastName": "Müller",
        "email": f"{username}@{domain}",
        "timezone": "Europe/Amsterdam",
        "password": "a-password-of-hers",
        "groups": ["free-pstn", "missed-calls"],
        "properties": [{"name": "language", "value": "nl"}],
    }


def _new_accounts(domains: list[str]) -> Iterator[dict[str, Any]]:
    run = random.SystemRandom().randrange(10**9)
    for number, domain in enumerate(domains):
        yield {"account": _person(f"bench{run}-{number}", domain)}


def _changed(chosen: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in chosen:
        yield {"account": {**_person(one["username"], one["domain"]), "lastName": "Meier"}}


def _new_numbers() -> Iterator[dict[str, Any]]:
    first = random.SystemRandom().randrange(10**9) * 10
    for number in range(first, first + CALLS):
        digits = f"{_PREFIX}{number:0{_DIGITS - len(_PREFIX)}}"
        mapping = {"type": "sip", "mapto": f"sip:{number}@bench.example", "priority": 10, "ttl": 3600}
        yield {"number": {"id": {"number": digits, "tld": "e164.arpa"}, "mappings": [mapping]}}
