"""What can change: kinds of records, how each is keyed and named, and where its pages are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.names import name_of
from portal.core.writes import Write
from portal.ngnpro import records
from portal.ngnpro.records.base import Record

# Members that NGNPro alone writes, whatever the kind.
NEVER_WRITTEN = frozenset({"changeDate", "createDate"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of record.

    ``name`` is the word in addresses of the journal, ``part`` what of that record it is, ``noun`` its word in names of
    operations. ``key`` names a record among its kind, ``title`` in words where the key is only a number. ``room`` is
    whose pages show it. ``read_only``: members, by wire name, that NGNPro fills in. ``numbered``: NGNPro gives the key.
    ``parts_of``: what of the key the URLs of its pages name.
    """

    name: str
    noun: str
    label: str | Promise
    record: type[Record]
    key: Callable[[Any], str]
    title: Callable[[Any], str] = lambda _record: ""
    part: str = ""
    room: str = ""
    read_only: frozenset[str] = frozenset()
    numbered: bool = False
    parts_of: Callable[[str], tuple[str, ...]] = lambda key: (key,)

    def page(self, key: str) -> str:
        """Give the URL of the record's page, or of the form that shows it; empty where there is neither."""
        parts = self.parts_of(key)
        return url_of(f"{self.room}:detail", *parts) or url_of(f"{self.room}:edit", *parts)


def url_of(page: str, *args: str) -> str:
    """Give a page's URL; empty where there is no such page, or none for a key so odd."""
    try:
        return reverse(page, args=args)
    except NoReverseMatch:
        return ""


def _id(record: Any) -> str:
    return str(record.id or "")


def _address(record: Any) -> str:
    return str(record.id).lower()


def _number_and_tld(key: str) -> tuple[str, ...]:
    number, _at, tld = key.rpartition("@")
    return number, tld


def _person(record: records.SipAccount) -> str:
    return f"{record.first_name} {record.last_name}".strip()


ACCOUNT = Kind(
    name="account",
    noun="Account",
    label=_("Account"),
    record=records.SipAccount,
    key=_address,
    title=_person,
    room="accounts",
    read_only=frozenset({"customer", "reseller"}),
)

_ALL = (
    Kind(
        name="domain",
        noun="Domain",
        label=_("Domain"),
        record=records.SipDomain,
        key=lambda record: record.domain.lower(),
        room="domains",
    ),
    ACCOUNT,
    Kind(
        name="account",
        part="mailbox",
        noun="Account",
        label=_("Mailbox"),
        record=records.VoicemailAccount,
        key=lambda record: str(record.sip_id).lower(),
        room="accounts",
        read_only=frozenset({"mailbox", "info"}),
    ),
    Kind(
        name="alias",
        noun="Alias",
        label=_("Alias"),
        record=records.SipAlias,
        key=_address,
        room="aliases",
        read_only=frozenset({"customer", "reseller"}),
    ),
    Kind(
        name="customer",
        noun="Account",
        label=_("Customer"),
        record=records.CustomerAccount,
        key=_id,
        title=name_of,
        room="customers",
        numbered=True,
    ),
    Kind(
        name="range",
        noun="Range",
        label=_("Number range"),
        record=records.EnumRange,
        key=lambda record: f"{record.id.prefix}@{record.id.tld}",
        room="enum:ranges",
        parts_of=_number_and_tld,
        read_only=frozenset({"serial", "used"}),
    ),
    Kind(
        name="number",
        noun="Number",
        label=_("Number"),
        record=records.EnumNumber,
        key=lambda record: f"{record.id.number}@{record.id.tld}",
        room="enum:numbers",
        parts_of=_number_and_tld,
        read_only=frozenset({"customer", "reseller"}),
    ),
    Kind(
        name="carrier",
        noun="Carrier",
        label=_("Carrier"),
        record=records.Carrier,
        key=_id,
        title=lambda record: record.name,
        room="lcr:carriers",
        numbered=True,
    ),
    Kind(
        name="gateway",
        noun="Gateway",
        label=_("Gateway"),
        record=records.Gateway,
        key=_id,
        title=lambda record: record.name,
        room="lcr:gateways",
        read_only=frozenset({"carrier", "reseller"}),
        numbered=True,
    ),
    Kind(
        name="rule",
        noun="GatewayRule",
        label=_("Gateway rule"),
        record=records.GatewayRule,
        key=_id,
        title=lambda record: record.prefix,
        room="lcr:rules",
        read_only=frozenset({"gateway", "carrier", "carrier_id", "reseller"}),
        numbered=True,
    ),
    Kind(
        name="route",
        noun="Routes",
        label=_("Route"),
        record=records.Route,
        key=_id,
        title=lambda record: record.prefix,
        room="lcr:routes",
        read_only=frozenset({"carrier", "reseller"}),
        numbered=True,
    ),
    Kind(
        name="peer",
        noun="TrustedPeer",
        label=_("Trusted peer"),
        record=records.TrustedPeer,
        key=lambda record: record.ip.lower(),
        title=lambda record: record.description,
        room="lcr:peers",
        read_only=frozenset({"protocol", "fromPattern"}),
    ),
)
BY_RECORD: dict[type[Record], Kind] = {kind.record: kind for kind in _ALL}
BY_NAME: dict[tuple[str, str], Kind] = {(kind.name, kind.part): kind for kind in _ALL}
# What the portal keeps itself, and is journalled with the rest.
OWN: dict[str, str | Promise] = {
    "operator": _("Operator"),
    "lock": _("Pause after wrong passwords"),
    "mail": _("Mail"),
    "test-numbers": _("Test numbers"),
}
LABELS: dict[str, str | Promise] = {kind.name: kind.label for kind in _ALL if not kind.part} | OWN


def kind_of(write: Write) -> Kind | None:
    """Tell of which kind a written record is."""
    state = write.before if write.after is None else write.after
    return BY_RECORD.get(type(state)) if isinstance(state, Record) else None


def kind_named(name: str, part: str = "") -> Kind | None:
    """Find a kind; a part that is no record of its own has the record's kind."""
    return BY_NAME.get((name, part)) or BY_NAME.get((name, ""))


def without_key(kind: Kind, record: Record) -> Record:
    """Take the key out of a record whose key NGNPro gives."""
    return replace(record, id=0) if kind.numbered else record  # type: ignore[call-arg]
