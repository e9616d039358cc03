"""SIP domains (contract: SipDomain, SipDomainFilter)."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Filter, Record, wire_field


@dataclass(frozen=True, slots=True, kw_only=True)
class SipDomain(Record):
    """A SIP domain that the platform serves.

    ``domain``: DNS name, lower case; the key, cannot be changed. ``customer``: id of the customer who owns it.
    ``reseller``: id of that customer's reseller; only an administrator may change it. ``certificate`` and
    ``private_key``: PEM text for TLS. ``match_ip_address`` and ``match_sip_domain``: addresses and domain by
    which the proxy chooses this certificate. ``verify_cert`` and ``require_cert``: what the proxy demands of
    a peer's certificate. ``change_date``: time of the last change as the server writes it (``YYYY-MM-DD
    HH:MM:SS``); read only.
    """

    domain: str
    customer: int = wire_field(0, always=True)
    reseller: int = wire_field(0, always=True)
    certificate: str = ""
    private_key: str = wire_field("", name="private_key", secret=True)
    match_ip_address: str = wire_field("", name="match_ip_address")
    match_sip_domain: str = wire_field("", name="match_sip_domain")
    verify_cert: bool = wire_field(False, name="verify_cert")
    require_cert: bool = wire_field(False, name="require_cert")
    change_date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SipDomainFilter(Filter):
    """Conditions for SIP domains. ``customer`` and ``reseller`` are ids; 0 is any."""

    domain: str = ""
    customer: int = 0
    reseller: int = 0
