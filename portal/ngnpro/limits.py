"""The limits of a caller: NGNPro ports and SIP domains, enforced before a call is sent, for every page and job alike.

A caller who is limited to ports gets ``NotOffered`` for all others, as from a server that does not have them. A caller
who is limited to SIP domains may only make calls that name such a domain; the lists of domains, accounts and aliases
have only theirs, and everything else of other domains is ``Missing`` or, in writes, ``NotPermitted``. Operations that
name no domain are not offered to them, because nothing says which part of the answer is theirs.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ngnpro_wire.facts.filters import escape_filter, filter_tokens
from ngnpro_wire.schema import Array, Scalar, Struct, Type, load_schema

from . import errors
from .query import Query, Range
from .records.accounts import AliasFilter, SipDomain, SipDomainFilter, SipFilter, SipId
from .records.base import Filter, Record

# The ports whose operations can be about one domain. Those of the other ports are about customers, numbers and routes.
_PORTS_OF_DOMAINS = frozenset({"Sip", "Voicemail", "Platform"})
_STRUCTS_OF_DOMAINS = frozenset({"SipId", "SipDomain"})
_OTHER_PORT = "You have no right to use this part of NGNPro (port {port}). An operator with all rights can change that."
_OTHER_DOMAIN = "You may only work with some SIP domains, and this is not one of them. Nothing was changed."
_UNSEEN = "This does not exist, or it belongs to a SIP domain that you may not see."


@dataclass(frozen=True, slots=True)
class _DomainList:
    """A list that can be filtered by domain: its filter with the field for it, and the member with its rows."""

    conditions: type[Filter]
    field: str
    rows: str


_LISTS: Mapping[str, _DomainList] = {
    "getDomains": _DomainList(SipDomainFilter, "domain", "domains"),
    "getAccounts": _DomainList(SipFilter, "domain", "accounts"),
    "getAliases": _DomainList(AliasFilter, "alias_domain", "aliases"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """The ports and SIP domains (in lower case) that a caller may use; an empty set is no limit."""

    ports: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.ports or self.domains)

    def words(self) -> tuple[str, ...]:
        """Return the ports and domains in one order, to identify the limits."""
        return (*sorted(self.ports), *sorted(self.domains))

    def offers(self, port: str, operation: str) -> bool:
        """Return whether the limits leave an operation to the caller, at least for some arguments."""
        if self.ports and port not in self.ports:
            return False
        return not self.domains or (port == "Sip" and operation in _LISTS) or _names_domain(port, operation)

    def check(self, port: str, operation: str, arguments: Mapping[str, Any]) -> None:
        """Raise ``NotOffered``, ``Missing`` or ``NotPermitted`` for a call that the limits do not allow."""
        if not self.offers(port, operation):
            raise errors.NotOffered(0, _OTHER_PORT.format(port=port))
        if not self.domains or operation in _LISTS:
            return
        named = [domain.lower() for domain in _domains_in(arguments)]
        if not named or not self.domains.issuperset(named):
            raise errors.Missing(0, _UNSEEN) if operation.startswith("get") else errors.NotPermitted(0, _OTHER_DOMAIN)

    def read_list(self, operation: str, query: Any, read: Callable[[Query[Any]], Any]) -> dict[str, Any]:
        """Return a window of a list of the caller's domains: one domain after the other, each in the wanted order."""
        listed, query = _LISTS[operation], query or Query()
        conditions = query.filter or listed.conditions()
        wanted = getattr(conditions, listed.field)
        start, left = (query.range.start, query.range.count) if query.range else (0, None)
        total, rows = 0, []
        for domain in sorted(one for one in self.domains if not wanted or matches_filter(wanted, one)):
            only = dataclasses.replace(conditions, **{listed.field: escape_filter(domain)})
            window = None if left is None else Range(max(0, start - total), max(1, left))
            answer = read(dataclasses.replace(query, filter=only, range=window)) or {}
            found = [row for row in answer.get(listed.rows) or () if _domain_of(row) == domain]
            rows += found if left is None else found[: max(0, left)]
            left = None if left is None else left - len(found)
            total += answer.get("total") or 0
        return {"total": total, listed.rows: rows}

    def is_list(self, operation: str) -> bool:
        """Return whether an operation lists records of several domains, to be read with ``read_list``."""
        return bool(self.domains) and operation in _LISTS


NO_LIMITS = Limits()


def matches_filter(pattern: str, text: str) -> bool:
    """Return whether a text matches the pattern of a filter (``ngnpro_wire.facts.filters``), ignoring case."""
    tokens, text = filter_tokens(pattern.lower()), text.lower()
    states = {0}
    for character in [*text, None]:
        states = set(_skip_wildcards(tokens, states))
        if character is None:
            return len(tokens) in states
        states = {after for state in states for after in _step(tokens, state, character)}
    return False


def _skip_wildcards(tokens: list[tuple[str, bool]], states: set[int]) -> Iterator[int]:
    for state in states:
        yield state
        while state < len(tokens) and tokens[state] == ("%", True):
            state += 1
            yield state


def _step(tokens: list[tuple[str, bool]], state: int, character: str) -> Iterator[int]:
    if state < len(tokens):
        token = tokens[state]
        if token == ("%", True):
            yield state
        elif token == ("_", True) or token == (character, False):
            yield state + 1


def _domain_of(row: Mapping[str, Any]) -> str:
    return str(row.get("domain") or (row.get("id") or {}).get("domain") or "").lower()


def _domains_in(value: Any, name: str = "") -> Iterator[str]:
    """Yield the domains that arguments name: those of addresses, of SIP domains, and a part called ``domain``."""
    if isinstance(value, SipId | SipDomain):
        yield value.domain
    elif isinstance(value, Record):
        for field in dataclasses.fields(value):
            if field.name != "source":
                yield from _domains_in(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _domains_in(one, key)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _domains_in(one)
    elif isinstance(value, str) and name == "domain":
        yield value


@lru_cache(maxsize=512)
def _names_domain(port: str, operation: str) -> bool:
    schema = load_schema()
    declared = schema.operations.get((schema.ports.get(port, ""), operation))
    return (
        port in _PORTS_OF_DOMAINS and declared is not None and any(_has_domain(*one) for one in declared.inputs.items())
    )


def _has_domain(name: str, type_: Type) -> bool:
    if isinstance(type_, Scalar):
        return name == "domain"
    if isinstance(type_, Array):
        return _has_domain("", type_.item)
    if not isinstance(type_, Struct) or type_.name.endswith("Query"):
        return False
    return type_.name in _STRUCTS_OF_DOMAINS or any(_has_domain("", one) for one in type_.fields.values())
