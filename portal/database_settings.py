"""Django's settings for the portal's own database, which never contains records of the platform (docs/settings.md)."""

from __future__ import annotations

from typing import Any

import dj_database_url

from portal import env
from portal.installed import VAR

_SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 10,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}
# A server whose machine has vanished is noticed within half a minute, not after a quarter of an hour.
_POSTGRESQL = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}


def _parsed(url: str) -> dict[str, Any]:
    """Return the settings of a database; what its URL sets itself has precedence on PostgreSQL."""
    database: dict[str, Any] = {**dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)}
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"] = _SQLITE
    elif database["ENGINE"].endswith("postgresql"):
        database["OPTIONS"] = {**_POSTGRESQL, **database.get("OPTIONS", {})}
    return database


DATABASES = {"default": _parsed(env.text("PORTAL_DATABASE_URL", f"sqlite:///{VAR / 'portal.sqlite3'}"))}
