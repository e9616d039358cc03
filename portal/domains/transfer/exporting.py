"""A domain as a file: written line by line as NGNPro tells it, one page of records in memory at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain

from portal.ngnpro import Ngnpro, Pattern, beginning, errors
from portal.ngnpro.records import (
    AliasFilter,
    EnumNumber,
    EnumNumberFilter,
    EnumRange,
    EnumRangeFilter,
    SipAccount,
    SipDomain,
    SipFilter,
)

from .document import FORMAT, VERSION, Entry
from .entries import Entries, Owners
from .parts import PARTS, read_phonebook

PAGE = 100


class Export:
    """One domain on its way into a file.

    ``secrets``: with passwords and keys. ``whole_customers``: with all that is known of its owners, not only what
    finds them again. Iterating gives the file's text; a refusal or outage on the way leaves it without its end, and a
    file without its end is not accepted by anybody.
    """

    def __init__(self, ngnpro: Ngnpro, domain: SipDomain, *, secrets: bool, whole_customers: bool) -> None:
        self._ngnpro = ngnpro
        self._domain = domain
        self._secrets = secrets
        self._whole_customers = whole_customers
        self._owners = Owners(ngnpro)
        self._entries = Entries(self._owners, secrets=secrets)
        self._ranges: dict[str, EnumRange] = {}
        self._ranges_by_digit: dict[str, list[EnumRange]] = {}

    def __iter__(self) -> Iterator[str]:
        yield f'{{\n"format": "{FORMAT}",\n"version": {VERSION},\n"passwords": {json.dumps(self._secrets)},\n'
        yield f'"domain": {as_text(self._entries.of(self._domain))},\n'
        yield from _list("accounts", self._accounts())
        yield from _list("aliases", _as_offered(self._aliases()))
        yield from _list("numbers", _as_offered(self._numbers()))
        yield from _list("ranges", self._found_ranges())
        yield from _list("customers", self._customers(), last=True)
        yield "}\n"

    def started(self) -> Iterator[str]:
        """Begin at once, so that an outage is noticed while there is still a page to say so, and give the whole."""
        text = iter(self)
        beginning = [next(text) for _line in range(4)]
        return chain(beginning, text)

    def _customers(self) -> Iterator[Entry]:
        for customer in self._owners.found():
            if self._whole_customers:
                yield self._entries.of(customer)
            else:
                yield {"username": customer.username, "organization": customer.organization}

    def _accounts(self) -> Iterator[Entry]:
        conditions = SipFilter(domain=self._domain.domain)
        for account in self._ngnpro.sip.iter_accounts(conditions, page_size=PAGE):
            yield {**self._entries.of(account), **self._parts(account)}

    def _parts(self, account: SipAccount) -> Entry:
        """Read what an account has beyond its record; what this NGNPro server does not keep is left out."""
        found: Entry = {}
        for part in PARTS:
            try:
                found |= part.read(self._ngnpro, account.id, self._secrets)
            except errors.NotOffered:
                continue
        try:
            found["phonebook"] = read_phonebook(self._ngnpro, account.id)
        except errors.NotOffered:
            return found
        return found

    def _aliases(self) -> Iterator[Entry]:
        conditions = AliasFilter(alias_domain=self._domain.domain)
        return map(self._entries.of, self._ngnpro.sip.iter_aliases(conditions, page_size=PAGE))

    def _numbers(self) -> Iterator[Entry]:
        """Write the numbers that lead into the domain, and remember the ranges in which they lie."""
        for number in numbers_into(self._ngnpro, self._domain.domain):
            self._remember_range(number)
            yield self._entries.of(number)

    def _remember_range(self, number: EnumNumber) -> None:
        """Find the narrowest range of a number, among all that begin with its first digit: one list for each digit."""
        first = f"{number.id.number[:1]}@{number.id.tld}"
        if first not in self._ranges_by_digit:
            conditions = EnumRangeFilter(prefix=beginning(number.id.number[:1]), tld=number.id.tld)
            self._ranges_by_digit[first] = list(self._ngnpro.enum.iter_ranges(conditions, page_size=PAGE))
        fitting = [one for one in self._ranges_by_digit[first] if number.id.number.startswith(one.id.prefix)]
        if fitting:
            found = max(fitting, key=lambda one: len(one.id.prefix))
            self._ranges[f"{found.id.tld} {found.id.prefix}"] = found

    def _found_ranges(self) -> Iterator[Entry]:
        return (self._entries.of(self._ranges[name]) for name in sorted(self._ranges))


def numbers_into(ngnpro: Ngnpro, domain: str) -> Iterator[EnumNumber]:
    """Find the numbers that lead to a SIP address of a domain, by target without scheme (contract: Listing)."""
    # Its wildcards are not escaped, since not every server knows how; ``leads_into`` leaves out what only resembles it.
    conditions = EnumNumberFilter(mapto=Pattern(f"%@{domain}"))
    for number in ngnpro.enum.iter_numbers(conditions, page_size=PAGE):
        if any(leads_into(mapping.mapto, domain) for mapping in number.mappings):
            yield number


def leads_into(target: str, domain: str) -> bool:
    """Tell whether a mapping's target is a SIP address of a domain."""
    scheme, _colon, address = target.lower().partition(":")
    return scheme in ("sip", "sips") and address.endswith(f"@{domain.lower()}")


def _as_offered(entries: Iterator[Entry]) -> Iterator[Entry]:
    """Give no entries of a kind that this NGNPro server does not keep."""
    try:
        yield from entries
    except errors.NotOffered:
        return


def as_text(entry: Entry) -> str:
    """Write an entry on one line, always in the same way."""
    return json.dumps(entry, sort_keys=True, ensure_ascii=False)


def _list(name: str, entries: Iterable[Entry], *, last: bool = False) -> Iterator[str]:
    """Write a list with an entry on each line."""
    yield f'"{name}": ['
    between = "\n"
    for entry in entries:
        yield f"{between}{as_text(entry)}"
        between = ",\n"
    yield "\n]\n" if last else "\n],\n"
