"""ENUM ranges, and numbers in them that point to accounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ngnpro_server.call import Record
from ngnpro_server.store import enum
from ngnpro_server.store.schema import enum_mappings, enum_numbers
from ngnpro_server.values import fold

from .branches import Account, FilledOffice
from .loading import Loader
from .making import Making

_SHARE = 0.6


@dataclass(slots=True)
class Range:
    """A range that was added: its id in the database, its key and size, and the numbers added to it."""

    id: int
    prefix: str
    tld: str
    size: int
    numbers: set[str] = field(default_factory=set)


def add_range(making: Making, customer: Record, plan: Record) -> Range:
    """Add a range of a customer, at a random time after the customer was added."""
    wanted = plan | {"customer": customer["id"]}
    moment = making.moment(datetime.fromisoformat(customer["changeDate"]))
    added = making.call("Enum", "addRange", moment, range=wanted)
    prefix, tld = added["id"]["prefix"], added["id"]["tld"]
    row = enum.find_range(making.connection, prefix, tld)
    return Range(row["id"] if row is not None else 0, prefix, tld, added["size"])


def load_numbers(making: Making, loader: Loader, branch: FilledOffice, ranges: list[Range]) -> None:
    """Load the ENUM numbers of most accounts that have a number, each into the smallest range that contains it."""
    added: Counter[int] = Counter()
    for account in branch.places + branch.people:
        inside = _narrowest(ranges, account.number)
        if inside is None or making.random.random() > _SHARE:
            continue
        if len(inside.numbers) < inside.size and account.number not in inside.numbers:
            inside.numbers.add(account.number)
            added[inside.id] += 1
            _load(making, loader, branch, account, inside)
    for range_id, number in added.items():
        enum.touch_range(making.connection, range_id, making.now, added=number)


def _narrowest(ranges: list[Range], number: str) -> Range | None:
    around = (range_ for range_ in ranges if number.startswith(range_.prefix))
    return max(around, key=lambda range_: len(range_.prefix), default=None)


def _load(making: Making, loader: Loader, branch: FilledOffice, account: Account, inside: Range) -> None:
    number_id = loader.next_id(enum_numbers)
    number = {
        "id": number_id,
        "number": account.number,
        "tld": inside.tld,
        "range_id": inside.id,
        "info": account.name,
        "owner_id": branch.domain["customer"],
        "change_date": making.moment(account.created),
    }
    loader.add(enum_numbers, number | branch.holder)
    for mapping in _mappings(making, branch, account):
        loader.add(enum_mappings, {"id": loader.next_id(enum_mappings), "number_id": number_id, **mapping})


def _mappings(making: Making, branch: FilledOffice, account: Account) -> Iterator[dict[str, Any]]:
    """Yield the mappings of a number: to its account and, for some numbers, to further targets."""
    yield _mapping("sip", "sip:", account.address, priority=5, ttl=3600)
    if account.mobile and making.random.random() < 0.5:
        yield _mapping("tel", "tel:", account.mobile, priority=20, ttl=600)
    if making.random.random() < 0.15:
        yield _mapping("mailto", "mailto:", account.record["email"], priority=50, ttl=3600)
    if making.random.random() < 0.05:
        yield _mapping("web:https", "https://", f"www.{branch.office.mail_domain}/", priority=60, ttl=86400)


def _mapping(service: str, scheme: str, target: str, *, priority: int, ttl: int) -> dict[str, Any]:
    return {"type": service, "mapto": scheme + target, "mapto_key": fold(target), "priority": priority, "ttl": ttl}
