"""Engines: the NGNPro servers that this portal uses, and the settings to reach each."""

from __future__ import annotations

import configparser
import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ngnpro_wire.schema import WSDL_PATH

from .errors import Unusable
from .limits import NO_LIMITS, Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One NGNPro server.

    ``url``: its address, for every port but those in ``endpoints`` (port name to URL, e.g. ``Voicemail``).
    ``username``, ``password``: the portal's own credentials; ``admin``: whether they are an administrator's.
    ``wsdl``: a file. Time limits in seconds: ``connect_timeout`` for the connection, ``read_timeout`` for the
    whole answer. ``ca_file``: PEM file of the authorities trusted for ``https``; without it the usual public
    ones. ``verify=False`` trusts every certificate: for a closed test network only. ``store_clear_text_passwords``:
    whether the server stores SIP passwords in clear text by its own settings (AG Projects' default is yes); resellers
    and customers may have properties that say otherwise. ``name_servers``: the names of the platform's DNS servers.
    ``foreign_zones``: everyone may add zones that DNS delegates to other servers.
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
    store_clear_text_passwords: bool = True
    name_servers: tuple[str, ...] = ()
    foreign_zones: bool = False

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
        """Return the URL of a port (``Sip``, ``Customer`` …)."""
        return self.endpoints.get(port, self.url)

    def credentials(self, impersonate: int = 0) -> Credentials:
        """Return the portal's own credentials, acting for a customer if ``impersonate`` is a customer's id."""
        return Credentials(self.username, self.password, admin=self.admin, impersonate=impersonate)

    def owns(self, credentials: Credentials) -> bool:
        """Return whether credentials are the portal's own, whichever customer they act for."""
        return bool(self.username) and credentials == self.credentials(credentials.impersonate)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The login of a caller (contract: Authentication).

    ``admin``: whether it is an administrator's login, else a customer's; ``None`` lets the server decide.
    ``impersonate``: the id of the customer for whom an administrator acts; 0 for none. ``limits``: what this program
    lets the caller do with it, whatever the server allows.
    """

    username: str
    password: str = field(repr=False)
    admin: bool | None = True
    impersonate: int = 0
    limits: Limits = field(default=NO_LIMITS, compare=False)

    def header(self) -> dict[str, str | bool | int]:
        """Return the members of the ``auth`` header."""
        members: dict[str, str | bool | int] = {"username": self.username, "password": self.password}
        if self.admin is not None:
            members["admin"] = self.admin
        if self.impersonate:
            members["impersonate"] = self.impersonate
        return members


@dataclass(frozen=True, slots=True)
class Engines:
    """Several engines, and which of them each reseller may use.

    ``by_reseller`` maps a reseller's id to names of engines, the usual one first; resellers that are not in it
    use ``default``.
    """

    engines: Mapping[str, Engine]
    default: str
    by_reseller: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in (self.default, *(name for names in self.by_reseller.values() for name in names)):
            if name not in self.engines:
                raise Unusable(f"There is no engine named {name!r}; there are {', '.join(self.engines) or 'none'}.")

    def for_reseller(self, reseller: int = 0) -> tuple[Engine, ...]:
        """List the engines that a reseller may use, the usual one first; 0 is the administrator, who may use all."""
        if not reseller:
            others = [engine for name, engine in self.engines.items() if name != self.default]
            return (self.engines[self.default], *others)
        return tuple(self.engines[name] for name in self.by_reseller.get(reseller, (self.default,)))

    def choose(self, reseller: int = 0, name: str = "") -> Engine:
        """Return the named engine, or the usual one; raise ``KeyError`` if the reseller may not use it."""
        allowed = {engine.name: engine for engine in self.for_reseller(reseller)}
        return allowed[name] if name else next(iter(allowed.values()))


def read_engines(path: Path) -> Engines:
    """Read engines from an INI file (docs/clients.md shows one); raise ``Unusable`` with the reason if it is invalid.

    A section ``[engine NAME]`` for each, with the fields of ``Engine``, ``<port>_url`` for a port at another
    address, and optionally ``password_file`` instead of ``password``. A section ``[resellers]`` with
    ``default = NAME`` and ``ID = NAME, NAME``. Paths are relative to the folder of the file.
    """
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(path.read_text(), str(path))
        sections = [name for name in parser.sections() if name.startswith("engine ")]
        found = [engine_from(name[7:].strip(), dict(parser[name]), path.parent) for name in sections]
        if not found:
            raise Unusable("It has no section [engine NAME].")
        choice = dict(parser["resellers"]) if parser.has_section("resellers") else {}
        default = choice.pop("default", found[0].name)
        by_reseller = {int(reseller): _names(names) for reseller, names in choice.items()}
        return Engines({engine.name: engine for engine in found}, default, by_reseller)
    except (OSError, configparser.Error, ValueError, Unusable) as error:
        raise Unusable(f"The file of NGNPro engines {path} cannot be used: {error}") from error


def engine_from(name: str, settings: Mapping[str, str], folder: Path = Path()) -> Engine:
    """Build an engine from settings in a file or the environment; raise ``Unusable`` for an unknown or missing one."""
    left = {key: text for key, text in settings.items() if text != ""}
    endpoints = {port: left.pop(f"{port.lower()}_url") for port in PORTS if f"{port.lower()}_url" in left}
    if "password_file" in left:
        left["password"] = (folder / left.pop("password_file")).read_text().rstrip("\n")
    known = {declared.name for declared in dataclasses.fields(Engine)} - {"name", "endpoints"}
    if unknown := sorted(left.keys() - known):
        raise Unusable(f"Engine {name!r} has a setting {unknown[0]!r}; known are {', '.join(sorted(known))}.")
    if "url" not in left:
        raise Unusable(f"Engine {name!r} has no url.")
    values = {key: _READERS.get(key, str)(text) for key, text in left.items()}
    for key in ("wsdl", "ca_file"):
        if key in values:
            values[key] = folder / left[key]
    return Engine(name=name, endpoints=endpoints, **values)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _flag(text: str) -> bool:
    try:
        return configparser.ConfigParser.BOOLEAN_STATES[text.lower()]
    except KeyError:
        raise ValueError(f"{text!r} is neither yes nor no") from None


PORTS = ("Sip", "Customer", "Enum", "Voicemail", "Dns", "Rating", "Network", "Presence")
_READERS: dict[str, Callable[[str], Any]] = {
    "admin": _flag,
    "verify": _flag,
    "store_clear_text_passwords": _flag,
    "name_servers": _names,
    "foreign_zones": _flag,
    "connect_timeout": float,
    "read_timeout": float,
}
