"""Domains, accounts and aliases (contract: SipDomain, SipId, SipAccount, SipFilter, SipAlias, AliasFilter)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from .base import Filter, Record, wire_field


@dataclass(frozen=True, slots=True, kw_only=True)
class SipDomain(Record):
    """A SIP domain that the platform serves.

    ``domain``: DNS name, lower case; the key, cannot be changed. ``customer``: id of the customer who owns it.
    ``reseller``: id of that customer's reseller; only an administrator may change it. ``certificate`` and
    ``private_key``: PEM text for TLS. ``match_ip_address`` and ``match_sip_domain``: addresses and domain by
    which the proxy chooses this certificate. ``verify_cert`` and ``require_cert``: what the proxy demands of
    a peer's certificate. ``change_date``: time of the last change as the server writes it (``YYYY-MM-DD
    HH:MM:SS``); read only.
    """

    domain: str
    customer: int = wire_field(0, always=True)
    reseller: int = wire_field(0, always=True)
    certificate: str = ""
    private_key: str = wire_field("", name="private_key", secret=True)
    match_ip_address: str = wire_field("", name="match_ip_address")
    match_sip_domain: str = wire_field("", name="match_sip_domain")
    verify_cert: bool = wire_field(False, name="verify_cert")
    require_cert: bool = wire_field(False, name="require_cert")
    change_date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SipDomainFilter(Filter):
    """Conditions for SIP domains. ``customer`` and ``reseller`` are ids; 0 is any."""

    domain: str = ""
    customer: int = 0
    reseller: int = 0


AUTOINCREMENT = "<autoincrement>"


@dataclass(frozen=True, slots=True, kw_only=True)
class SipId(Record):
    """The address of a SIP account or alias, without scheme, in lower case.

    ``username``: the part before the @, at most 64 characters; in ``add_account``,
    ``<autoincrement>`` lets the server choose one. ``domain``: a SIP domain of the platform.
    """

    username: str
    domain: str

    def __str__(self) -> str:
        return f"{self.username}@{self.domain}"

    @classmethod
    def parse(cls, address: str) -> SipId:
        """Parse ``user@domain``, with or without ``sip:``; ``ValueError`` if the @ is missing or a part is empty."""
        username, _, domain = address.strip().removeprefix("sip:").rpartition("@")
        if not username or not domain:
            raise ValueError(f"{address!r} is not an address of the form user@domain.")
        return cls(username=username.lower(), domain=domain.lower())


@dataclass(frozen=True, slots=True, kw_only=True)
class SipAccountProperty(Record):
    """A named value of a SIP account, e.g. ``web_password``. ``category`` and ``permission`` are not used."""

    name: str
    value: str
    category: str = ""
    permission: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AclEntry(Record):
    """A network from which the account may be used.

    ``ip``: IPv4 or IPv6 address; ``mask``: its prefix length, up to 32 or 128; ``tag``: a label.
    """

    ip: str
    mask: int
    tag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SipAccount(Record):
    """A subscriber's SIP account.

    ``id``: its address; the key. ``password``: clear text, or ``<ha1>:<ha1b>``; empty in an update keeps the
    stored one; empty on read if the platform does not store clear text. ``timezone``: a name such as
    ``Europe/Amsterdam``. ``email``: for notices. ``owner``: id of the owning customer, 0 for none.
    ``rpid``: caller id shown to the PSTN, digits. ``groups``: rights and states by name; an update replaces
    them all. ``prepaid``: calls are paid from the balance. ``quota``: monthly limit in the platform's
    currency, 0 for none. ``acl``: networks that it may be used from, empty for all. ``properties``: an update
    replaces them all. ``call_limit``: simultaneous calls to the PSTN, 0 for the platform's default. ``timeout``:
    seconds until a call counts as not answered, 1–900. ``quickdial_prefix``: digits put before short numbers.
    ``region``: a key for emergency calls. Read only: ``ha1`` = MD5(username:domain:password), ``ha1b`` =
    MD5(username@domain:domain:password), ``customer`` and ``reseller`` of the domain, ``create_date``,
    ``change_date``.
    """

    id: SipId
    first_name: str = wire_field("", always=True)
    last_name: str = wire_field("", always=True)
    password: str = wire_field("", secret=True)
    timezone: str = wire_field("", always=True)
    email: str = wire_field("", always=True)
    owner: int = 0
    rpid: str = ""
    groups: tuple[str, ...] = ()
    prepaid: bool = wire_field(False, always=True)
    quota: int = 0
    acl: tuple[AclEntry, ...] = ()
    properties: tuple[SipAccountProperty, ...] = wire_field((), secret=True)
    call_limit: int = 0
    timeout: int = 35
    quickdial_prefix: str = ""
    region: str = ""
    ha1: str = wire_field("", secret=True)
    ha1b: str = wire_field("", secret=True)
    customer: int = 0
    reseller: int = 0
    create_date: str = ""
    change_date: str = ""

    def get_property(self, name: str, default: str = "") -> str:
        """Return the value of a property by name, or ``default``."""
        return next((entry.value for entry in self.properties if entry.name == name), default)

    def with_property(self, name: str, value: str) -> SipAccount:
        """Return the account with this value of a property, or without it if the value is empty."""
        kept = tuple(entry for entry in self.properties if entry.name != name)
        added = (SipAccountProperty(name=name, value=value),) if value else ()
        return replace(self, properties=(*kept, *added))


@dataclass(frozen=True, slots=True, kw_only=True)
class SipFilter(Filter):
    """Conditions for SIP accounts.

    ``owner`` is the account's own customer, ``customer`` and ``reseller`` are those of its domain; 0 is any.
    ``groups``: accounts that are in all of these.
    """

    username: str = ""
    domain: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    owner: int = 0
    customer: int = 0
    reseller: int = 0
    groups: tuple[str, ...] = ()

    def texts(self, record: Any, name: str) -> tuple[str, ...]:
        return (getattr(record.id if name in ("username", "domain") else record, name),)


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
