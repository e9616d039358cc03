"""The Platform port of our own server: what its SIP proxies have loaded, and the phones that they know."""

from __future__ import annotations

from typing import ClassVar

from ngnpro_wire.proxies import PORT

from ..records.accounts import SipId
from ..records.platform import ProxyLoad
from .base import Port


class PlatformPort(Port):
    """Calls about the SIP proxies. They are for servers that tell in their answers that they have some."""

    name: ClassVar[str] = PORT

    @property
    def has_proxies(self) -> bool:
        """Return whether the latest answer of the server says that it tells SIP proxies of changes."""
        return self._caller.gate.proxies > 0 and self.offers("getProxyLoads")

    def get_proxy_loads(self) -> tuple[ProxyLoad, ...]:
        """List for each topic and SIP proxy whether the proxy has the latest changes."""
        return self._records(ProxyLoad, self._read("getProxyLoads"))

    def load_proxies(self, topic: str) -> None:
        """Make all SIP proxies load a topic again; ``get_proxy_loads`` then says which have done so."""
        self._write_blindly("loadProxies", topic=topic)

    def drop_registrations(self, sip_id: SipId, address: str = "", port: int = 0) -> None:
        """Make all SIP proxies forget the phones of an account; with an address, only those that have it."""
        self._write_blindly("dropRegistrations", sipId=sip_id, address=address, port=port)
