"""Views of the ENUM and DNS zones, in the columns of PowerDNS' generic SQL backends.

Every range is a zone with SOA, NS and the NAPTR records of its numbers (RFC 6116, RFC 3403). The contents are written
as in a zone file, so that backslashes and quotes are escaped once more. The values of records of DNS zones are stored
as in a zone file. What mail and web servers need of DNS zones, e-mail aliases and redirects, has views of its own.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, null

from ngnpro_server.store.schema import (
    dns_fancy_records,
    dns_records,
    dns_zones,
    enum_mappings,
    enum_numbers,
    enum_ranges,
)
from ngnpro_wire.facts.dns_records import MOST_IN_VALUE, WITH_PRIORITY
from ngnpro_wire.facts.enum_services import SERVICE_NAMES

from .sql import View, after_at, columns_of, nth_word, text, view, whole

_R, _N, _M = enum_ranges.c, enum_numbers.c, enum_mappings.c
_Z, _D, _F = dns_zones.c, dns_records.c, dns_fancy_records.c
# added to the ids of DNS zones, which PowerDNS sees beside those of ranges; ids in views have 9 digits at most
_OF_ZONES = 500_000_000
# of all NAPTR records; the preference is the mapping's priority
ORDER = 100
# seconds: refresh, retry, expire (RFC 1912, section 2.2)
_REFRESH = "10800"
_TIMERS = f"{_REFRESH} 3600 1209600"
_NO_NAMESERVER = "ns.invalid"
_MOST_NAMESERVERS = 13
_MOST_IN_CONTENT = 2100


def _domains(number: Any, name: ColumnElement[str]) -> Select[Any]:
    return columns_of(
        id=whole(number),
        name=name,
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
    number: Any,
    zone: Any,
    name: ColumnElement[str],
    kind: Any,
    content: ColumnElement[str],
    ttl: Any,
    priority: Any = literal(0),  # noqa: B008
) -> Select[Any]:
    return columns_of(
        id=whole(number),
        domain_id=whole(zone),
        name=name,
        type=text(kind, 10),
        content=text(content, _MOST_IN_CONTENT),
        ttl=whole(ttl),
        prio=whole(priority),
        disabled=literal(False),
        ordername=_nothing(255),
        auth=literal(True),
    )


def _soa_of_ranges() -> Select[Any]:
    content = _first(_R.nameservers) + literal(" hostmaster.") + _R.dns_name + literal(" ") + text(_R.serial, 20)
    content = content + literal(f" {_TIMERS} ") + text(_R.ttl, 10)
    return _record(_R.id, _R.id, _R.dns_name, literal("SOA"), content, _R.ttl)


def _soa_of_zones() -> Select[Any]:
    # a dot before the @ is escaped, and the @ is a dot (RFC 1035, section 8)
    host = after_at(_Z.email)
    user = func.replace(func.substr(_Z.email, 1, func.length(_Z.email) - func.length(host) - 1), ".", "\\.")
    content = _first(_Z.nameservers) + literal(" ") + user + literal(".") + host
    for part in (text(_Z.serial, 20), literal(_REFRESH), text(_Z.retry, 10), text(_Z.expire, 10), text(_Z.minimum, 10)):
        content = content + literal(" ") + part
    return _record(_OF_ZONES + _Z.id, _OF_ZONES + _Z.id, _Z.name, literal("SOA"), content, _Z.ttl)


def _first(nameservers: ColumnElement[str]) -> ColumnElement[str]:
    return func.coalesce(func.nullif(nth_word(nameservers, 0), ""), _NO_NAMESERVER)


def _ns(number: Any, name: ColumnElement[str], nameservers: ColumnElement[str], ttl: Any) -> list[Select[Any]]:
    """One query for each of the nameservers that a zone can have."""
    return [
        _record(number, number, name, literal("NS"), host, ttl).where(host != "")
        for host in (nth_word(nameservers, place) for place in range(_MOST_NAMESERVERS))
    ]


def _naptr() -> Select[Any]:
    service = case(*((_M.type == name, written) for name, written in SERVICE_NAMES.items()), else_=_M.type)
    target = func.replace(func.replace(_M.mapto, "\\", "\\\\"), "!", "\\!")
    regexp = literal("!^.*$!") + target + literal("!")
    quoted = func.replace(func.replace(regexp, "\\", "\\\\"), '"', '\\"')
    content = literal(f"{ORDER} ") + text(_M.priority, 5) + literal(' "u" "E2U+') + service + literal('" "')
    query = _record(_M.id, _N.range_id, _N.dns_name, literal("NAPTR"), content + quoted + literal('" .'), _M.ttl)
    return query.select_from(enum_mappings.join(enum_numbers, enum_numbers.c.id == _M.number_id))


def _without_rows(**types: type) -> Select[Any]:
    """An empty table that PowerDNS requires."""
    columns = {name: _nothing(255) if kind is str else _no_number() for name, kind in types.items()}
    return columns_of(**columns).select_from(enum_ranges).where(_R.id < 0)


def _of_dns_zones() -> Select[Any]:
    """The records of DNS zones; PowerDNS puts the priority in front of the content of MX and SRV."""
    priority = case((_D.type.in_(sorted(WITH_PRIORITY)), _D.priority), else_=0)
    return _record(_OF_ZONES + _D.id, _OF_ZONES + _D.zone_id, _D.dns_name, _D.type, _D.value, _D.ttl, priority)


def _fancy(kind: str, name: str, value: str) -> Select[Any]:
    columns = {name: text(_F.dns_name, 320), value: text(_F.value, MOST_IN_VALUE)}
    return columns_of(**columns).where(_F.type == kind)


VIEWS: tuple[View, ...] = (
    view("domains", _domains(_R.id, _R.dns_name), _domains(_OF_ZONES + _Z.id, _Z.name)),
    view(
        "records",
        _soa_of_ranges(),
        *_ns(_R.id, _R.dns_name, _R.nameservers, _R.ttl),
        _naptr(),
        _soa_of_zones(),
        *_ns(_OF_ZONES + _Z.id, _Z.name, _Z.nameservers, _Z.ttl),
        _of_dns_zones(),
    ),
    view("domainmetadata", _without_rows(id=int, domain_id=int, kind=str, content=str)),
    view("cryptokeys", _without_rows(id=int, domain_id=int, flags=int, active=int, published=int, content=str)),
    view("tsigkeys", _without_rows(id=int, name=str, algorithm=str, secret=str)),
)
# for a mail server, and for a web server that redirects
BESIDE: tuple[View, ...] = (
    view("mail_aliases", _fancy("MBOXFW", "address", "target")),
    view("web_redirects", _fancy("URL", "host", "target")),
)
