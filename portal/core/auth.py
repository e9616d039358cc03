"""Who is looking: the viewer of a request, and with whose credentials he speaks to NGNPro."""

from __future__ import annotations

import configparser
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from portal.ngnpro import Engine, Ngnpro
from portal.operators.models import Operator


class Role(StrEnum):
    """The kinds of people who use the portal."""

    NOBODY = "nobody"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person logged in. ``scope`` tells apart viewers for whom NGNPro may answer differently."""

    role: Role
    name: str = ""
    scope: str = ""

    @property
    def is_nobody(self) -> bool:
        return self.role is Role.NOBODY


class PortalRequest(HttpRequest):
    """A request after the portal's middleware."""

    viewer: Viewer
    ngnpro: Ngnpro


def viewer_of(request: HttpRequest) -> Viewer:
    """Tell who is looking, from the session."""
    if isinstance(request.user, Operator) and request.user.is_active:
        return Viewer(Role.OPERATOR, str(request.user), scope="administrator")
    return Viewer(Role.NOBODY)


def ngnpro_for(viewer: Viewer) -> Ngnpro:
    """Open NGNPro with the rights of this viewer: an operator speaks with the portal's service credentials."""
    if viewer.role is not Role.OPERATOR:
        raise PermissionError("Only a person who has signed in speaks to NGNPro.")
    return service_ngnpro()


def service_ngnpro() -> Ngnpro:
    """Open NGNPro as the portal itself, for work that no person waits for."""
    return Ngnpro(engine(), engine().credentials())


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
