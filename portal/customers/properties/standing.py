"""A customer's rights and limits as pages show them, with how much of the limits is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ngnpro_wire.facts.truth import is_true
from portal.core.customer_names import name_of
from portal.customers.services import owned_kinds
from portal.ngnpro.records import CustomerAccount

from .choices import LIMITS, RIGHTS, Text

# Rights that have an effect only if the reseller has them, too (contract: Ownership, resellers and rights).
INHERITED = frozenset({"pstn_changes", "prepaid_changes"})
NEARLY = 0.9


@dataclass(frozen=True, slots=True)
class ShownRight:
    """A right as a page shows it: the state of its lamp, its label, and its current effect."""

    state: str
    label: Text
    text: Text


@dataclass(frozen=True, slots=True)
class ShownLimit:
    """How many records of a kind a customer has (``None``: unknown) and may have (``None``: no limit)."""

    label: Text
    used: int | None
    allowed: int | None

    @property
    def is_reached(self) -> bool:
        return self.allowed is not None and self.used is not None and self.used >= self.allowed

    @property
    def state(self) -> str:
        """Return the colour of the bar: ``bad`` if the limit is reached, ``warn`` from 90 % of it, else empty."""
        if self.is_reached:
            return "bad"
        return "warn" if self.allowed and (self.used or 0) >= NEARLY * self.allowed else ""

    @property
    def percent(self) -> int | None:
        """Return how much of the limit is used, in percent; ``None`` if there is no limit or the use is unknown."""
        if self.used is None or self.allowed is None:
            return None
        return min(100, round(100 * self.used / self.allowed)) if self.allowed else 100

    @property
    def text(self) -> str:
        if self.used is None:
            return _("up to %(allowed)s") % {"allowed": self.allowed}
        if self.allowed is None:
            return _("%(used)s, no limit") % {"used": self.used}
        return _("%(used)s of %(allowed)s") % {"used": self.used, "allowed": self.allowed}


def rights_of(customer: CustomerAccount, reseller: CustomerAccount | None) -> list[ShownRight]:
    """List the rights of a customer; ``reseller`` is their reseller, ``None`` if unknown."""
    return [
        _right(
            right.label,
            right.help,
            is_granted=is_true(customer.get_property(right.name)),
            has_effect=right.name not in INHERITED or reseller is None or is_true(reseller.get_property(right.name)),
        )
        for right in RIGHTS.properties
    ]


def _right(label: Text, means: Text, *, is_granted: bool, has_effect: bool) -> ShownRight:
    if not is_granted:
        return ShownRight("off", label, _("Not granted."))
    if not has_effect:
        return ShownRight("warn", label, _("Granted, but without effect: its reseller does not have this right."))
    return ShownRight("on", label, means)


def limits_of(customer: CustomerAccount, counts: Mapping[str, int | None]) -> list[ShownLimit]:
    """List the limits of a customer and their use; kinds that are neither counted nor limited are left out."""
    kinds = {kind.limit: name for name, kind in owned_kinds().items()}
    limits = (
        ShownLimit(limit.label, counts.get(kinds.get(limit.name, "")), _number(customer.get_property(limit.name)))
        for limit in LIMITS.properties
    )
    return [limit for limit in limits if limit.used is not None or limit.allowed is not None]


def _number(text: str) -> int | None:
    return int(text) if text.strip().isascii() and text.strip().isdecimal() else None


def describe_limits(customer: CustomerAccount, counts: Mapping[str, int | None], reached: list[Text]) -> str:
    """Return a sentence about the limits that a customer has reached, or about what they have."""
    domains, accounts = counts["domains"] or 0, counts["accounts"] or 0
    words = {
        "name": name_of(customer),
        "domains": ngettext("%(n)s domain", "%(n)s domains", domains) % {"n": domains},
        "accounts": ngettext("%(n)s account", "%(n)s accounts", accounts) % {"n": accounts},
        "limits": ", ".join(map(str, reached)),
    }
    if reached:
        return _("%(name)s has reached a limit and can add no more of these: %(limits)s.") % words
    if not domains and not accounts:
        return _("Nothing belongs to %(name)s yet: it has no domain and no account.") % words
    if customer.is_reseller:
        return _("%(name)s and its customers have %(domains)s and %(accounts)s.") % words
    return _("%(name)s has %(domains)s and %(accounts)s.") % words
