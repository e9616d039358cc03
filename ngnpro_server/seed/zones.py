"""The demo platform's DNS zones: two companies' names, with records of all types, e-mail aliases and redirects."""

from __future__ import annotations

from datetime import timedelta

from .companies import Company
from .making import Making

_SERVERS = ("ns1.veldoorn.example", "ns2.veldoorn.example")
_SIP = (
    ("", "NAPTR", 10, '10 100 "s" "SIPS+D2T" "" _sips._tcp'),
    ("", "NAPTR", 30, '30 100 "s" "SIP+D2U" "" _sip._udp'),
    ("_sips._tcp", "SRV", 100, "100 5061 sip"),
    ("_sip._udp", "SRV", 100, "100 5060 sip"),
    ("sip", "A", 0, "203.0.113.17"),
    ("sip", "AAAA", 0, "2001:db8:17::1"),
)
_RECORDS = {
    "veldoorn": (
        *_SIP,
        ("", "A", 0, "203.0.113.20"),
        ("", "MX", 10, "mail"),
        ("", "TXT", 0, "v=spf1 mx -all"),
        ("", "LOC", 0, "52 5 27 N 5 7 17 E 5m"),
        ("mail", "A", 0, "203.0.113.21"),
        ("ns1", "A", 0, "203.0.113.2"),
        ("ns2", "A", 0, "203.0.113.3"),
        ("www", "CNAME", 0, "veldoorn.example"),
        ("lab", "NS", 0, "ns1.lab.veldoorn.example"),
        ("nets", "PTR", 0, "veldoorn.example"),
    ),
    "zonnegraan": (*_SIP, ("", "MX", 10, "mail.veldoorn.example"), ("www", "A", 0, "203.0.113.40")),
}
_FORWARDS = (
    ("MBOXFW", "info", "kantoor"),
    ("MBOXFW", "bestellen", "kantoor"),
    ("URL", "winkel", "https://www.zonnegraan.example/winkels"),
)


def add_zones(making: Making, companies: dict[str, Company]) -> None:
    """Add a zone for each of two companies, a week ago, with what belongs to it."""
    when = making.now - timedelta(days=7)
    for username, records in _RECORDS.items():
        zone = f"{username}.example"
        record = {"name": zone, "customer": companies[username].id, "nameservers": _SERVERS, "info": "Website and SIP"}
        making.call("Dns", "addZone", when, zone=record)
        for name, kind, priority, value in records:
            entry = {"zone": zone, "name": name, "type": kind, "value": value, "priority": priority, "ttl": 3600}
            making.call("Dns", "addRecord", when, record=entry)
    for kind, name, target in _FORWARDS:
        value = target if kind == "URL" else f"{target}@zonnegraan.example"
        making.call(
            "Dns",
            "addFancyRecord",
            when,
            record={"zone": "zonnegraan.example", "type": kind, "name": name, "value": value},
        )
