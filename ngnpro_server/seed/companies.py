"""The demo platform's resellers and customers, with their domains and ranges."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ngnpro_server.call import Record

from .branches import FilledOffice
from .certificates import self_signed
from .furnishing import furnish_office, furnish_office_fully, open_office_loader
from .loading import Loader
from .making import Making
from .numbers import BLOCKS
from .offices import Office
from .ranges import Range, add_range

_FILE = Path(__file__).with_name("companies.json")


@dataclass(frozen=True, slots=True)
class Company:
    """A customer that was added, with its offices."""

    record: Record
    branches: tuple[FilledOffice, ...]

    @property
    def id(self) -> int:
        """The customer's id."""
        return int(self.record["id"])


def add_companies(making: Making) -> dict[str, Company]:
    """Add all resellers and customers with their domains and ranges; return them by username."""
    plan = json.loads(_FILE.read_text(encoding="utf-8"))["companies"]
    found: dict[str, Company] = {}
    with open_office_loader(making, 0) as loader:
        for number, entry in enumerate(plan):
            since = making.now - timedelta(days=360 - 40 * number)
            customer = _add_customer(making, entry, found, since)
            ranges = [_add_range(making, customer, range_plan) for range_plan in entry["ranges"]]
            branches = tuple(_add_branches(making, loader, customer, entry["domains"], ranges, since))
            found[customer["username"]] = Company(customer, branches)
    return found


def _add_customer(making: Making, entry: dict[str, Any], known: dict[str, Company], since: datetime) -> Record:
    account = entry["customer"] | {
        "password": secrets.token_urlsafe(12),
        "reseller": known[entry["reseller"]].id if "reseller" in entry else 0,
        "properties": [{"name": name, "value": value} for name, value in entry["properties"].items()],
    }
    return dict(making.call("Customer", "addAccount", since, account=account))


def _add_range(making: Making, customer: Record, plan: dict[str, Any]) -> Range:
    id_ = {"prefix": plan.pop("prefix")} | ({"tld": plan.pop("tld")} if "tld" in plan else {})
    names = [f"ns1.{customer['username']}.example", f"ns2.{customer['username']}.example"]
    lengths = {"minDigits": plan["digits"], "maxDigits": plan.pop("digits")}
    return add_range(making, customer, {"id": id_, "nameservers": names, **lengths, **plan})


def _add_branches(
    making: Making, loader: Loader, customer: Record, plans: list[dict[str, Any]], ranges: list[Range], since: datetime
) -> Iterator[FilledOffice]:
    for index, plan in enumerate(plans):
        days = plan.pop("certificate_days", 0)
        office = _read_office(plan, customer["timezone"])
        domain = {"domain": office.domain, "customer": customer["id"]}
        if days:
            certificate, key = self_signed(office.mail_domain, making.now + timedelta(days=days))
            domain |= {"certificate": certificate, "private_key": key, "match_ip_address": office.network}
        moment = since + timedelta(days=40 * index, hours=1)
        added = making.call("Sip", "addDomain", moment, domain=domain)
        branch = furnish_office(making, loader, office, added, ranges)
        furnish_office_fully(making, loader, branch)
        yield branch


def _read_office(plan: dict[str, Any], timezone: str) -> Office:
    plan["numbers"] = BLOCKS[plan["numbers"]]
    plan["mobiles"] = BLOCKS[plan["mobiles"]]
    plan["places"] = tuple(plan["places"])
    plan["languages"] = tuple(plan["languages"].split())
    return Office(**plan, timezone=timezone)
