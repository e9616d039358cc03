"""The sections of the server's configuration, with their settings, defaults and checks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from ngnpro_server import values
from ngnpro_wire.decoding import Strictness
from ngnpro_wire.facts.customer_properties import PERMISSIONS
from ngnpro_wire.facts.hosts import is_address, normal_address
from ngnpro_wire.facts.member_rights import SETTINGS

_DATABASE_USER = re.compile(r"(?:[A-Za-z0-9_]{1,63}(?:@[A-Za-z0-9_.%-]{1,253})?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrator:
    """The SOAP administrator, who has all rights (provisioning guide: "Administrator level")."""

    username: str = ""
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not self.username or not self.password:
            raise ValueError("username and password of the SOAP administrator are needed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Settings of the server process: address, workers, limits, TLS and logging. Sizes in bytes, times in seconds."""

    address: str = "127.0.0.1"
    port: int = 9200
    workers: int = 2
    threads: int = 8
    max_request: int = 1024 * 1024
    graceful_timeout: int = 30
    drain_seconds: int = 0
    trust_forwarded_proto: bool = False
    trusted_proxies: str = ""
    certificate: str = ""
    private_key: str = ""
    unknown_members: str = "refuse"
    metrics_port: int = 0
    log_level: str = "info"
    log_format: str = "line"

    def __post_init__(self) -> None:
        for name in ("port", "metrics_port"):
            _between(name, getattr(self, name), 0, 65535)
        _between("workers", self.workers, 1, 64)
        _between("threads", self.threads, 1, 256)
        _between("drain_seconds", self.drain_seconds, 0, 300)
        _between("max_request", self.max_request, 1024, 64 * 1024 * 1024)
        if self.metrics_port == self.port and self.port:
            raise ValueError("metrics_port must be another port than port")
        if bool(self.certificate) != bool(self.private_key):
            raise ValueError("certificate and private_key are needed together")
        if self.unknown_members not in ("refuse", "ignore"):
            raise ValueError("unknown_members is refuse or ignore")
        if self.log_level not in ("debug", "info", "warning", "error"):
            raise ValueError("log_level is one of debug, info, warning, error")
        if self.log_format not in ("line", "json"):
            raise ValueError("log_format is line or json")
        if is_address(self.address):
            object.__setattr__(self, "address", str(normal_address(self.address)))
        _normalize_list(self, "trusted_proxies")

    @property
    def strictness(self) -> Strictness:
        """Return how strictly calls are decoded."""
        return Strictness.FULL if self.unknown_members == "refuse" else Strictness.FILTERS

    @property
    def proxies(self) -> tuple[str, ...]:
        """Return the addresses of the reverse proxies whose X-Forwarded-* headers are trusted."""
        return tuple(self.trusted_proxies.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """The databases of the records (``url``) and of the SIP proxy (``proxy_url``), as SQLAlchemy URLs.

    ``replica_url`` is a read-only replica of the first on PostgreSQL, from which lists are read; empty for none.
    ``sip_user`` and ``dns_user`` are the database users of the SIP proxy and the DNS server; `init-db` gives them their
    rights. ``busy_timeout`` is in seconds, ``least_free_mb`` in megabytes of free disk space.
    """

    url: str = field(default="", repr=False)
    proxy_url: str = field(default="", repr=False)
    replica_url: str = field(default="", repr=False)
    sip_user: str = ""
    dns_user: str = ""
    busy_timeout: int = 10
    pool_size: int = 10
    least_free_mb: int = 200

    def __post_init__(self) -> None:
        _between("busy_timeout", self.busy_timeout, 1, 300)
        _between("pool_size", self.pool_size, 1, 200)
        _between("least_free_mb", self.least_free_mb, 0, 10**9)
        for name in ("sip_user", "dns_user"):
            if not _DATABASE_USER.fullmatch(getattr(self, name)):
                raise ValueError(f"{name} is a name of letters, digits and _, on MariaDB with @ and a host")
        for name in ("url", "proxy_url", "replica_url"):
            try:
                make_url(getattr(self, name) or "sqlite://")
            except ArgumentError as error:
                raise ValueError(f"{name} is not a database address that SQLAlchemy understands") from error
        if self.replica_url and not (self.url.startswith("postgresql") and self.replica_url.startswith("postgresql")):
            raise ValueError("replica_url needs PostgreSQL, as does url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Settings of the whole platform; the properties of a reseller override some of them."""

    store_clear_text_passwords: bool = False
    refuse_weak_passwords: bool = False
    default_timezone: str = "UTC"
    default_tld: str = "e164.arpa"
    max_rows: int = 10000
    call_limit_changed_by: str = SETTINGS["call_limit_changed_by"]
    access_list_changed_by: str = SETTINGS["access_list_changed_by"]

    def __post_init__(self) -> None:
        _normalize(self, "default_timezone", _required_zone)
        _normalize(self, "default_tld", values.domain)
        _between("max_rows", self.max_rows, 5000, 1_000_000)
        for name, level in self.member_settings.items():
            if level not in PERMISSIONS:
                raise ValueError(f"{name} is one of {', '.join(PERMISSIONS)}")

    @property
    def member_settings(self) -> dict[str, str]:
        """Return the settings of who may change members, by their names in ``MEMBER_RIGHTS``."""
        return {name: getattr(self, name) for name in SETTINGS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """The SIP proxies that are told of changes: the addresses of their JSON-RPC, and the seconds to wait for one."""

    rpc_urls: str = ""
    rpc_timeout: int = 3

    def __post_init__(self) -> None:
        _between("rpc_timeout", self.rpc_timeout, 1, 60)
        for url in self.urls:
            parts = urlsplit(url)
            if parts.scheme != "http" or not parts.hostname:
                raise ValueError(f"rpc_urls are addresses like http://127.0.0.1:5062/RPC, not {url!r}")

    @property
    def urls(self) -> tuple[str, ...]:
        """Return the addresses."""
        return tuple(self.rpc_urls.replace(",", " ").split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What the server does by itself: rating of calls, and alarms of customers who have no thresholds of their own.

    ``spend_per_hour`` and ``short_calls`` raise an alarm when an account reaches them within an hour; 0 for never.
    ``block``: whether an account is blocked by an alarm.
    """

    rate_calls: bool = True
    spend_per_hour: int = 50
    short_calls: int = 30
    new_country: bool = True
    block: bool = False

    def __post_init__(self) -> None:
        _between("spend_per_hour", self.spend_per_hour, 0, 1_000_000)
        _between("short_calls", self.short_calls, 0, 100_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logins:
    """Lockout after failed logins.

    ``attempts`` and ``attempts_per_source`` are the numbers of failures that start a lockout of a user or of a source;
    ``longest_lock`` is the longest lockout in seconds; ``trusted_sources`` are addresses without lockouts.
    """

    attempts: int = 5
    attempts_per_source: int = 50
    longest_lock: int = 900
    trusted_sources: str = "127.0.0.1, ::1"

    def __post_init__(self) -> None:
        _between("attempts", self.attempts, 1, 1000)
        _between("attempts_per_source", self.attempts_per_source, 1, 100_000)
        _between("longest_lock", self.longest_lock, 1, 86400)
        _normalize_list(self, "trusted_sources")

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the addresses from which failed logins are not counted, such as a portal with its own lockout."""
        return tuple(self.trusted_sources.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """Backups: ``recipients`` are the public keys of age for which they are encrypted."""

    recipients: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys."""
        return tuple(self.recipients.replace(",", " ").split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """For how many days rows are stored that are never changed again, 0 for no limit.

    ``calls``: calls, with the answered and missed transactions that the SIP proxy writes; ``traces``: the SIP
    messages of calls; ``balances``: changes of balances. ``archive`` is a folder to which calls and changes of balances
    are written before they are deleted, if it is not empty.
    """

    calls: int = 400
    traces: int = 14
    balances: int = 1100
    archive: str = ""

    def __post_init__(self) -> None:
        for name in ("calls", "traces", "balances"):
            _between(name, getattr(self, name), 0, 36500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings of the server."""

    administrator: Administrator
    server: Server = field(default_factory=Server)
    database: Database = field(default_factory=Database)
    platform: Platform = field(default_factory=Platform)
    logins: Logins = field(default_factory=Logins)
    proxy: Proxy = field(default_factory=Proxy)
    watch: Watch = field(default_factory=Watch)
    backup: Backup = field(default_factory=Backup)
    retention: Retention = field(default_factory=Retention)


def _required_zone(value: str) -> str:
    return values.timezone(value or "none")


def _normalize(section: Any, name: str, check: Callable[[str], str]) -> None:
    """Replace a setting by its normal form; raises ``ValueError`` with its name."""
    value = getattr(section, name)
    try:
        normal = check(value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}, not {value!r}") from None
    object.__setattr__(section, name, normal)


def _normalize_list(section: Any, name: str) -> None:
    """Replace a list of addresses by their normal forms, with blanks between."""
    _normalize(section, name, lambda value: " ".join(values.addresses(value)))


def _between(name: str, value: int, lowest: int, highest: int) -> None:
    if not lowest <= value <= highest:
        raise ValueError(f"{name} must lie between {lowest} and {highest}, not {value}")
