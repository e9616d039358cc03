"""The NGNPro servers of the settings, the portal's own login to them, and the resolvers for DNS lookups."""

from __future__ import annotations

import configparser
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import dns.resolver
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ngnpro_wire.facts.passwords import STORE_CLEAR_TEXT as KEPT
from ngnpro_wire.facts.truth import is_true
from portal.core.record_locks import record_lock
from portal.core.writes import Writes
from portal.ngnpro import Credentials, Engine, Ngnpro, errors
from portal.ngnpro.engines import Engines, read_engines


def service_ngnpro(name: str = "", impersonate: int = 0) -> Ngnpro:
    """Return a client with the portal's own login, for background work and for identifying people."""
    chosen = engine(name)
    return Ngnpro(chosen, chosen.credentials(impersonate), lock=record_lock)


def client_for_writes(writes: Writes, chosen: Engine, credentials: Credentials | None = None) -> Ngnpro:
    """Return a client whose writes are announced; without credentials, it has the portal's own."""
    return Ngnpro(chosen, credentials, on_call=writes.note, before_call=writes.expect, lock=record_lock)


def engine(name: str = "") -> Engine:
    """Return an engine by name; the default one if the name is empty or no longer in the settings."""
    known = engines()
    return known.engines.get(name) or known.engines[known.default]


def engines() -> Engines:
    """Return the NGNPro servers of the portal: those of ``using_engines``, else those of the settings.

    Raises ``ImproperlyConfigured`` if the settings are invalid.
    """
    return _in_use[-1] if _in_use else _engines_of_settings()


@contextmanager
def using_engines(known: Engines) -> Iterator[None]:
    """Use these NGNPro servers in this process, instead of those of the settings, within the block."""
    _in_use.append(known)
    try:
        yield
    finally:
        _in_use.pop()


_in_use: list[Engines] = []


@lru_cache(maxsize=1)
def _engines_of_settings() -> Engines:
    """Read the NGNPro servers from the file of ``NGNPRO_ENGINES``, else one from the environment."""
    try:
        if settings.NGNPRO_ENGINES:
            return read_engines(Path(settings.NGNPRO_ENGINES))
        only = _engine_of_settings()
    except errors.Unusable as error:
        raise ImproperlyConfigured(str(error)) from None
    return Engines({only.name: only}, only.name)


def _engine_of_settings() -> Engine:
    username, password = service_login()
    optional: dict[str, Any] = {"wsdl": Path(settings.NGNPRO_WSDL)} if settings.NGNPRO_WSDL else {}
    return Engine(
        url=settings.NGNPRO_URL,
        endpoints=settings.NGNPRO_URLS,
        username=username,
        password=password,
        admin=settings.NGNPRO_ADMIN,
        ca_file=Path(settings.NGNPRO_CA_FILE) if settings.NGNPRO_CA_FILE else None,
        connect_timeout=settings.NGNPRO_CONNECT_SECONDS,
        read_timeout=settings.NGNPRO_READ_SECONDS,
        store_clear_text_passwords=_stores_clear_text(),
        name_servers=tuple(settings.NGNPRO_NAME_SERVERS),
        foreign_zones=settings.NGNPRO_FOREIGN_ZONES,
        **optional,
    )


def _stores_clear_text() -> bool:
    """Return whether the NGNPro server stores SIP passwords in clear text by its settings."""
    if settings.NGNPRO_STORE_CLEAR_TEXT_PASSWORDS is not None:
        return bool(settings.NGNPRO_STORE_CLEAR_TEXT_PASSWORDS)
    if settings.NGNPRO_USERNAME:
        return True
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(settings.NGNPRO_CONFIG)
    configured = parser.get("platform", KEPT, fallback="no")
    return is_true(os.environ.get(f"NGNPRO_PLATFORM_{KEPT.upper()}", configured))


def service_login() -> tuple[str, str]:
    """Return the service login: from the environment, else from the configuration file of an NGNPro on this machine."""
    if settings.NGNPRO_USERNAME:
        return settings.NGNPRO_USERNAME, settings.NGNPRO_PASSWORD
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(settings.NGNPRO_CONFIG)
    try:
        section = parser["administrator"]
        return section["username"], section["password"]
    except KeyError:
        raise ImproperlyConfigured(
            "The portal does not know its NGNPro login: set NGNPRO_USERNAME and NGNPRO_PASSWORD, "
            f"or give [administrator] username and password in {settings.NGNPRO_CONFIG}."
        ) from None


def dns_resolver() -> dns.resolver.Resolver:
    """Return a resolver that uses the servers of ``PORTAL_DNS_RESOLVERS``, else those of this machine."""
    made = dns.resolver.Resolver(configure=not settings.DNS_RESOLVERS)
    if settings.DNS_RESOLVERS:
        made.nameservers = settings.DNS_RESOLVERS
        made.port = settings.DNS_PORT
    return made
