"""The demo platform's resellers and customers, their domains, and the accounts in them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ngnpro_server.call import Record

from .accounts import office_accounts
from .certificates import self_signed
from .making import Making
from .numbers import BLOCKS
from .offices import Office

_FILE = Path(__file__).with_name("companies.json")
# of a hundred accounts, how many were changed after they were made
_CHANGED = 30


@dataclass(frozen=True, slots=True)
class Company:
    """A customer that was added: its record, and the wire records of the accounts in each of its offices."""

    record: Record
    offices: tuple[tuple[Office, tuple[Record, ...]], ...]

    @property
    def id(self) -> int:
        """The customer's id."""
        return int(self.record["id"])

    @property
    def username(self) -> str:
        """The customer's login name."""
        return str(self.record["username"])


def add_companies(making: Making) -> dict[str, Company]:
    """Add all resellers and customers with their domains and accounts; answer them by login name."""
    plan = json.loads(_FILE.read_text(encoding="utf-8"))["companies"]
    found: dict[str, Company] = {}
    for number, entry in enumerate(plan):
        since = making.now - timedelta(days=360 - 40 * number)
        reseller = found[entry["reseller"]].id if "reseller" in entry else 0
        properties = [{"name": name, "value": value} for name, value in entry["properties"].items()]
        account = entry["customer"] | {"password": secrets.token_urlsafe(12), "reseller": reseller}
        record = making.call("Customer", "addAccount", since, account=account | {"properties": properties})
        offices = tuple(
            _add_office(making, record, domain, since + timedelta(days=40 * index, hours=1))
            for index, domain in enumerate(entry["domains"])
        )
        found[record["username"]] = Company(record, offices)
    return found


def all_accounts(companies: Mapping[str, Company]) -> Iterator[tuple[Company, Office, Record]]:
    """Go through the accounts of all companies."""
    for company in companies.values():
        for office, accounts in company.offices:
            for account in accounts:
                yield company, office, account


def _add_office(
    making: Making, customer: Record, plan: dict[str, Any], since: datetime
) -> tuple[Office, tuple[Record, ...]]:
    days = plan.pop("certificate_days", 0)
    office = Office(
        **plan
        | {
            "numbers": BLOCKS[plan["numbers"]],
            "mobiles": BLOCKS[plan["mobiles"]],
            "places": tuple(plan["places"]),
            "timezone": customer["timezone"],
        }
    )
    domain = {"domain": office.domain, "customer": customer["id"]}
    if days:
        certificate, key = self_signed(office.mail_domain, making.now + timedelta(days=days))
        domain |= {"certificate": certificate, "private_key": key, "match_ip_address": office.network}
    making.call("Sip", "addDomain", since, domain=domain)
    accounts = tuple(office_accounts(making.random, office))
    for account, moment in zip(accounts, making.moments(office.accounts, since), strict=True):
        making.call("Sip", "addAccount", moment, account=account)
        if making.random.randrange(100) < _CHANGED:
            later = making.moments(1, moment)[0]
            change = {"id": account["id"], "timeout": account.get("timeout", 35)}
            making.call("Sip", "updateAccount", later, account=change)
    return office, accounts
