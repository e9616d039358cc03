"""A platform of any size for measurements, with a realistic distribution of accounts, domains and customers."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from functools import partial

from ngnpro_server.call import Record

from .furnishing import furnish_office, open_office_loader
from .making import Making, Progress
from .numbers import BERLIN, DUTCH, DUTCH_MOBILE, GERMAN_MOBILE, LONDON, NOWHERE, UK_MOBILE
from .offices import Office
from .ranges import Range, add_range

_PER_DOMAIN = 500
_PER_CUSTOMER = 10_000
_CUSTOMERS_PER_RESELLER = 20
_WITH_RANGE = 0.4
_KINDS = (
    partial(
        Office,
        usernames="name",
        languages=("nl", "nl", "nl", "nl", "nl", "nl", "tr", "pl", "ar"),
        numbers=DUTCH,
        mobiles=DUTCH_MOBILE,
        region="nl",
        timezone="Europe/Amsterdam",
    ),
    partial(
        Office,
        usernames="extension",
        languages=("de", "de", "de", "de", "de", "de", "tr", "uk", "el"),
        numbers=BERLIN,
        mobiles=GERMAN_MOBILE,
        region="de",
        timezone="Europe/Berlin",
    ),
    partial(
        Office,
        usernames="name",
        languages=("en", "en", "en", "en", "en", "en", "ro", "es", "ja"),
        numbers=LONDON,
        mobiles=UK_MOBILE,
        region="uk",
        timezone="Europe/London",
    ),
    partial(
        Office,
        usernames="number",
        languages=("en", "en", "en", "en", "fr", "fr", "es", "es"),
        numbers=NOWHERE,
        mobiles=UK_MOBILE,
        region="uk",
        timezone="Europe/London",
    ),
)


def make_large(making: Making, number: int, progress: Progress) -> None:
    """Create a platform with ``number`` accounts."""
    domains = list(_add_domains(making, number))
    with open_office_loader(making, number) as loader:
        done = 0
        for office, domain in domains:
            ranges = [_add_range(making, office, domain)] if making.random.random() < _WITH_RANGE else []
            furnish_office(making, loader, office, domain, ranges)
            done += office.accounts
            progress(done)


def _add_domains(making: Making, number: int) -> Iterator[tuple[Office, Record]]:
    """Add customers and domains; yield each office and its domain as stored."""
    sizes = _sizes(making, number)
    customers = list(_add_customers(making, max(number // _PER_CUSTOMER, 1)))
    for index, (size, moment) in enumerate(zip(sizes, making.moments(len(sizes)), strict=True)):
        office = making.random.choice(_KINDS)(
            domain=f"tenant{index + 1:05}.example",
            accounts=size,
            first=1000,
            network=f"198.51.100.{index % 16 * 16}",
            trunks=size // 400,
            places=("Reception", "Meeting Room", "Warehouse"),
        )
        domain = {"domain": office.domain, "customer": making.random.choice(customers)}
        yield office, making.call("Sip", "addDomain", moment, domain=domain)


def _add_customers(making: Making, number: int) -> Iterator[int]:
    """Add customers, and resellers for them; yield the ids of the customers."""
    reseller = 0
    for index in range(number):
        if index % _CUSTOMERS_PER_RESELLER == 0:
            reseller = _add_customer(making, f"reseller{index // _CUSTOMERS_PER_RESELLER + 1:03}", resellerActive=True)
        yield _add_customer(making, f"customer{index + 1:04}", reseller=reseller)


def _add_customer(making: Making, username: str, **members: object) -> int:
    account = {
        "username": username,
        "password": secrets.token_urlsafe(12),
        "organization": f"{username.capitalize()} Ltd",
        "email": f"office@{username}.example",
        "country": "GB",
        "timezone": "Europe/London",
    }
    return int(making.call("Customer", "addAccount", making.moments(1)[0], account=account | members)["id"])


def _sizes(making: Making, number: int) -> list[int]:
    """Return the number of accounts of each domain: many small domains and a few large ones."""
    weights = [making.random.lognormvariate(0, 0.8) for _ in range(max(number // _PER_DOMAIN, 1))]
    share = number / sum(weights)
    sizes = [int(weight * share) for weight in weights]
    sizes[0] += number - sum(sizes)
    return sizes


def _add_range(making: Making, office: Office, domain: Record) -> Range:
    """Add a range for a domain, in a separate ENUM domain, because there are few fictitious numbers."""
    holder = {"id": domain["customer"], "changeDate": domain["changeDate"]}
    id_ = {"prefix": office.numbers.prefix, "tld": f"e164.{office.domain}"}
    return add_range(making, holder, {"id": id_, "info": office.domain, "size": office.numbers.size})
