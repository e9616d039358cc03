"""Typed readers of environment variables, which raise ``ImproperlyConfigured`` if a value is invalid."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from ngnpro_wire.facts.time_zones import normal_zone

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def text(name: str, default: str) -> str:
    """Read a text, without white space around it."""
    return os.environ.get(name, default).strip()


def words(name: str, default: str) -> list[str]:
    """Read a comma-separated list; empty items are dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def networks(name: str, default: str) -> list[IPv4Network | IPv6Network]:
    """Read a list of networks or addresses; raise ``ImproperlyConfigured`` with the variable's name for others."""
    try:
        return [ip_network(word) for word in words(name, default)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be networks such as 10.0.0.0/24: {error}.") from None


def number(name: str, default: float) -> float:
    """Read a number of 0 or more; raise ``ImproperlyConfigured`` with the name of the variable for any other value."""
    value = text(name, str(default))
    try:
        parsed = float(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a number, not {value!r}.") from None
    if not 0 <= parsed < float("inf"):
        raise ImproperlyConfigured(f"{name} must be zero or more, not {value!r}.")
    return parsed


def port(name: str, default: int) -> int:
    """Read a TCP port, 1 to 65535; raise ``ImproperlyConfigured`` with the name of the variable for any other value."""
    value = text(name, str(default))
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise ImproperlyConfigured(f"{name} must be a port from 1 to 65535, not {value!r}.")
    return int(value)


def running_port(status_file: Path, name: str, default: int) -> int:
    """Return a port that a running `make run` listens on, as its status file has it; else the default.

    So commands reach the server that was started on another port than the usual one (``portal.core.processes``).
    """
    try:
        status = json.loads(status_file.read_text())
        os.kill(int(status["supervisor"]), 0)
        return int(status["ports"][name]) or default
    except (OSError, ValueError, KeyError, TypeError):
        return default


def flag(name: str, default: bool) -> bool:
    """Read yes or no (1, true, yes, on; 0, false, no, off); anything else raises ``ImproperlyConfigured``."""
    value = text(name, "yes" if default else "no").lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")


def maybe_flag(name: str) -> bool | None:
    """Read yes or no as ``flag`` does; ``None`` if the variable is not set."""
    return flag(name, False) if text(name, "") else None


def one_of(name: str, default: str, choices: Sequence[str]) -> str:
    """Read one of several words, in any case; raise ``ImproperlyConfigured`` with the variable's name for others."""
    value = (text(name, "") or default).upper()
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def pairs(name: str) -> dict[str, str]:
    """Read a list of ``key=label``, in its order; raise ``ImproperlyConfigured`` if an entry has no key or label."""
    split = (word.partition("=") for word in words(name, ""))
    found = {key.strip(): label.strip() for key, _sign, label in split}
    if not all(key and label for key, label in found.items()):
        raise ImproperlyConfigured(f"{name} must be a list such as nl-ams=Amsterdam,nl-rot=Rotterdam.")
    return found


def time_zone(name: str, default: str) -> str:
    """Read the name of a time zone, such as Europe/Amsterdam; raise ``ImproperlyConfigured`` if there is none."""
    value = text(name, "") or default
    zone = normal_zone(value)
    if not zone:
        raise ImproperlyConfigured(f"{name} must be a time zone such as Europe/Amsterdam, not {value!r}.")
    return zone


def path(name: str, default: Path) -> Path:
    """Read the path of a folder or file, as an absolute path; relative paths start at the current folder."""
    return Path(text(name, str(default))).expanduser().absolute()


def web_address(name: str, default: str) -> str:
    """Read the address of the portal: http or https, a host and an optional port, without a trailing slash."""
    value = (text(name, "") or default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.username:
        raise ImproperlyConfigured(f"{name} must be an address such as https://portal.example.com, not {value!r}.")
    return value


def usual_address(hosts: Sequence[str], tls: bool, port: int) -> str:
    """Return the address of the portal derived from the first name of ``PORTAL_HOSTS``."""
    first = hosts[0].lstrip(".") if hosts else ""
    host = first if first.strip("*") else "localhost"
    return f"https://{host}" if tls else f"http://{host}:{port}"


def is_this_machine(host: str) -> bool:
    """Return whether a host name always means this machine."""
    return host in ("", "localhost", "127.0.0.1", "::1")


def secret(name: str, file: Path) -> str:
    """Read a secret from the environment, else from ``file``, which is created with a random one if it is missing."""
    if value := text(name, ""):
        return value
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return file.read_text().strip()
        with os.fdopen(descriptor, "w") as opened:
            opened.write(secrets.token_urlsafe(48))
    return file.read_text().strip()
