"""Aliases: addresses that point to another SIP address (contract: SipAlias, AliasFilter)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .accounts import SipId
from .base import Filter, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class SipAlias(Record):
    """An address that points to another.

    ``id``: the alias itself; the key. ``target``: the address it points to, in any domain. ``owner``: id of
    the owning customer, 0 for none. Read only: ``customer`` and ``reseller`` of the alias's domain,
    ``change_date``.
    """

    id: SipId
    target: SipId
    owner: int = 0
    change_date: str = ""
    customer: int = 0
    reseller: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasFilter(Filter):
    """Conditions for aliases. ``owner``, ``customer`` and ``reseller`` are ids; 0 is any."""

    alias_username: str = ""
    alias_domain: str = ""
    target_username: str = ""
    target_domain: str = ""
    owner: int = 0
    customer: int = 0
    reseller: int = 0

    def texts(self, record: Any, name: str) -> tuple[str, ...]:
        whose, _underscore, part = name.partition("_")
        return (getattr(record.id if whose == "alias" else record.target, part),)
