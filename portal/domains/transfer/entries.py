"""Records as entries of the file, with their owners by username: a username is the same on every platform."""

from __future__ import annotations

from portal.core.web_passwords import clear_web_password, with_web_password
from portal.ngnpro import Ngnpro
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import CustomerAccount, EnumNumber, EnumRange, SipAccount, SipAlias, SipDomain
from portal.ngnpro.records.base import Record

from .document import Entry, entry_of


class Owners:
    """Usernames of customers by number, and the other way round; each is asked for once."""

    def __init__(self, ngnpro: Ngnpro) -> None:
        self._ngnpro = ngnpro
        self._by_number: dict[int, CustomerAccount | None] = {}
        self._by_name: dict[str, int] = {}

    def name(self, number: int) -> str | None:
        """Give the username of a customer; ``None`` for nobody, and for one whom the viewer may not see."""
        customer = self._customer(number) if number else None
        return customer.username if customer else None

    def _customer(self, number: int) -> CustomerAccount | None:
        if number not in self._by_number:
            self._by_number[number] = or_none(self._ngnpro.customers.get_account, number)
        return self._by_number[number]

    def number(self, username: str | None) -> int:
        """Find the number of a customer by username; 0 for nobody, and for one who is not there."""
        if not username:
            return 0
        if not self._by_name.get(username):
            found = self._ngnpro.customers.find_account(username)
            self._by_name[username] = found.id if found else 0
        return self._by_name[username]

    def found(self) -> list[CustomerAccount]:
        """List all customers that were asked for, and their resellers: resellers first, then by username."""
        for customer in list(self._by_number.values()):
            if customer and customer.reseller:
                self._customer(customer.reseller)
        found = [customer for customer in self._by_number.values() if customer]
        return sorted(found, key=lambda customer: (not customer.is_reseller, customer.username))


class Entries:
    """Writes records as they are in the file; with ``secrets`` passwords and keys, too."""

    def __init__(self, owners: Owners, *, secrets: bool = False) -> None:
        self._owners = owners
        self._secrets = secrets

    def of(self, record: Record) -> Entry:
        """Write any kind of record that has a key of its own."""
        if isinstance(record, SipAccount) and (clear := clear_web_password(record)):
            record = with_web_password(record, clear)
        owners, named = self._owners, entry_of(record, secrets=self._secrets)
        if isinstance(record, SipDomain):
            named |= {"domain": record.domain}
        elif isinstance(record, SipAccount):
            named |= {"address": str(record.id), "owner": owners.name(record.owner)}
        elif isinstance(record, SipAlias):
            named |= {"alias": str(record.id), "target": str(record.target), "owner": owners.name(record.owner)}
        elif isinstance(record, EnumNumber):
            named |= {"number": record.id.number, "tld": record.id.tld, "owner": owners.name(record.owner)}
        elif isinstance(record, EnumRange):
            named |= {"prefix": record.id.prefix, "tld": record.id.tld}
        elif isinstance(record, CustomerAccount):
            named |= {"username": record.username, "reseller": owners.name(record.reseller)}
        if isinstance(record, SipDomain | EnumRange):
            named |= {"customer": owners.name(record.customer), "reseller": owners.name(record.reseller)}
        return named
