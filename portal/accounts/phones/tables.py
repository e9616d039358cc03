"""The rows of an account's registered phones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.accounts.phones.choices import KINDS, Phone, phone_of
from portal.ngnpro.records import SipDeviceLocation

ENCRYPTED = frozenset({"tls", "wss"})


@dataclass(frozen=True, slots=True)
class Row:
    """A registered phone and its location."""

    device: SipDeviceLocation
    phone: Phone

    @property
    def name(self) -> str:
        return self.phone.name or _("A phone that does not say its name")

    @property
    def kind(self) -> str:
        return str(KINDS[self.phone.kind])

    @property
    def address(self) -> str:
        return endpoint(self.device.address, self.device.port)

    @property
    def public_address(self) -> str:
        return endpoint(self.device.public_address, self.device.public_port)

    @property
    def is_encrypted(self) -> bool:
        return self.device.transport.lower() in ENCRYPTED

    @property
    def security(self) -> str:
        """Return whether the connection to the platform is encrypted, as text."""
        if not self.device.transport:
            return _("Not known")
        return _("Encrypted") if self.is_encrypted else _("Not encrypted")

    @property
    def meaning(self) -> str:
        """Return an explanation of ``security``, with advice if the connection is not encrypted."""
        if not self.device.transport:
            return ""
        if self.is_encrypted:
            return _("No one between the phone and the platform can see the numbers that are called.")
        return _(
            "Networks between the phone and the platform can see the numbers that are called. Choose TLS in the phone."
        )


def endpoint(address: str, port: int) -> str:
    """Format an address with its port; IPv6 addresses in brackets (RFC 3986, section 3.2.2)."""
    if not address:
        return ""
    host = f"[{address}]" if ":" in address else address
    return f"{host}:{port}" if port else host


def rows(devices: Iterable[SipDeviceLocation]) -> list[Row]:
    """Return the rows of these devices, with recognized phones."""
    return [Row(device, phone_of(device.user_agent)) for device in devices]
