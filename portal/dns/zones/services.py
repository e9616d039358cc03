"""What adding the records of a service does beyond one call: which of them the zone has already."""

from __future__ import annotations

from collections.abc import Sequence

from portal.ngnpro import Ngnpro
from portal.ngnpro.records import DnsRecord, DnsRecordFilter


def plan_records(ngnpro: Ngnpro, wanted: Sequence[DnsRecord]) -> list[tuple[DnsRecord, bool]]:
    """Return records, each with whether its zone has it already: one list, however many they are."""
    present = {_content(one) for one in ngnpro.dns.iter_records(DnsRecordFilter(zone=wanted[0].zone))} if wanted else ()
    return [(record, _content(record) in present) for record in wanted]


def _content(record: DnsRecord) -> tuple[str, str, str]:
    return record.name, record.type, record.value
