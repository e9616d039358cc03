"""Zones as files: BIND's zone files (RFC 1035, section 5) and JSON as CDRTool writes it, exported and imported.

An imported file becomes a spreadsheet with a row for each zone, whose columns ``records`` and ``forwards`` have what
belongs to it, a line for each: ``www 3600 IN A 192.0.2.1``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any

import dns.exception
import dns.name
import dns.rdata
import dns.rdatatype
import dns.zone
from django.utils.translation import gettext as _

from ngnpro_wire.facts.dns_records import WITH_PRIORITY, ValueRefused, rdata_of
from portal.core.sheet_files import Sheet, UnreadableFile, read_sheet
from portal.core.spreadsheets import BETWEEN
from portal.ngnpro.records import DnsFancyRecord, DnsRecord, DnsZone
from portal.ngnpro.records.base import Record, shape_of

MEMBERS = ("name", "info", "email", "ttl", "minimum", "retry", "expire", "nameservers")
HEADINGS = [*MEMBERS, "records", "forwards"]
OWNER = "customer"
REFRESH = 10800
# what signing adds to a zone; it is added anew by what signs the zone here
SIGNATURES = frozenset({"RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "DNSKEY", "CDNSKEY", "CDS"})
LARGEST = 16 * 1024 * 1024


def zone_file(zone: DnsZone, records: Iterable[DnsRecord]) -> Iterator[str]:
    """Yield the lines of a zone file."""
    yield f"$ORIGIN {zone.name}.\n"
    yield f"$TTL {zone.ttl}\n"
    yield f"@ {zone.ttl} IN SOA {soa_text(zone)}\n"
    for server in zone.nameservers:
        yield f"@ {zone.ttl} IN NS {server}.\n"
    for record in records:
        yield f"{line_of(record)}\n"


def soa_text(zone: DnsZone, refresh: int = REFRESH) -> str:
    """Return the content of a zone's SOA record (RFC 1035, section 3.3.13); NGNPro has no ``refresh``."""
    first = f"{zone.nameservers[0]}." if zone.nameservers else "ns.invalid."
    user, _at, host = (zone.email or f"hostmaster@{zone.name}").rpartition("@")
    mailbox = user.replace(".", "\\.") + f".{host}."
    return f"{first} {mailbox} {zone.serial} {refresh} {zone.retry} {zone.expire} {zone.minimum}"


def line_of(record: DnsRecord) -> str:
    """Return a record as a line of a zone file; a value that cannot be read is written as it is."""
    try:
        value = rdata_of(record.type, record.value, record.priority).to_text()
    except ValueRefused:
        value = record.value
    return f"{record.name or '@'} {record.ttl} IN {record.type} {value}"


def json_file(zone: DnsZone, records: Iterable[DnsRecord], forwards: Iterable[DnsFancyRecord], owner: str = "") -> str:
    """Return a zone in the form of CDRTool's exports; of its owner, only the number and the name are written."""
    found = {
        "customers": [{"id": zone.customer, "organization": owner}] if zone.customer and owner else [],
        "dns_zones": [_members(zone)],
        "dns_records": [_members(one) for one in records],
        "dns_fancy_records": [_members(one) for one in forwards],
    }
    return json.dumps(found, ensure_ascii=False, indent=1)


def _members(record: Record) -> dict[str, Any]:
    return {wire: getattr(record, name) for name, wire in shape_of(type(record)).wire_names.items()}


