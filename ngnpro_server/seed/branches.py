"""Offices that were added to the platform, with their domains and accounts, as other modules of the seed use them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from ngnpro_server.call import Record

from .offices import Office


@dataclass(frozen=True, slots=True)
class Account:
    """An account: its ``id`` in the database, its wire record, its domain, and the time it was created."""

    id: int
    record: Record
    domain: str
    created: datetime

    @property
    def username(self) -> str:
        """The user part of its SIP address."""
        return str(self.record["id"]["username"])

    @property
    def address(self) -> str:
        """Its SIP address, without ``sip:``."""
        return f"{self.username}@{self.domain}"

    @property
    def name(self) -> str:
        """The name of its owner."""
        return f"{self.record['firstName']} {self.record['lastName']}".strip()

    @property
    def login(self) -> str:
        """The name of its owner in ASCII letters, e.g. ``anna.bakker``."""
        return str(self.record["email"].partition("@")[0])

    @property
    def number(self) -> str:
        """Its telephone number (E.164 without +), or an empty text."""
        return str(self.record["rpid"])

    @property
    def mobile(self) -> str:
        """The mobile number of its owner, with +, or an empty text if unknown."""
        return next((entry["value"] for entry in self.record["properties"] if entry["name"] == "mobile_number"), "")

    def is_in(self, group: str) -> bool:
        """Return whether the account is in a group."""
        return group in self.record["groups"]


@dataclass(frozen=True)
class FilledOffice:
    """An office, with the wire record of its domain and its accounts."""

    office: Office
    domain: Record
    accounts: tuple[Account, ...]

    @property
    def holder(self) -> dict[str, int]:
        """The database columns with the owner of the domain."""
        return {"customer_id": self.domain["customer"], "reseller_id": self.domain["reseller"]}

    @cached_property
    def places(self) -> list[Account]:
        """The accounts of shared phones."""
        return [account for account in self.accounts if account.name in self.office.places]

    @cached_property
    def people(self) -> list[Account]:
        """The accounts of people."""
        places = {account.id for account in self.places}
        return [a for a in self.accounts if a.id not in places and not a.is_in("trunking")]
