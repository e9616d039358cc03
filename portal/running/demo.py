"""The logins of the demo platform, one for each role, and who may see them."""

from __future__ import annotations

import ipaddress
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

FORWARDED = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via")
ROLES = {
    "operator": (_("Operator"), _("administers the whole platform")),
    "reseller": (_("Reseller"), _("administers their own customers and their records")),
    "customer": (_("Customer"), _("administers the domains, accounts and numbers of one company")),
    "subscriber": (_("Subscriber"), _("sees and sets their own telephone")),
}


@dataclass(frozen=True, slots=True)
class Login:
    """A name and password of the demo platform, with the label of its role and what the role does."""

    label: str
    does: str
    name: str
    password: str


def write_operator(path: Path, name: str, password: str) -> None:
    """Write the login of the first operator to a file that only this user may read, in place of an older one."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump([{"role": "operator", "name": name, "password": password}], file)


def read_logins() -> Iterator[Login]:
    """Yield the logins of the demo platform; none if it was not loaded."""
    for path in (settings.DEMO_OPERATOR, settings.DEMO_LOGINS):
        if path.exists():
            for entry in json.loads(path.read_text(encoding="utf-8")):
                label, does = ROLES[entry["role"]]
                yield Login(str(label), str(does), entry["name"], entry["password"])


def is_of_this_machine(request: HttpRequest) -> bool:
    """Return whether a browser on this machine sent the request itself, not through a proxy."""
    try:
        direct = ipaddress.ip_address(str(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return False
    return direct.is_loopback and not settings.PROXIES and not any(name in request.headers for name in FORWARDED)


def offers_demo(request: HttpRequest) -> bool:
    """Return whether the request may see the logins of the demo platform, and there are any."""
    return settings.DEMO_LOGINS.exists() and is_of_this_machine(request)
