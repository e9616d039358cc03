"""ENUM: number ranges, numbers and their mappings (contract: ENUM)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .base import Filter, Record, wire_field


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumRangeId(Record):
    """A range's key: ``prefix`` is digits without +, ``tld`` the ENUM domain that it is published in."""

    prefix: str
    tld: str = wire_field("e164.arpa", always=True)

    def __str__(self) -> str:
        return f"{self.prefix}@{self.tld}"

    @classmethod
    def parse(cls, key: str) -> EnumRangeId:
        """Parse ``<prefix>@<tld>``, as ``str`` returns it."""
        prefix, _, tld = key.rpartition("@")
        return cls(prefix=prefix, tld=tld)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumRange(Record):
    """A block of E.164 numbers.

    ``ttl``: seconds. ``min_digits``, ``max_digits``: length of its numbers. ``size``: maximum count of numbers, 0 for
    no limit. ``customer``, ``reseller``: ids of the owners; only an administrator may change the reseller.
    ``nameservers``: host names. Read only: ``serial`` of the zone, ``used`` numbers, ``change_date``.
    """

    id: EnumRangeId
    ttl: int = 3600
    info: str = ""
    min_digits: int = 0
    max_digits: int = 0
    size: int = 0
    customer: int = 0
    reseller: int = 0
    serial: int = 0
    used: int = 0
    nameservers: tuple[str, ...] = ()
    change_date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumRangeFilter(Filter):
    """Conditions for ranges. ``customer`` and ``reseller`` are ids; 0 is any."""

    prefix: str = ""
    tld: str = ""
    info: str = ""
    customer: int = 0
    reseller: int = 0

    def texts(self, record: Any, name: str) -> tuple[str, ...]:
        return (getattr(record if name == "info" else record.id, name),)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumId(Record):
    """A number's key: ``number`` is E.164 digits without +, ``tld`` the ENUM domain."""

    number: str
    tld: str = wire_field("e164.arpa", always=True)

    def __str__(self) -> str:
        return f"{self.number}@{self.tld}"

    @classmethod
    def parse(cls, key: str) -> EnumId:
        """Parse ``<number>@<tld>``, as ``str`` returns it."""
        number, _, tld = key.rpartition("@")
        return cls(number=number, tld=tld)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumMapping(Record):
    """One mapping of a number to a target.

    ``id``: assigned by the server, 0 for a new one. ``type``: the service, e.g. ``sip``, ``mailto``,
    ``web:http``, ``tel``. ``mapto``: target with scheme, e.g. ``sip:user@domain``. ``priority``: order of the
    NAPTR record. ``ttl``: seconds.
    """

    id: int = 0
    type: str = wire_field("sip", always=True)
    mapto: str = wire_field("", always=True)
    priority: int = wire_field(5, always=True)
    ttl: int = wire_field(3600, always=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumNumber(Record):
    """A number and its mappings.

    ``owner``: id of the owning customer, 0 for none. ``mappings``: an update replaces them all. Read only:
    ``customer`` and ``reseller`` of its range, ``change_date``.
    """

    id: EnumId
    owner: int = wire_field(0, always=True)
    info: str = ""
    mappings: tuple[EnumMapping, ...] = wire_field((), always=True)
    customer: int = 0
    reseller: int = 0
    change_date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumNumberFilter(Filter):
    """Conditions for numbers. ``mapto`` matches targets with or without scheme. For ids, 0 is any."""

    number: str = ""
    tld: str = ""
    type: str = ""
    mapto: str = ""
    owner: int = 0
    customer: int = 0
    reseller: int = 0

    def texts(self, record: Any, name: str) -> tuple[str, ...]:
        if name == "mapto":
            targets = [mapping.mapto for mapping in record.mappings]
            return (*targets, *(target.partition(":")[2] for target in targets))
        if name == "type":
            return tuple(mapping.type for mapping in record.mappings)
        return (getattr(record.id, name),)
