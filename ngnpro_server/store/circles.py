"""Diversions whose calls go round in a circle: they were stored before the aliases and numbers that close it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, RowMapping, select, tuple_

from ngnpro_wire.facts.telephone_numbers import international_digits

from .rings import MOST_HOPS, UNCONDITIONAL, Address, Ways, address_of
from .schema import diversions, enum_mappings, enum_numbers, sip_accounts, sip_aliases, sip_domains

# how many diversions are looked at, and how many addresses a statement asks for
MOST = 2000
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Step:
    """Where calls to an address go next, ``None`` if they end there; ``is_diversion`` if it is an account."""

    to: Address | None
    is_diversion: bool = False


@dataclass(frozen=True, slots=True)
class KnownWays(Ways):
    """The ways of calls, as far as they were read before, for many addresses at once."""

    known: dict[Address, Step] = field(default_factory=dict)

    def learn(self, addresses: Iterable[Address]) -> None:
        """Read the ways of addresses: at most four statements for each hop of five hundred addresses."""
        ahead = set(addresses)
        for _hop in range(MOST_HOPS + 1):
            if not ahead:
                return
            ordered = sorted(ahead)
            for some in (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE)):
                self.known.update(dict.fromkeys(some, Step(None)))
                # an account has priority over a number, an alias over both
                for steps in (self._of_numbers(some), self._of_accounts(some), self._of_aliases(some)):
                    self.known.update(steps)
            ahead = {to for one in ahead if (to := self.known[one].to) and to not in self.known}

    def _next(self, address: Address, *, diverted: bool) -> Address | None:
        step = self.known.get(address, Step(None))
        return step.to if diverted or not step.is_diversion else None

    def _of_aliases(self, addresses: Sequence[Address]) -> Iterator[tuple[Address, Step]]:
        table = sip_aliases.c
        query = select(table.username, table.domain, table.target_username, table.target_domain)
        for row in self.connection.execute(query.where(tuple_(table.username, table.domain).in_(addresses))):
            yield (row.username, row.domain), Step((row.target_username, row.target_domain))

    def _of_accounts(self, addresses: Sequence[Address]) -> Iterator[tuple[Address, Step]]:
        table = sip_accounts.c
        is_own = (diversions.c.account_id == table.id) & (diversions.c.condition == UNCONDITIONAL)
        query = select(table.username, table.domain, diversions.c.target).join_from(
            sip_accounts, diversions, is_own, isouter=True
        )
        for row in self.connection.execute(query.where(tuple_(table.username, table.domain).in_(addresses))):
            yield (row.username, row.domain), Step(address_of(row.target or ""), is_diversion=True)

    def _of_numbers(self, addresses: Sequence[Address]) -> Iterator[tuple[Address, Step]]:
        called = {one: digits for one in addresses if (digits := international_digits(one[0]))}
        if not called:
            return
        named = {domain for _username, domain in called}
        domains = set(
            self.connection.execute(select(sip_domains.c.domain).where(sip_domains.c.domain.in_(named))).scalars()
        )
        targets = self._targets(set(called.values()))
        for address, digits in called.items():
            if address[1] in domains and digits in targets:
                yield address, Step(address_of(targets[digits]))

    def _targets(self, numbers: set[str]) -> dict[str, str]:
        query = (
            select(enum_numbers.c.number, enum_mappings.c.mapto)
            .join(enum_numbers, enum_numbers.c.id == enum_mappings.c.number_id)
            .where(enum_numbers.c.number.in_(numbers), enum_numbers.c.tld == self.tld, enum_mappings.c.type == "sip")
            .order_by(enum_mappings.c.priority.desc(), enum_mappings.c.id.desc())
        )
        # the last one of a number is its first target
        return {row.number: row.mapto for row in self.connection.execute(query)}


def list_diversions_in_circles(
    connection: Connection, accounts: ColumnElement[bool], tld: str, *, most: int = MOST
) -> tuple[list[RowMapping], bool]:
    """Return the diversions of some accounts that could not be saved now, because they lead back or into a circle.

    At most ``most`` diversions to addresses of this platform are looked at; the second value is whether these are all.
    """
    columns = diversions.c
    query = (
        select(columns.condition, columns.target, columns.target_username, columns.target_domain, *sip_accounts.c)
        .join(sip_accounts, sip_accounts.c.id == columns.account_id)
        .where(accounts, columns.target_domain.in_(select(sip_domains.c.domain)))
        .order_by(columns.account_id, columns.condition)
        .limit(most + 1)
    )
    rows = connection.execute(query).mappings().all()
    ways = KnownWays(connection, tld)
    ways.learn(_target(row) for row in rows[:most])
    return [row for row in rows[:most] if _leads_back(ways, row)], len(rows) <= most


def _target(row: RowMapping) -> Address:
    return row["target_username"], row["target_domain"]


def _leads_back(ways: Ways, row: RowMapping) -> bool:
    own = (row["username"], row["domain"])
    return ways.lead_back(_target(row), own.__eq__, diverted=row["condition"] == UNCONDITIONAL)
