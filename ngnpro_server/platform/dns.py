"""Views of the ENUM zones, in the columns of PowerDNS' generic SQL backends.

Every range is a zone with SOA, NS and the NAPTR records of its numbers (RFC 6116, RFC 3403). The contents are written
as in a zone file, so that backslashes and quotes are escaped once more.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, null

from ngnpro_server.store.schema import enum_mappings, enum_numbers, enum_ranges
from ngnpro_wire.facts.enum_services import SERVICE_NAMES

from .sql import View, columns_of, nth_word, text, view, whole

_R, _N, _M = enum_ranges.c, enum_numbers.c, enum_mappings.c
# of all NAPTR records; the preference is the mapping's priority
ORDER = 100
# seconds: refresh, retry, expire (RFC 1912, section 2.2)
_TIMERS = "10800 3600 1209600"
_NO_NAMESERVER = "ns.invalid"
_MOST_NAMESERVERS = 13


def _domains() -> Select[Any]:
    return columns_of(
        id=whole(_R.id),
        name=_R.dns_name,
        master=_nothing(128),
        last_check=_no_number(),
        type=text(literal("NATIVE"), 8),
        notified_serial=_no_number(),
        account=_nothing(40),
        options=_nothing(64),
        catalog=_nothing(64),
    )


def _nothing(length: int) -> ColumnElement[Any]:
    return text(null(), length)


def _no_number() -> ColumnElement[Any]:
    return whole(func.nullif(0, 0))


def _record(
    number: Any, zone: Any, name: ColumnElement[str], kind: str, content: ColumnElement[str], ttl: Any
) -> Select[Any]:
    return columns_of(
        id=whole(number),
        domain_id=whole(zone),
        name=name,
        type=text(literal(kind), 10),
        content=text(content, 1000),
        ttl=whole(ttl),
        prio=whole(literal(0)),
        disabled=literal(False),
        ordername=_nothing(255),
        auth=literal(True),
    )


def _soa() -> Select[Any]:
    first = func.coalesce(func.nullif(nth_word(_R.nameservers, 0), ""), _NO_NAMESERVER)
    serial = text(_R.serial, 20)
    content = first + literal(" hostmaster.") + _R.dns_name + literal(" ") + serial
    return _record(_R.id, _R.id, _R.dns_name, "SOA", content + literal(f" {_TIMERS} ") + text(_R.ttl, 10), _R.ttl)


def _ns() -> list[Select[Any]]:
    """One query for each of the nameservers that a range can have."""
    return [
        _record(_R.id, _R.id, _R.dns_name, "NS", host, _R.ttl).where(host != "")
        for host in (nth_word(_R.nameservers, place) for place in range(_MOST_NAMESERVERS))
    ]


def _naptr() -> Select[Any]:
    service = case(*((_M.type == name, written) for name, written in SERVICE_NAMES.items()), else_=_M.type)
    target = func.replace(func.replace(_M.mapto, "\\", "\\\\"), "!", "\\!")
    regexp = literal("!^.*$!") + target + literal("!")
    quoted = func.replace(func.replace(regexp, "\\", "\\\\"), '"', '\\"')
    content = literal(f"{ORDER} ") + text(_M.priority, 5) + literal(' "u" "E2U+') + service + literal('" "')
    query = _record(_M.id, _N.range_id, _N.dns_name, "NAPTR", content + quoted + literal('" .'), _M.ttl)
    return query.select_from(enum_mappings.join(enum_numbers, enum_numbers.c.id == _M.number_id))


def _without_rows(**types: type) -> Select[Any]:
    """An empty table that PowerDNS requires."""
    columns = {name: _nothing(255) if kind is str else _no_number() for name, kind in types.items()}
    return columns_of(**columns).select_from(enum_ranges).where(_R.id < 0)


VIEWS: tuple[View, ...] = (
    view("domains", _domains()),
    view("records", _soa(), *_ns(), _naptr()),
    view("domainmetadata", _without_rows(id=int, domain_id=int, kind=str, content=str)),
    view("cryptokeys", _without_rows(id=int, domain_id=int, flags=int, active=int, published=int, content=str)),
    view("tsigkeys", _without_rows(id=int, name=str, algorithm=str, secret=str)),
)
