"""Records that services need together, such as SRV and NAPTR of a SIP server, to be added in one step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.dns_records import normal_value
from portal.ngnpro.records import DnsRecord

HOST = "{host}"


@dataclass(frozen=True, slots=True)
class Template:
    """Records of a service: name, type, priority and value of each. ``host`` is the server's usual name."""

    label: str | Promise
    host: str
    records: tuple[tuple[str, str, int, str], ...]


def _sip(service: str, name: str, order: int, port: int) -> tuple[tuple[str, str, int, str], ...]:
    """Return the records of a transport of SIP (RFC 3263, section 4)."""
    naptr = f'{order} 100 "s" "{service}" "" {name}'
    return ("", "NAPTR", order, naptr), (name, "SRV", 100, f"100 {port} {HOST}")


def _srv(*names: str, port: int, priority: int = 0, weight: int = 10) -> tuple[tuple[str, str, int, str], ...]:
    return tuple((name, "SRV", priority, f"{weight} {port} {HOST}") for name in names)


def _thor() -> tuple[tuple[str, str, int, str], ...]:
    """Return the records of a SIP Thor network: each role is a zone of its own, which three servers answer for."""
    roles = (
        ("_eventserver._tcp", 0, 8000, "eventserver"),
        ("_sip._udp", 30, 5060, "proxy"),
        ("_ngnpro._tcp", 0, 9200, "ngnpro"),
        ("_xcap._tcp", 0, 443, "xcap"),
        ("_msrps._tcp", 0, 2855, "msrprelay"),
        ("_voicemail._tcp", 0, 9200, "voicemail"),
    )
    services = tuple((name, "SRV", 10, f"{weight} {port} {host}") for name, weight, port, host in roles)
    delegated = [host for _name, _weight, _port, host in roles[1:]]
    return *services, *((host, "NS", 0, f"ns{number}") for host in delegated for number in (1, 2, 3))


TEMPLATES: Mapping[str, Template] = {
    "sip-udp": Template(_("SIP over UDP"), "sip", _sip("SIP+D2U", "_sip._udp", 30, 5060)),
    "sip-tcp": Template(_("SIP over TCP"), "sip", _sip("SIP+D2T", "_sip._tcp", 20, 5060)),
    "sip-tls": Template(_("SIP over TLS"), "sip", _sip("SIPS+D2T", "_sips._tcp", 10, 5061)),
    "stun": Template(_("STUN"), "stun", _srv("_stun._udp", port=3478)),
    "xmpp-client": Template(_("XMPP for clients"), "xmpp", _srv("_xmpp-client._tcp", port=5222)),
    "xmpp-server": Template(_("XMPP between servers"), "xmpp", _srv("_xmpp-server._tcp", "_jabber._tcp", port=5269)),
    "xmpps-client": Template(_("XMPP for clients over TLS"), "xmpp", _srv("_xmpps-client._tcp", port=5223)),
    "xmpps-server": Template(_("XMPP between servers over TLS"), "xmpp", _srv("_xmpps-server._tcp", port=5270)),
    "msrp": Template(_("MSRP relay"), "msrprelay", _srv("_msrps._tcp", port=2855, priority=10, weight=0)),
    "sip-thor": Template(_("SIP Thor network"), "", _thor()),
}


def records_of(template: Template, zone: str, host: str, ttl: int) -> list[DnsRecord]:
    """Return the records of a template for a zone; ``host`` is the server, by default its usual name in the zone."""
    return [
        DnsRecord(
            zone=zone,
            name=name,
            type=kind,
            value=normal_value(kind, value.replace(HOST, host or template.host), zone, priority),
            priority=priority,
            ttl=ttl,
        )
        for name, kind, priority, value in template.records
    ]