def read_zones(file: IO[bytes]) -> Sheet:
    """Read a zone file, a JSON file or a spreadsheet by its content; raises ``UnreadableFile``."""
    start = file.read(4096)
    file.seek(0)
    text = start.decode("utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    is_zone_file = text.startswith(("$", ";", "@")) or " SOA " in text.upper().replace("\t", " ")
    if not text.startswith("{") and not is_zone_file:
        return read_sheet(file)
    whole = file.read(LARGEST).decode("utf-8", errors="replace").lstrip("\ufeff")
    rows = _rows_of_json(whole) if text.startswith("{") else [_row_of_zone_file(whole)]
    headings = [*HEADINGS, OWNER][: max(map(len, rows), default=len(HEADINGS))]
    numbered = [(1, headings), *((line, row) for line, row in enumerate(rows, 2))]
    return Sheet(iter(numbered), "utf-8")


def _row_of_zone_file(text: str) -> list[str]:
    if any(line.lstrip().upper().startswith(("$GENERATE", "$INCLUDE")) for line in text.splitlines()):
        raise UnreadableFile(_("$GENERATE and $INCLUDE are not read. Write the records themselves."))
    try:
        found = dns.zone.from_text(text, relativize=False, check_origin=False)
    except (dns.exception.DNSException, ValueError, KeyError) as error:
        raise UnreadableFile(_("The zone file cannot be read: %(error)s") % {"error": error}) from error
    origin = found.origin
    soa = found.get_rdataset(origin, "SOA") if origin is not None and origin != dns.name.root else None
    if origin is None or not soa:
        raise UnreadableFile(
            _("The file does not say which zone it is. Put a line like $ORIGIN example.com. in front.")
        )
    zone = origin.to_text(omit_final_dot=True).lower()
    servers = [rdata.to_text().removesuffix(".") for rdata in found.get_rdataset(origin, "NS") or ()]
    first: Any = soa[0]
    values = ("", _mailbox(first.rname), soa.ttl, first.minimum, first.retry, first.expire, BETWEEN.join(servers))
    lines = [line for name, rdataset in found.iterate_rdatasets() for line in _lines_of(name, rdataset, origin)]
    return [zone, *map(str, values), "\n".join(lines), ""]


def _mailbox(name: dns.name.Name) -> str:
    """Return the e-mail address that a name of an SOA record stands for (RFC 1035, section 8)."""
    user, *host = name.labels
    address = b".".join(label for label in host if label).decode("ascii", errors="replace")
    return f"{user.decode('ascii', errors='replace')}@{address}" if address else ""


def _lines_of(name: dns.name.Name, rdataset: Any, origin: dns.name.Name) -> Iterator[str]:
    kind = dns.rdatatype.to_text(rdataset.rdtype)
    if kind in SIGNATURES | {"SOA"} or (kind == "NS" and name == origin):
        return
    within = name.relativize(origin).to_text()
    for rdata in rdataset:
        yield f"{within} {rdataset.ttl} IN {kind} {rdata.to_text()}"


def _rows_of_json(text: str) -> list[list[str]]:
    try:
        data = json.loads(text)
        zones, records = data["dns_zones"], data["dns_records"]
        forwards, names = data.get("dns_fancy_records") or [], _owners_of_json(data.get("customers") or [])
        rows = [_row_of_json(zone, _of_zone(zone, records), _of_zone(zone, forwards)) for zone in zones]
        return [[*row, _owner_of(zone, names)] for row, zone in zip(rows, zones, strict=True)] if names else rows
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableFile(_("This is no JSON file with “dns_zones” and “dns_records”.")) from error


def _owners_of_json(customers: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Map the numbers of customers, which mean others elsewhere, to the names that the portal shows for them."""
    found = {}
    for one in customers:
        person = f"{one.get('firstName') or ''} {one.get('lastName') or ''}".strip()
        if name := str(one.get("organization") or person or one.get("username") or ""):
            found[str(one["id"])] = name
    return found


def _owner_of(zone: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return the owner of a zone by name; with # in front of a number that the file does not explain."""
    number = str(zone.get("customer") or "")
    return names.get(number, f"#{number}") if number else ""


def _of_zone(zone: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [entry for entry in entries if str(entry["zone"]).lower() == str(zone["name"]).lower()]


def _row_of_json(
    zone: Mapping[str, Any], records: Sequence[Mapping[str, Any]], forwards: Sequence[Mapping[str, Any]]
) -> list[str]:
    servers = [*(zone.get("nameservers") or ())]
    lines = []
    for entry in records:
        if entry["type"] == "NS" and str(entry.get("name") or "@") in ("@", zone["name"]):
            servers += [host for host in [entry["value"].removesuffix(".")] if host not in servers]
            continue
        value = f"{entry.get('priority') or 0} {entry['value']}" if entry["type"] in WITH_PRIORITY else entry["value"]
        lines.append(_line(entry, value))
    values = {**zone, "nameservers": BETWEEN.join(servers)}
    cells = [str("" if values.get(name) is None else values[name]) for name in MEMBERS]
    return [*cells, "\n".join(lines), "\n".join(_line(entry, entry["value"]) for entry in forwards)]


def _line(entry: Mapping[str, Any], value: str) -> str:
    return " ".join(
        [str(entry.get("name") or "@"), str(entry.get("ttl") or 3600), "IN", str(entry["type"]), str(value)]
    )


def cells_of_records(zone: str, text: str, _texts: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """Yield the cells of the records that the column ``records`` of a zone has, one for each line."""
    for words in _words(text):
        name, ttl, _class, kind, value = words
        kind, priority = kind.upper(), ""
        if kind in WITH_PRIORITY:
            priority, _space, value = value.partition(" ")
        cells = {"zone": zone, "name": name, "type": kind, "value": value.strip(), "ttl": ttl}
        yield {**cells, "priority": priority} if priority else cells


def cells_of_forwards(zone: str, text: str, _texts: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """Yield the cells of the e-mail aliases and redirects that the column ``forwards`` of a zone has."""
    for name, ttl, _class, kind, value in _words(text):
        yield {"zone": zone, "name": "" if name == "@" else name, "type": kind, "value": value, "ttl": ttl}


def _words(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        words = line.split(None, 4)
        if words:
            yield [*words, "", "", "", ""][:5]
