"""DNS: zones, their records, and the e-mail aliases and redirects kept with them (contract: ports.Dns)."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Filter, Record, wire_field


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsZone(Record):
    """A zone of DNS.

    ``name``: the domain name, which is the key. ``ttl``: seconds, of its SOA and NS records. ``minimum``: seconds that
    resolvers may remember that a name does not exist. ``retry``, ``expire``: seconds, for secondary servers. ``email``:
    the administrator's address. ``nameservers``: host names, the primary first. ``customer``, ``reseller``: ids of the
    owners; only an administrator may change the reseller. Read only: ``serial``, ``change_date``.
    """

    name: str
    ttl: int = 3600
    info: str = ""
    customer: int = 0
    reseller: int = 0
    nameservers: tuple[str, ...] = ()
    serial: int = 0
    email: str = ""
    minimum: int = 0
    retry: int = 0
    expire: int = 0
    change_date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsZoneFilter(Filter):
    """Conditions for zones. ``customer`` and ``reseller`` are ids; 0 is any."""

    name: str = ""
    info: str = ""
    customer: int = 0
    reseller: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InDnsZone(Record):
    """What records, and the e-mail aliases and redirects of a zone, have in common: all their members."""

    id: int = 0
    name: str = wire_field("", always=True)
    zone: str = wire_field("", always=True)
    type: str = wire_field("", always=True)
    value: str = wire_field("", always=True)
    owner: int = 0
    ttl: int = 3600
    priority: int = 0
    customer: int = 0
    reseller: int = 0
    change_date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsRecord(InDnsZone):
    """A record of a zone.

    ``id``: the key. ``name``: within the zone, empty for the zone itself. ``type``: such as ``A``. ``value``: as in a
    zone file, without the ``priority`` of MX and SRV. ``ttl``: seconds. ``owner``: id of the customer it is for. Read
    only: ``customer`` and ``reseller`` of its zone, ``change_date``.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsFancyRecord(InDnsZone):
    """An e-mail alias (``type`` MBOXFW) or a redirect of web browsers (URL) that is kept with a zone.

    ``id``: the key. ``name``: of an alias its address, of a redirect the name within the zone. ``value``: the address
    that mail or browsers are sent to. ``ttl`` and ``priority`` have no effect. ``owner``: id of the customer it is for.
    Read only: ``customer`` and ``reseller`` of its zone, ``change_date``.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsRecordFilter(Filter):
    """Conditions for records; 0 is any."""

    id: int = 0
    zone: str = ""
    name: str = ""
    type: str = ""
    value: str = ""
    owner: int = 0
    customer: int = 0
    reseller: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsFancyRecordFilter(DnsRecordFilter):
    """Conditions for e-mail aliases and redirects; 0 is any."""
