"""The portal's own way to NGNPro: the engine of the settings, and the service credentials."""

from __future__ import annotations

import configparser
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.core.record_locks import record_lock
from portal.ngnpro import Engine, Ngnpro, errors
from portal.ngnpro.engines import Engines, read_engines


def service_ngnpro(name: str = "", impersonate: int = 0) -> Ngnpro:
    """Open an engine as the portal itself, for work that no person waits for and for checking who a person is."""
    chosen = engine(name)
    return Ngnpro(chosen, chosen.credentials(impersonate), lock=record_lock)


def engine(name: str = "") -> Engine:
    """Give an engine by name, else the usual one; a name that is no longer in the settings counts as none."""
    known = engines()
    return known.engines.get(name) or known.engines[known.default]


@lru_cache(maxsize=1)
def engines() -> Engines:
    """Read which NGNPro servers there are: from the file of ``NGNPRO_ENGINES``, else one from the environment.

    Their connections are shared by all threads. Raises ``ImproperlyConfigured`` when the settings cannot be used.
    """
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
        **optional,
    )


def service_login() -> tuple[str, str]:
    """Give the service login: from the environment, else from the configuration file of an NGNPro on this machine."""
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
