"""Engines: the NGNPro servers that this portal speaks to, and what is needed to reach each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from ngnpro_wire.schema import WSDL_PATH

from .errors import Unusable


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One NGNPro server.

    ``url``: where it answers, for every port but those in ``endpoints`` (port name to URL, e.g.
    ``Voicemail``). ``username``, ``password``: the portal's own credentials; ``admin`` tells their level.
    ``wsdl``: a file. Time limits in seconds: ``connect_timeout`` to be connected, ``read_timeout`` for the
    whole answer. ``ca_file``: PEM file of the authorities trusted for ``https``; without it the usual public
    ones. ``verify=False`` trusts anybody: for a closed test network only.
    """

    name: str = "ngnpro"
    url: str
    endpoints: Mapping[str, str] = field(default_factory=dict, hash=False)
    username: str = ""
    password: str = field(default="", repr=False)
    admin: bool = True
    wsdl: Path = WSDL_PATH
    connect_timeout: float = 3.0
    read_timeout: float = 20.0
    ca_file: Path | None = None
    verify: bool = True

    def __post_init__(self) -> None:
        for url in (self.url, *self.endpoints.values()):
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise Unusable(f"Engine {self.name!r}: {url!r} is not an http or https address.")
            if parts.username or parts.password:
                raise Unusable(f"Engine {self.name!r}: put the username and password in settings of their own.")
        if self.connect_timeout <= 0 or self.read_timeout <= 0:
            raise Unusable(f"Engine {self.name!r}: a time limit must be above 0 seconds.")

    def endpoint(self, port: str) -> str:
        """Say where a port (``Sip``, ``Customer``, ``Enum``, ``Voicemail``) answers."""
        return self.endpoints.get(port, self.url)

    def credentials(self, impersonate: int = 0) -> Credentials:
        """Make the portal's own credentials, acting for a customer where ``impersonate`` is his id."""
        return Credentials(self.username, self.password, admin=self.admin, impersonate=impersonate)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who makes a call (contract: Authentication).

    ``admin``: the server's administrator, else a customer of that username. ``impersonate``: an administrator
    acts for the customer of this id; 0 for nobody.
    """

    username: str
    password: str = field(repr=False)
    admin: bool = True
    impersonate: int = 0

    def header(self) -> dict[str, str | bool | int]:
        """Name the members of the ``auth`` header."""
        members: dict[str, str | bool | int] = {
            "username": self.username,
            "password": self.password,
            "admin": self.admin,
        }
        if self.impersonate:
            members["impersonate"] = self.impersonate
        return members
