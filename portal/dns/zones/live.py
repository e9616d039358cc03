"""What DNS has of a zone now: its records compared with NGNPro's, who answers for it, and whether it is signed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

import dns.dnssec
import dns.exception
import dns.name
import dns.rdata
import dns.rdataset
import dns.resolver
from django.utils.translation import gettext as _

from ngnpro_wire.facts.dns_records import ValueRefused, full_name, rdata_of
from portal.core.servers import dns_resolver
from portal.ngnpro.records import DnsRecord, DnsZone

from .files import REFRESH, soa_text

SECONDS = 3.0
AT_ONCE = 8
MOST_SETS = 60

Place: TypeAlias = tuple[str, str]  # a whole name and a type
Found: TypeAlias = dns.rdataset.Rdataset | None


@dataclass(frozen=True, slots=True)
class Line:
    """A record as a zone file has it; ``mark``: ``same``, ``diff`` if only one side has it, ``none`` without DNS."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The records that DNS should have and those that it has (``None``: not asked), and what could not be asked."""

    should: tuple[Line, ...]
    found: tuple[Line, ...] | None = None
    problems: tuple[str, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Signing:
    """Whether a zone is signed: the state of a lamp, and a sentence."""

    state: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Delegation:
    """The name servers to which DNS delegates a name now; ``problem`` says why they are not known."""

    servers: tuple[str, ...] = ()
    problem: str = ""

    def is_elsewhere(self, ours: Iterable[str]) -> bool:
        """Return whether the name is delegated, and to none of these name servers."""
        return bool(self.servers) and not set(self.servers) & set(ours)


class NotKnown(Exception):
    """DNS did not answer; the text says why."""


def ask_dns(name: str, kind: str) -> Found:
    """Return the records of a name and type that DNS has now, or ``None``; raises ``NotKnown``."""
    whole = dns.name.from_text(f"{name}.")
    try:
        answer = dns_resolver().resolve(whole, kind, lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return None
    except (dns.exception.DNSException, OSError) as error:
        raise NotKnown(str(error)) from error
    # without those of another name that a CNAME leads to
    return answer.rrset if answer.rrset is not None and answer.rrset.name == whole else None


def delegation_of(name: str) -> Delegation:
    """Return to whom DNS delegates a name."""
    try:
        found = ask_dns(name, "NS")
    except NotKnown as error:
        return Delegation(problem=str(error))
    return Delegation(tuple(sorted(_host(rdata) for rdata in found or ())))


def _host(rdata: dns.rdata.Rdata) -> str:
    return rdata.to_text().removesuffix(".").lower()


def signing_of(zone: str) -> Signing:
    """Return whether a zone is signed, by its keys and by what its parent says of them (RFC 4035)."""
    try:
        keys, signers = ask_dns(zone, "DNSKEY"), ask_dns(zone, "DS")
    except NotKnown as error:
        return Signing("", _("It is not known whether the zone is signed (DNSSEC): %(error)s") % {"error": error})
    if not keys and not signers:
        return Signing("off", _("The zone is not signed (DNSSEC)."))
    if not signers:
        return Signing("warn", _("The zone is signed (DNSSEC), but its parent zone does not name its key yet."))
    if not keys:
        return Signing(
            "bad", _("The parent zone names a DNSSEC key, but the zone is not signed: many cannot resolve it.")
        )
    if not any(_is_named(zone, key, signer) for key in keys for signer in signers):
        return Signing("bad", _("The parent zone names another DNSSEC key than the zone has: many cannot resolve it."))
    return Signing("on", _("The zone is signed (DNSSEC), and its parent zone names its key."))


def _is_named(zone: str, key: dns.rdata.Rdata, signer: dns.rdata.Rdata) -> bool:
    digest = getattr(signer, "digest_type", 0)
    try:
        made = dns.dnssec.make_ds(dns.name.from_text(f"{zone}."), key, digest, validating=True)  # type: ignore[arg-type]
    except (dns.exception.DNSException, ValueError):
        return False
    return bool(made == signer)


def compare(zone: DnsZone, records: Sequence[DnsRecord], *, with_dns: bool) -> Comparison:
    """Compare a zone's SOA record, name servers and records with DNS."""
    wanted = {(zone.name, "SOA"): _soa(zone, None), **_wanted(zone, records)}
    if not with_dns:
        return Comparison(tuple(line for place, lines in wanted.items() for line in _lines(place, lines, None)))
    asked = dict(list(wanted.items())[:MOST_SETS])
    should: list[Line] = []
    found: list[Line] = []
    problems: dict[str, None] = {}
    for place, answer in zip(asked, _ask_all(asked), strict=True):
        if isinstance(answer, NotKnown):
            problems[str(answer)] = None
            should += _lines(place, asked[place], None)
            continue
        there = dict.fromkeys(answer, answer.ttl) if answer is not None else {}
        if place[1] == "SOA":
            asked[place] = _soa(zone, next(iter(there), None))
        should += _lines(place, asked[place], there)
        found += _lines(place, there, asked[place])
    return Comparison(tuple(should), tuple(found), tuple(problems), len(wanted) - len(asked))


def _soa(zone: DnsZone, found: dns.rdata.Rdata | None) -> dict[dns.rdata.Rdata, int]:
    """Return the SOA record that DNS should have; NGNPro has no time of refresh, so it is that of the one found."""
    text = soa_text(zone, getattr(found, "refresh", REFRESH))
    try:
        return {dns.rdata.from_text("IN", "SOA", text): zone.ttl}
    except (dns.exception.DNSException, ValueError):
        return {}  # other programs may have stored what is no mail address


def _wanted(zone: DnsZone, records: Sequence[DnsRecord]) -> dict[Place, dict[dns.rdata.Rdata, int]]:
    """Map names and types to the records that DNS should have, each with its time to live."""
    found: dict[Place, dict[dns.rdata.Rdata, int]] = {}
    servers = [("NS", host, 0, zone.ttl, "") for host in zone.nameservers]
    for kind, value, priority, ttl, name in (
        *servers,
        *((one.type, one.value, one.priority, one.ttl, one.name) for one in records),
    ):
        try:
            rdata = rdata_of(kind, value, priority)
        except ValueRefused:
            continue
        found.setdefault((full_name(name, zone.name), kind), {})[rdata] = ttl
    return found


def _ask_all(places: Iterable[Place]) -> list[Found | NotKnown]:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(_or_problem(ask_dns), places))


def _or_problem(asking: Callable[[str, str], Found]) -> Callable[[Place], Found | NotKnown]:
    def asked(place: Place) -> Found | NotKnown:
        try:
            return asking(*place)
        except NotKnown as problem:
            return problem

    return asked


def _lines(place: Place, ours: dict[dns.rdata.Rdata, int], theirs: dict[dns.rdata.Rdata, int] | None) -> list[Line]:
    name, kind = place
    lines = []
    for rdata, ttl in ours.items():
        mark = "none" if theirs is None else "same" if rdata in theirs else "diff"
        lines.append(Line(mark, f"{name}. {ttl} IN {kind} {rdata.to_text()}"))
    return sorted(lines, key=lambda line: line.text)
