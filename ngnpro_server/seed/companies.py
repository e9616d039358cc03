"""The demo platform's resellers and customers, their domains, and the accounts in them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ngnpro_server.call import Record
from ngnpro_server.store import accounts
from ngnpro_server.store.schema import sip_accounts

from .certificates import self_signed
from .loading import Loader, loading
from .making import Making
from .numbers import BLOCKS
from .offices import Office
from .rows import TABLES, load_office

_FILE = Path(__file__).with_name("companies.json")


@dataclass(frozen=True, slots=True)
class Branch:
    """An office that was added, with the wire records of its domain and of its accounts."""

    office: Office
    domain: Record
    accounts: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Company:
    """A customer that was added, with its offices."""

    record: Record
    branches: tuple[Branch, ...]

    @property
    def id(self) -> int:
        """The customer's id."""
        return int(self.record["id"])


def add_companies(making: Making) -> dict[str, Company]:
    """Add all resellers and customers with their domains and accounts; answer them by login name."""
    plan = json.loads(_FILE.read_text(encoding="utf-8"))["companies"]
    found: dict[str, Company] = {}
    with loading(making.connection, len(plan), *TABLES) as loader:
        for number, entry in enumerate(plan):
            since = making.now - timedelta(days=360 - 40 * number)
            record = _add_customer(making, entry, found, since)
            branches = tuple(_add_branches(making, loader, record, entry["domains"], since))
            found[record["username"]] = Company(record, branches)
    accounts.TALLY.recount(making.connection, sip_accounts)
    return found


def _add_customer(making: Making, entry: dict[str, Any], known: dict[str, Company], since: datetime) -> Record:
    account = entry["customer"] | {
        "password": secrets.token_urlsafe(12),
        "reseller": known[entry["reseller"]].id if "reseller" in entry else 0,
        "properties": [{"name": name, "value": value} for name, value in entry["properties"].items()],
    }
    return dict(making.call("Customer", "addAccount", since, account=account))


def _add_branches(
    making: Making, loader: Loader, customer: Record, plans: list[dict[str, Any]], since: datetime
) -> Iterator[Branch]:
    for index, plan in enumerate(plans):
        days = plan.pop("certificate_days", 0)
        office = _read_office(plan, customer["timezone"])
        domain = {"domain": office.domain, "customer": customer["id"]}
        if days:
            certificate, key = self_signed(office.mail_domain, making.now + timedelta(days=days))
            domain |= {"certificate": certificate, "private_key": key, "match_ip_address": office.network}
        moment = since + timedelta(days=40 * index, hours=1)
        added = making.call("Sip", "addDomain", moment, domain=domain)
        records = tuple(record for _id, record in load_office(making, loader, office, added))
        yield Branch(office, added, records)


def _read_office(plan: dict[str, Any], timezone: str) -> Office:
    plan["numbers"] = BLOCKS[plan["numbers"]]
    plan["mobiles"] = BLOCKS[plan["mobiles"]]
    plan["places"] = tuple(plan["places"])
    return Office(**plan, timezone=timezone)
