"""Reads the server's configuration: one INI file, overridden by NGNPRO_* environment variables."""

from __future__ import annotations

import configparser
import os
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from .sections import Administrator, Backup, Config, Database, Logins, Platform, Proxy, Retention, Server, Watch

DEFAULT_PATH = Path("var/ngnpro.ini")
PREFIX = "NGNPRO_"

Section = TypeVar("Section")


class ConfigError(Exception):
    """The configuration cannot be used; the text names the setting and the reason."""


_SECTIONS: dict[str, type[Any]] = {
    "administrator": Administrator,
    "server": Server,
    "database": Database,
    "platform": Platform,
    "logins": Logins,
    "proxy": Proxy,
    "watch": Watch,
    "backup": Backup,
    "retention": Retention,
}


def load_config(path: Path = DEFAULT_PATH, environ: Mapping[str, str] | None = None) -> Config:
    """Read the INI file at ``path``, then override its settings with ``NGNPRO_<SECTION>_<KEY>`` from the environment.

    Raises ``ConfigError`` for a missing or unreadable file, an unknown section or setting, and an invalid value.
    """
    parser = configparser.ConfigParser(interpolation=None)
    try:
        with path.open(encoding="utf-8") as file:
            parser.read_file(file)
    except FileNotFoundError:
        raise ConfigError(f"{path} does not exist; `python -m ngnpro_server init-db` writes one.") from None
    except (OSError, UnicodeDecodeError, configparser.Error) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error
    settings = {name: dict(parser[name]) for name in parser.sections()}
    _add_environment(settings, os.environ if environ is None else environ)
    unknown = settings.keys() - _SECTIONS.keys()
    if unknown:
        raise ConfigError(f"{path}: unknown section [{min(unknown)}].")
    settings.setdefault("database", {})
    directory = path.resolve().parent
    url = settings["database"].setdefault("url", f"sqlite:///{directory / 'ngnpro.sqlite3'}")
    # on SQLite the SIP proxy writes to a separate file, because a file can have only one writer at a time
    beside = f"sqlite:///{directory / 'proxy.sqlite3'}"
    settings["database"].setdefault("proxy_url", beside if url.startswith("sqlite") else url)
    return Config(**{name: _section(cls, name, settings.get(name, {})) for name, cls in _SECTIONS.items()})


def _add_environment(settings: dict[str, dict[str, str]], environ: Mapping[str, str]) -> None:
    for variable, value in environ.items():
        for section in _SECTIONS:
            prefix = f"{PREFIX}{section.upper()}_"
            if variable.startswith(prefix):
                settings.setdefault(section, {})[variable.removeprefix(prefix).lower()] = value


def _section(cls: type[Section], name: str, settings: Mapping[str, str]) -> Section:
    known = {f.name: str(f.type) for f in fields(cls)}  # type: ignore[arg-type]
    unknown = settings.keys() - known.keys()
    if unknown:
        raise ConfigError(f"[{name}] {min(unknown)}: unknown setting.")
    try:
        return cls(**{key: _parse(key, known[key], value) for key, value in settings.items()})
    except ValueError as error:
        raise ConfigError(f"[{name}] {error}.") from error


def _parse(key: str, kind: str, value: str) -> str | int | bool:
    if kind == "bool":
        states = configparser.ConfigParser.BOOLEAN_STATES
        if value.lower() not in states:
            raise ValueError(f"{key} must be yes or no, not {value!r}")
        return states[value.lower()]
    if kind == "int":
        try:
            return int(value)
        except ValueError:
            raise ValueError(f"{key} must be a whole number, not {value!r}") from None
    return value.strip()
