"""The NAPTR records that a number should have in DNS (RFC 6116) and those that it has, and its SIP address."""

from __future__ import annotations

from dataclasses import dataclass, replace

import dns.exception
import dns.resolver
from django.utils.translation import gettext as _

from ngnpro_wire.facts.enum_services import SERVICE_NAMES
from portal.core.servers import dns_resolver
from portal.ngnpro.records import EnumMapping, EnumNumber, SipId

ORDER = 100
SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Naptr:
    """A NAPTR record (RFC 3403); ``ttl`` is in seconds: the wanted one, or the remaining one from DNS."""

    order: int
    preference: int
    service: str
    regexp: str
    ttl: int
    flags: str = "u"
    replacement: str = "."

    @property
    def key(self) -> tuple[int, int, str, str, str, str]:
        """The values that must be equal on both sides; the time to live is left out, because it decreases in DNS."""
        flags, service, replacement = self.flags.lower(), self.service.lower(), self.replacement.lower()
        return self.order, self.preference, flags, service, self.regexp, replacement

    def __str__(self) -> str:
        """Return the record as a zone file has it, with backslashes and quotes escaped (RFC 1035, section 5.1)."""
        regexp = self.regexp.replace("\\", "\\\\").replace('"', '\\"')
        texts = f'"{self.flags}" "{self.service}" "{regexp}" {self.replacement}'
        return f"{self.ttl} IN NAPTR {self.order} {self.preference} {texts}"


@dataclass(frozen=True, slots=True)
class MarkedRecord:
    """A record of the comparison; ``mark`` is ``same``, ``diff`` if only one side has it, or ``none`` without DNS."""

    mark: str
    record: Naptr


def dns_domain(number: EnumNumber) -> str:
    """Return the DNS domain of a number: its digits in reverse with dots between (RFC 6116, section 3.2)."""
    return ".".join([*reversed(number.id.number), number.id.tld])


def naptr_records(number: EnumNumber) -> list[Naptr]:
    """Return the NAPTR records that a number should have, in the order in which they are tried."""
    records = [
        Naptr(
            order=ORDER,
            preference=mapping.priority,
            service=f"E2U+{SERVICE_NAMES.get(mapping.type, mapping.type)}",
            regexp=f"!^.*$!{_escaped(mapping.mapto)}!",
            ttl=mapping.ttl,
        )
        for mapping in number.mappings
    ]
    return sorted(records, key=lambda record: record.preference)


def _escaped(target: str) -> str:
    """Escape the delimiter and the backslash in a substitution (RFC 3402, section 3.2)."""
    return target.replace("\\", "\\\\").replace("!", "\\!")


def query_dns(number: EnumNumber) -> tuple[list[Naptr], str]:
    """Return the records that DNS has now, and the reason if there are none."""
    try:
        answer = dns_resolver().resolve(f"{dns_domain(number)}.", "NAPTR", lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return [], _("DNS has no record for this number.")
    except (dns.exception.DNSException, OSError) as error:
        return [], _("DNS could not be queried: %(error)s") % {"error": error}
    left = answer.rrset.ttl if answer.rrset is not None else 0
    found = [
        Naptr(
            record.order,
            record.preference,
            record.service.decode(),
            record.regexp.decode(),
            left,
            record.flags.decode(),
            str(record.replacement),
        )
        for record in answer
    ]
    return sorted(found, key=lambda record: (record.order, record.preference)), ""


def mark_differences(here: list[Naptr], there: list[Naptr] | None) -> list[MarkedRecord]:
    """Mark the records of one side by whether the other side has them; ``None`` if DNS was not queried."""
    if there is None:
        return [MarkedRecord("none", record) for record in here]
    others = {record.key for record in there}
    return [MarkedRecord("same" if record.key in others else "diff", record) for record in here]


SIP = ("sip:", "sips:")


def sip_target(record: EnumNumber) -> SipId | None:
    """Return the SIP address that is tried first; ``None`` if a number has none."""
    for mapping in sorted(record.mappings, key=lambda mapping: mapping.priority):
        scheme, _colon, address = mapping.mapto.partition(":")
        if f"{scheme.lower()}:" in SIP and (found := parse_address(address)):
            return found
    return None


def parse_address(text: str) -> SipId | None:
    """Parse a SIP address; return ``None`` for any other text."""
    try:
        return SipId.parse(text)
    except ValueError:
        return None


def with_other_account(record: EnumNumber, address: SipId) -> EnumNumber:
    """Return a number that points to another account instead of its first SIP address, or before all targets."""
    before = sip_target(record)
    if before is None:
        return replace(record, mappings=(EnumMapping(mapto=f"sip:{address}", priority=1), *record.mappings))
    mappings = (
        replace(mapping, mapto=f"{mapping.mapto.partition(':')[0]}:{address}")
        if points_to_address(mapping, before)
        else mapping
        for mapping in record.mappings
    )
    return replace(record, mappings=tuple(mappings))


def points_to_address(mapping: EnumMapping, address: SipId) -> bool:
    """Return whether the target of a mapping is a SIP address, in upper or lower case."""
    return mapping.mapto.lower() in (f"{scheme}{address}" for scheme in SIP)
