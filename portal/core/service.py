"""The portal's own way to NGNPro: the engine of the settings, and the service credentials."""

from __future__ import annotations

import configparser
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.ngnpro import Engine, Ngnpro


def service_ngnpro(impersonate: int = 0) -> Ngnpro:
    """Open NGNPro as the portal itself, for work that no person waits for and for checking who a person is."""
    return Ngnpro(engine(), engine().credentials(impersonate))


@lru_cache(maxsize=1)
def engine() -> Engine:
    """Describe the NGNPro server of the settings; its connections are shared by all threads.

    Raises ``ImproperlyConfigured`` when the settings do not say with which login the portal speaks to it.
    """
    username, password = service_login()
    optional: dict[str, Any] = {"wsdl": Path(settings.NGNPRO_WSDL)} if settings.NGNPRO_WSDL else {}
    return Engine(
        url=settings.NGNPRO_URL,
        endpoints=settings.NGNPRO_URLS,
        username=username,
        password=password,
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
