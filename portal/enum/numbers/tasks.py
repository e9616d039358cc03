"""What DNS should say of a number (RFC 6116), what it says now, and how the two differ."""

from __future__ import annotations

from dataclasses import dataclass

import dns.exception
import dns.resolver
from django.utils.translation import gettext as _

from ngnpro_wire.facts.enum_services import SERVICE_NAMES
from portal.core.resolving import resolver
from portal.ngnpro.records import EnumNumber

ORDER = 100
SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Naptr:
    """A NAPTR record (RFC 3403); ``ttl`` is what it should be, or what is left of it in DNS, in seconds."""

    order: int
    preference: int
    service: str
    regexp: str
    ttl: int

    @property
    def key(self) -> tuple[int, str, str]:
        """What has to be the same on both sides; how long it may be kept differs as it gets older."""
        return self.preference, self.service.lower(), self.regexp

    def __str__(self) -> str:
        return f'{self.ttl} IN NAPTR {self.order} {self.preference} "u" "{self.service}" "{self.regexp}" .'


@dataclass(frozen=True, slots=True)
class Line:
    """One record of the comparison: ``same``, ``diff`` where only one side has it, ``none`` where DNS was not asked."""

    mark: str
    record: Naptr


def domain_of(number: EnumNumber) -> str:
    """Name a number's DNS domain: its digits in reverse with dots between (RFC 6116, section 3.2)."""
    return ".".join([*reversed(number.id.number), number.id.tld])


def wanted(number: EnumNumber) -> list[Naptr]:
    """List the NAPTR records that a number should give, in the order in which they are to be tried."""
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


def ask_dns(number: EnumNumber) -> tuple[list[Naptr], str]:
    """Ask DNS for the records that it gives now; the text says why there are none."""
    try:
        answer = resolver().resolve(f"{domain_of(number)}.", "NAPTR", lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return [], _("DNS has no record for this number.")
    except (dns.exception.DNSException, OSError) as error:
        return [], _("DNS could not be asked: %(error)s") % {"error": error}
    left = answer.rrset.ttl if answer.rrset is not None else 0
    found = [
        Naptr(record.order, record.preference, record.service.decode(), record.regexp.decode(), left)
        for record in answer
    ]
    return sorted(found, key=lambda record: (record.order, record.preference)), ""


def compare(here: list[Naptr], there: list[Naptr] | None) -> list[Line]:
    """Mark the records of one side by whether the other side has them; ``None`` when DNS was not asked."""
    if there is None:
        return [Line("none", record) for record in here]
    others = {record.key for record in there}
    return [Line("same" if record.key in others else "diff", record) for record in here]
