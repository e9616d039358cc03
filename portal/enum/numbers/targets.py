"""The targets of a number: the SIP address that is tried first, and its replacement by another account."""

from __future__ import annotations

from dataclasses import replace

from portal.ngnpro.records import EnumMapping, EnumNumber, SipId

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
